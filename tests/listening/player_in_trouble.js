// Plays from a source whose first segment cannot be had at first: what became of it.
(async () => {
  PLAYER
  const context = new AudioContext({ sampleRate: 48000 });
  let asked = 0;
  let troubles = 0;
  const segment = async () => {
    asked += 1;
    if (asked === 1) throw new Error("away");
    return new AudioBuffer({ length: 48000, numberOfChannels: 1, sampleRate: 48000 });
  };
  const player = new Player({ context, rate: 48000, segmentFrames: 48000, segment });
  player.addEventListener("trouble", () => { troubles += 1; });
  player.load({ frames: 48000 * 60, tracks: [{ name: "one", source: "x" }] });
  await player.play();
  const began = performance.now();
  const pause = () => new Promise((done) => setTimeout(done, 50));
  while (asked < 4 && performance.now() - began < 10000) await pause();
  player.pause();
  return { asked, troubles, playing: player.playing };
})()
