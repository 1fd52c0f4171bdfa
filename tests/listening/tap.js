// What leaves the page's graph, as it is heard: blocks with the frame of the clock they begin on.
(async () => {
  const { player } = hostkit;
  const source = `
    registerProcessor("tap", class extends AudioWorkletProcessor {
      process([input]) {
        if (input.length) this.port.postMessage([currentFrame, ...input.map((one) => one.slice())]);
        return true;
      }
    });`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  await player.context.audioWorklet.addModule(url);
  const tap = new AudioWorkletNode(player.context, "tap", { channelCount: 2, channelCountMode: "explicit" });
  window.tapped = [];
  tap.port.onmessage = ({ data }) => window.tapped.push(data);
  player.output.connect(tap);
  window.heard = () => {
    const blocks = window.tapped;
    const first = blocks[0][0];
    const last = blocks[blocks.length - 1];
    const frames = last[0] + last[1].length - first;
    const made = [new Float32Array(frames), new Float32Array(frames)];
    for (const [at, ...channels] of blocks) made.forEach((one, n) => one.set(channels[n], at - first));
    const bytes = new Uint8Array(8 * frames);
    made.forEach((one, n) => bytes.set(new Uint8Array(one.buffer), 4 * n * frames));
    let text = "";
    for (let n = 0; n < bytes.length; n += 32768) text += String.fromCharCode(...bytes.subarray(n, n + 32768));
    return btoa(text);
  };
  return true;
})()
