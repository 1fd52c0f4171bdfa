// What leaves the graph of the page's own player for these sounds, as base64 of float32.
(async () => {
  const { told } = review;
  const sounds = SOUNDS;
  const length = LENGTH;
  const context = new OfflineAudioContext(2, length, told.rate);
  const segments = new review.segments.constructor(told, context);
  const player = new review.player.constructor({
    context, rate: told.rate, segmentFrames: told.segment_frames, ahead: 99,
    segment: (id, number) => segments.segment(id, number),
  });
  await player.load({ frames: length, tracks: sounds.map((id) => ({ name: id, source: id })) });
  await player.play();
  const heard = (await context.startRendering()).getChannelData(0);
  const bytes = new Uint8Array(heard.buffer);
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(text);
})()
