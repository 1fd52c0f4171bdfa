// Plays with an offline context, from sources whose samples are known: what leaves the graph.
// PLAYER is the engine's text, SCRIPT what is done with it, SETTINGS its numbers.
(async () => {
  PLAYER
  const { rate, segmentFrames, frames, length, ahead } = SETTINGS;
  const wave = {
    a: (frame, channel) => ((frame * 7 + channel) % 1000) / 2000 - 0.25,
    b: (frame) => ((frame * 13) % 500) / 2000,
  };
  const segment = async (source, index) => {
    const start = index * segmentFrames;
    const buffer = new AudioBuffer({
      length: Math.min(segmentFrames, frames - start), numberOfChannels: 2, sampleRate: rate,
    });
    for (const channel of [0, 1]) {
      buffer.getChannelData(channel).forEach((_, n, samples) => {
        samples[n] = wave[source](start + n, channel);
      });
    }
    return buffer;
  };
  const context = new OfflineAudioContext({ numberOfChannels: 2, length, sampleRate: rate });
  const player = new Player({ context, rate, segmentFrames, segment, ahead });
  const tracks = (...sources) => sources.map((source, n) => ({ name: `track ${n}`, source }));
  SCRIPT
  const made = await context.startRendering();
  return [0, 1].map((channel) => [...made.getChannelData(channel)]);
})()
