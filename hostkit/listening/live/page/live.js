// The live page: a session is heard while somebody works on it.

import { View, clock, onColours, readColours } from "./canvas.js";
import { barAndBeat, barAt, timecodeAt } from "./clocks.js";
import { Film } from "./film.js";
import { Lanes, Waves, addCurves, addRulers, addStem, make } from "./lanes.js";
import { Player } from "./player.js";
import { Strips } from "./strips.js";

const DOCUMENT_TITLE = "hostkit listen";
const MATCHED_WITHIN_DB = 24;
const DRAWN_LATER_MS = 500; // an exchange comes before what is drawn of it, for so long

const byId = (id) => document.getElementById(id);
const strips = new Strips(`hostkit listen ${location.pathname.split("/").slice(2).join("/")}`);
const view = new View(1);
const lanes = new Lanes(byId("lanes"), view, readColours());
const waves = new Waves(() => lanes.redraw());
const film = new Film(byId("film"), byId("film-trouble"), () => followFilm());
const unfolded = new Set();
const measured = new Map(); // "version/mix" → curves, or null while they are asked for

const pageName = crypto.randomUUID(); // each page has a play head of its own

let version = null; // the newest that can be heard
let work = {};
let player = null;
let versus = false; // the version before is heard
let mixName = "full";
let rows = [];
let chosen = null; // a stretch in seconds
let zeroWith = null; // faders were written: they are at 0 dB from the next version on

// What is heard ---------------------------------------------------------------------------

const heard = () => (versus && version.before ? version.before : version);
const mixOf = (one) => one.mixes.find((mix) => mix.name === mixName) ?? one.mixes[0];
const seconds = () => (player ? player.position / version.rate : 0);

/** Buffers are used again: a collector would let them pile up. */
const spare = [];
const staging = [];

/** What an answer holds, in bytes that are used again: `bytes` of them up to `length`. */
async function received(answer, most) {
  const bytes = staging.pop() ?? new Uint8Array(most);
  let length = 0;
  for (const reader = answer.body.getReader(); ;) {
    const { value, done } = await reader.read();
    if (done) return { bytes, length };
    bytes.set(value, length);
    length += value.length;
  }
}

async function segment(source, index) {
  const answer = await fetch(`sound/${source}/${index}`);
  if (!answer.ok) throw new Error(await answer.text());
  const { bytes, length } = await received(answer, 8 * version.segment_frames);
  const samples = new Float32Array(bytes.buffer, 0, length / 4);
  const frames = samples.length / 2;
  const whole = frames === version.segment_frames && spare.pop();
  const buffer = whole || new AudioBuffer({ length: Math.max(frames, 1), numberOfChannels: 2, sampleRate: version.rate });
  for (const channel of frames ? [0, 1] : []) buffer.copyToChannel(samples.subarray(channel * frames, (channel + 1) * frames), channel);
  staging.push(bytes);
  return buffer;
}

function release(buffer) {
  if (buffer.length === version.segment_frames && buffer.sampleRate === version.rate) spare.push(buffer);
}

function startPlayer() {
  player?.pause();
  spare.length = 0;
  const context = new AudioContext({ sampleRate: version.rate, latencyHint: "interactive" });
  player = new Player({ context, rate: version.rate, segmentFrames: version.segment_frames, segment, release });
  player.addEventListener("change", showTransport);
  player.addEventListener("change", connect);
  for (const kind of ["change", "end"]) player.addEventListener(kind, tellCursor);
}

/** Puts into the player what is to be heard: the version, its mix, what is open, each gain. */
function hear() {
  const mix = mixOf(heard());
  strips.show(mix.stems);
  const sounding = strips.sounding();
  for (const { name, gain, mute } of sounding) player.mix(name, { gain, mute: mute || quiet() });
  const tracks = sounding.map(({ name, source }) => ({ name, source }));
  return player.load({ frames: version.frames, tracks, level: matching() });
}

const quiet = () => byId("quiet").getAttribute("aria-pressed") === "true";

/** What the version before is multiplied by to be as loud as this one. */
function matching() {
  if (!versus || !version.before) return 1;
  const [now, then] = [version, version.before].map((one) => measured.get(`${one.number}/${mixOf(one).name}`)?.integrated_lufs);
  if (typeof now !== "number" || typeof then !== "number") return 1;
  return 10 ** (Math.max(-MATCHED_WITHIN_DB, Math.min(now - then, MATCHED_WITHIN_DB)) / 20);
}

async function tellCursor() {
  const said = { page: pageName, frame: Math.round(player.position), playing: player.playing, mix: mixName };
  await fetch("cursor", { method: "POST", body: JSON.stringify(said) }).catch(() => {});
}

// What is shown ---------------------------------------------------------------------------

async function showVersion(next) {
  const first = version === null;
  const rateChanged = version && version.rate !== next.rate;
  version = next;
  if (first || rateChanged) startPlayer();
  if (zeroWith !== null && version.number > zeroWith) {
    zeroWith = null;
    strips.zero();
  }
  if (!version.before) versus = false;
  const whole = first || view.length >= view.seconds - 0.001;
  view.seconds = Math.max(version.frames / version.rate, 0.001);
  view.show(view.start, whole ? view.seconds : view.length);
  document.title = `${version.title} – ${DOCUMENT_TITLE}`;
  byId("title").textContent = version.title;
  byId("about").textContent = [version.cue, version.name, `${version.rate} Hz`, clock(version.frames / version.rate)].filter(Boolean).join(" · ");
  byId("timecode-clock").hidden = !version.picture;
  byId("versus").disabled = !version.before;
  byId("play").disabled = false;
  showMixes();
  film.show(version.film);
  followFilm();
  const exchanged = hear();
  await Promise.race([exchanged, new Promise((done) => setTimeout(done, DRAWN_LATER_MS))]);
  if (version !== next) return;
  waves.keep(new Set([version, version.before].filter(Boolean).flatMap((one) => one.mixes.flatMap((mix) => mix.stems.flatMap((stem) => [stem.source, ...stem.tracks.map((track) => track.source)])))));
  showLanes();
  showWarnings();
  showTransport();
  if (version.made) measure();
}

function showMixes() {
  const names = version.mixes.map((mix) => mix.name);
  if (!names.includes(mixName)) mixName = names[0];
  byId("mix-choice").hidden = names.length < 2;
  byId("mix").replaceChildren(...names.map((one) => make("option", { value: one, selected: one === mixName }, one)));
}

function showLanes() {
  const focused = document.activeElement?.getAttribute("aria-label");
  lanes.clear();
  const pointer = { seek: (at) => player.seek(at * version.rate), choose };
  addRulers(lanes, version, pointer, { timecode: (at) => timecodeAt(at, version.picture) });
  rows = mixOf(heard()).stems.flatMap((stem, number) => addStem(lanes, stem, number, {
    strips, waves, rate: version.rate, pointer, made: () => version.made || versus,
    unfolded: unfolded.has(stem.name),
    unfold: () => {
      if (!unfolded.delete(stem.name)) unfolded.add(stem.name);
      showLanes();
    },
  }));
  addCurves(lanes, version, measured.get(`${version.number}/${mixName}`), pointer);
  if (focused) [...lanes.root.querySelectorAll("button, input")].find((one) => one.getAttribute("aria-label") === focused)?.focus();
  showStrips();
  showChosen();
  showPlayhead();
}

function showWarnings() {
  byId("warnings").hidden = !version.warnings.length;
  byId("warning-list").replaceChildren(...version.warnings.map(({ text, at }) => {
    if (at === null) return make("li", {}, text);
    return make("li", {}, make("button", { onclick: () => player.seek(at * version.rate) }, clock(at, 1)), " ", text);
  }));
}

function showTransport() {
  byId("play").textContent = player.playing ? "Stop" : "Play";
  byId("loop").setAttribute("aria-pressed", player.loop !== null);
  byId("versus").setAttribute("aria-pressed", versus);
  showPlayhead();
  followFilm();
  if (player.playing) requestAnimationFrame(tick);
}

function showPlayhead() {
  const at = seconds();
  const { left, width } = lanes.span();
  const x = view.x(at, width);
  byId("playhead").style.transform = `translateX(${x < 0 || x > width ? -9999 : left + x}px)`;
  say("bar", barAndBeat(at, version.bars, version.beats));
  say("time", clock(at, 1));
  if (version.picture) say("timecode", timecodeAt(at, version.picture));
}

const followFilm = () => film.follow(seconds(), player.playing);

/** Text that is laid out again only where it is another. */
function say(id, text) {
  const { firstChild } = byId(id);
  if (firstChild?.data !== text) byId(id).textContent = text;
}

let ticking = false;
function tick() {
  if (ticking) return;
  ticking = true;
  requestAnimationFrame(() => {
    ticking = false;
    if (!player.playing) return;
    view.follow(seconds());
    showPlayhead();
    followFilm();
    tick();
  });
}

function showPlaces() {
  if (!version) return;
  showPlayhead();
  showChosen();
}

function showStrips() {
  const silent = new Set(strips.sounding().filter(({ mute }) => mute).map(({ name }) => name));
  for (const row of rows) row.show(silent);
  const moved = Object.keys(strips.moved()).length;
  byId("write").hidden = !moved;
  byId("clear").hidden = !silent.size;
}

function showWork(next) {
  work = next;
  const { problems, at_work: names, share, done, awaited } = work;
  const making = names.map((one) => one.replace(/^track /, "").replace(/^stem /, "stem ")).join(", ");
  const quietly = done ? "All that was saved is heard" : "Rendering";
  const meanwhile = version ? "The last good version plays on" : "Nothing can be heard yet";
  byId("status").textContent = problems.length ? meanwhile : (making ? `Rendering ${making}` : quietly) + awaiting(awaited);
  byId("share").hidden = done || !making;
  byId("share").value = share;
  byId("problems").hidden = !problems.length;
  byId("problems-title").textContent = problems.length === 1 ? "One thing is wrong" : `${problems.length} things are wrong`;
  const shown = JSON.stringify(problems);
  if (byId("problem-list").dataset.shown === shown) return;
  byId("problem-list").dataset.shown = shown;
  byId("problem-list").replaceChildren(...problems.map(({ file, line, column, message, cure }) => {
    const place = file ? [make("code", {}, line ? `${file}:${line}:${column}` : file), ": "] : [];
    return make("li", {}, ...place, message, ...(cure ? [make("span", { className: "cure" }, cure)] : []));
  }));
}

/** What is said of stems that were saved and cannot be heard before they are rendered. */
function awaiting(names) {
  if (!names.length) return "";
  return ` – ${names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are` : `${names[0]} is`} heard when rendered, the last version plays on`;
}

/** Loudness, peaks and speech of what is heard, and of the version before, to match it. */
async function measure() {
  for (const one of [version, version.before].filter(Boolean)) {
    const key = `${one.number}/${mixOf(one).name}`;
    if (measured.has(key)) continue;
    measured.set(key, null);
    const answer = await fetch(`curves/${one.number}/${encodeURIComponent(mixOf(one).name)}`).catch(() => null);
    if (answer?.ok) measured.set(key, await answer.json()); else measured.delete(key);
  }
  const known = new Set([version, version.before].filter(Boolean).map((one) => String(one.number)));
  for (const key of measured.keys()) if (!known.has(key.split("/")[0])) measured.delete(key);
  showLanes();
}

// Loops, versions, faders -----------------------------------------------------------

function choose(from, to) {
  chosen = { from, to };
  if (player.loop) player.loop = inFrames(chosen);
  showChosen();
}

const inFrames = ({ from, to }) => ({ start: from * version.rate, end: to * version.rate });

function showChosen() {
  const { left, width } = lanes.span();
  const box = byId("chosen");
  box.hidden = !chosen;
  if (!chosen) return;
  const [start, end] = [chosen.from, chosen.to].map((at) => Math.min(Math.max(view.x(at, width), 0), width));
  box.style.left = `${left + start}px`;
  box.style.width = `${Math.max(end - start, 0)}px`;
}

function toggleLoop() {
  if (player.loop) {
    player.loop = null;
    chosen = null;
  } else {
    const at = seconds();
    const bar = barAt(at, version.bars);
    const here = version.sections.find((one) => one.from <= at + 1e-6 && at < one.to)
      ?? { from: version.bars[bar] ?? 0, to: version.bars[bar + 4] ?? view.seconds };
    chosen ??= { from: here.from, to: here.to };
    player.loop = inFrames(chosen);
  }
  showChosen();
}

function toggleVersus() {
  if (!version.before) return;
  versus = !versus;
  hear();
  showTransport();
}

function toggleQuiet() {
  byId("quiet").setAttribute("aria-pressed", !quiet());
  hear();
}

async function showChange() {
  const moved_db = strips.moved();
  const answer = await fetch("faders", { method: "POST", body: JSON.stringify({ moved_db }) });
  const planned = answer.ok ? await answer.json() : null;
  byId("diff").textContent = planned?.diff ?? "";
  byId("change-problem").textContent = planned ? "" : await answer.text();
  byId("change-yes").disabled = !planned;
  byId("change-yes").onclick = async () => {
    zeroWith = version.number;
    const written = await fetch("faders", { method: "POST", body: JSON.stringify({ moved_db, of: planned.of }) });
    if (written.ok) byId("change").close();
    else {
      zeroWith = null;
      byId("change-problem").textContent = await written.text();
    }
  };
  byId("change").showModal();
}

// What the reader does ------------------------------------------------------------------------

const step = (direction, beat) => {
  const at = seconds();
  const bar = barAt(at, version.bars);
  const [start, end] = [version.bars[bar] ?? 0, version.bars[bar + 1] ?? view.seconds];
  const size = (end - start) / (beat ? version.beats[bar] ?? 4 : 1);
  const onGrid = start + Math.floor((at - start) / size + 1e-3) * size;
  const before = at - onGrid > 0.15 || !beat && bar === 0 ? onGrid : beat ? onGrid - size : version.bars[bar - 1] ?? 0;
  player.seek((direction > 0 ? onGrid + size : before) * version.rate);
};

const soloed = (number) => {
  const stem = mixOf(heard()).stems[number];
  if (stem) strips.set(stem.name, { solo: !strips.of(stem.name).solo });
};

async function toggle() {
  byId("trouble").hidden = true;
  try {
    await (player.playing ? player.pause() : player.play());
  } catch (error) {
    byId("trouble").hidden = false;
    byId("trouble").textContent = error.message;
  }
}

const KEYS = {
  " ": toggle,
  ArrowLeft: (event) => step(-1, event.shiftKey),
  ArrowRight: (event) => step(1, event.shiftKey),
  Home: () => player.seek(0),
  l: toggleLoop,
  m: toggleQuiet,
  b: toggleVersus,
  "+": () => view.zoom(2, seconds()),
  "-": () => view.zoom(0.5, seconds()),
  0: () => strips.unsolo(),
};
for (let number = 1; number < 10; number += 1) KEYS[number] = () => soloed(number - 1);

document.addEventListener("keydown", (event) => {
  if (!version || event.ctrlKey || event.metaKey || event.altKey || byId("change").open) return;
  const { target } = event;
  if (target.matches("select, textarea") || (target.matches("input") && event.key.startsWith("Arrow"))) return;
  if (target.matches("button, summary") && [" ", "Enter"].includes(event.key)) return;
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act(event);
});

const PRESSED = {
  play: toggle, home: () => player.seek(0), loop: toggleLoop, versus: toggleVersus, quiet: toggleQuiet,
  nearer: () => view.zoom(2, seconds()), farther: () => view.zoom(0.5, seconds()), whole: () => view.show(0, view.seconds),
  clear: () => strips.unsolo(), write: showChange, "change-no": () => byId("change").close(),
};
for (const [id, act] of Object.entries(PRESSED)) byId(id).addEventListener("click", () => version && act());
byId("mix").addEventListener("change", () => {
  mixName = byId("mix").value;
  hear();
  showLanes();
  measure();
  tellCursor();
});

strips.addEventListener("change", () => {
  if (player) hear();
  showStrips();
});
view.addEventListener("change", () => {
  lanes.move();
  showPlaces();
});
onColours(() => lanes.redraw());
new ResizeObserver(showPlaces).observe(lanes.root); // after that of the lanes themselves

let events = null;

/** Hears from the server while somebody sees or hears the page: of all its pages a browser connects six at a time. */
function connect() {
  if (document.hidden && !player?.playing) {
    events?.close();
    events = null;
  } else if (!events || events.readyState === EventSource.CLOSED) {
    events = new EventSource("events");
    events.addEventListener("version", (event) => showVersion(JSON.parse(event.data)));
    events.addEventListener("work", (event) => showWork(JSON.parse(event.data)));
    events.addEventListener("error", () => { byId("status").textContent = "hostkit listen has ended, or is out of reach; what was fetched plays on"; });
  }
}

document.addEventListener("visibilitychange", connect);
connect();
setInterval(() => player?.playing && tellCursor(), 5000);

window.hostkit = { strips, view, get player() { return player; }, get version() { return version; }, get work() { return work; } };
