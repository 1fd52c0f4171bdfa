// The live page: hears a session while somebody works on it.

import { Player } from "./player.js";

const byId = (id) => document.getElementById(id);
let player = null;
let version = null;

async function segment(source, index) {
  const answer = await fetch(`sound/${source}/${index}`);
  if (!answer.ok) throw new Error(await answer.text());
  const samples = new Float32Array(await answer.arrayBuffer());
  const frames = samples.length / 2;
  const buffer = new AudioBuffer({ length: Math.max(frames, 1), numberOfChannels: 2, sampleRate: version.rate });
  if (frames) for (const channel of [0, 1]) buffer.copyToChannel(samples.subarray(channel * frames, (channel + 1) * frames), channel);
  return buffer;
}

function show(next) {
  version = next;
  byId("title").textContent = version.title;
  if (!player) {
    const context = new AudioContext({ sampleRate: version.rate });
    player = new Player({ context, rate: version.rate, segmentFrames: version.segment_frames, segment });
    player.addEventListener("change", () => {
      fetch("cursor", { method: "POST", body: JSON.stringify({ frame: Math.round(player.position), playing: player.playing }) });
    });
  }
  player.load({ frames: version.frames, tracks: version.stems });
}

const events = new EventSource("events");
events.addEventListener("version", (event) => show(JSON.parse(event.data)));
let work = {};
events.addEventListener("work", (event) => { work = JSON.parse(event.data); byId("status").textContent = event.data; });
byId("play").addEventListener("click", () => (player.playing ? player.pause() : player.play()));
window.hostkit = { get player() { return player; }, get version() { return version; }, get work() { return work; } };
