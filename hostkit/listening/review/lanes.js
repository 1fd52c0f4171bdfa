// Lanes under each other over time: rulers, marks, sounds, loudness, the gain of a duck, notes.

import { clock, clockMarks, drawCurve, drawNames, drawRuler, drawSpans, drawWave } from "./canvas.js";
import { listenToPointer, readColours, readPeaks, thinMarks } from "./canvas.js";
import { make } from "./dom.js";
import { timecodeLabel } from "./timecode.js";

const LEAST_DB = -30, MOST_DB = 6;
const colours = readColours();
const peaks = new Map(); // of a sound, read once

function peaksOf(told, id) {
  if (!peaks.has(id)) peaks.set(id, readPeaks(told.sounds[id].peaks));
  return peaks.get(id);
}

/** So much taller are waveforms drawn that the loudest of them fills its lane; one beside another
    stays as it is. */
function gainShown(told, ids) {
  const loudest = ids.flatMap((id) => peaksOf(told, id).levels.at(-1).data.reduce((most, peak) => Math.max(most, Math.abs(peak)), 1));
  return 127 / Math.max(...loudest);
}

/** A fader's gain: at its lower end nothing. */
export const gainOf = (decibels) => (decibels <= LEAST_DB ? 0 : 10 ** (decibels / 20));

export class Lanes {
  #drawings = []; // [canvas, how it is drawn]
  #waits = null;
  #slider = null;
  #over = make("div", { class: "over" });
  #playhead = make("div", { class: "playhead" });
  #chosen = make("div", { class: "loop", hidden: true });

  /** `mixer` has the faders by track; `act` what a pointer does: seek, choose. */
  constructor(box, view, mixer, act) {
    Object.assign(this, { box, view, mixer, act, frame: 0 });
    this.#over.append(this.#chosen, this.#playhead);
    view.addEventListener("change", () => this.#soon());
    new ResizeObserver(() => this.#soon()).observe(box);
  }

  /** The lanes of a programme: `sounds` with their tracks, its curve, the curves of ducking. */
  show(told, programme, { ducking, notes }) {
    this.#drawings = [];
    const lanes = [this.#ruler("Time", (width) => clockMarks(this.view, width), {
      role: "slider", tabindex: "0", "aria-label": "Position", "aria-valuemin": 0, "aria-valuemax": Math.floor(programme.seconds),
    })];
    this.#slider = lanes[0].querySelector("canvas");
    const bars = programme.bars.map((at, number) => ({ at, number, text: String(number + 1) }));
    if (bars.length) lanes.push(this.#ruler("Bars", (width) => thinMarks(bars, this.view, width, 40)));
    if (programme.timecode) lanes.push(this.#ruler("Timecode", (width) => this.#timecodes(programme, width)));
    const sections = programme.marks.filter((mark) => mark.is_section);
    const ends = [...sections.slice(1).map((mark) => mark.at), programme.seconds];
    if (sections.length) lanes.push(this.#spans("Sections", sections.map((mark, n) => ({ from: mark.at, to: ends[n], text: mark.name }))));
    const hits = programme.marks.filter((mark) => !mark.is_section).map((mark) => ({ at: mark.at, text: mark.name }));
    if (hits.length) lanes.push(this.#marks("Marks", () => hits, "accent"));
    this.gain = gainShown(told, programme.sounds);
    lanes.push(...programme.sounds.map((id, number) => this.#sound(told, id, number)));
    if (programme.curve.length) lanes.push(this.#loudness(told, programme));
    const spoken = ducking?.phrases.map((phrase) => ({
      from: phrase.from, to: phrase.to, text: level(phrase.worst_difference_lu), colour: phrase.status === "pass" ? "good" : "bad",
    }));
    if (spoken?.length) lanes.push(this.#spans("Speech over music, LU", spoken));
    lanes.push(...(ducking?.curves ?? []).filter((one) => one.points.length).map((one) => this.#gain(one)));
    lanes.push(this.#marks("Notes", notes, "bad"));
    this.box.replaceChildren(...lanes, this.#over);
    this.draw();
  }

  draw() {
    for (const [canvas, draw] of this.#drawings) draw(canvas);
    this.place(this.at ?? 0, this.range ?? null);
  }

  /** Draws once before the next picture, however often it is asked to. */
  #soon() {
    this.#waits ??= requestAnimationFrame(() => {
      this.#waits = null;
      this.draw();
    });
  }

  /** Moves the play head, and shows what is chosen. */
  place(seconds, range) {
    [this.at, this.range] = [seconds, range];
    this.#tell(Math.floor(seconds));
    const percent = (at) => `${(this.view.x(at, 100)).toFixed(3)}%`;
    this.#playhead.style.left = percent(seconds);
    this.#playhead.hidden = seconds < this.view.start || seconds > this.view.end;
    this.#chosen.hidden = !range;
    if (!range) return;
    this.#chosen.style.left = percent(range.start);
    this.#chosen.style.width = `${(((range.end - range.start) / this.view.length) * 100).toFixed(3)}%`;
  }

  /** The position for who has it read aloud: the ruler of time is a slider, moved by arrows. */
  #tell(second) {
    if (this.#slider?.getAttribute("aria-valuenow") === String(second)) return;
    this.#slider?.setAttribute("aria-valuenow", second);
    this.#slider?.setAttribute("aria-valuetext", clock(second));
  }

  /** Shows which lanes are heard: by solo and mute. */
  balance() {
    const soloed = this.mixer.some((track) => track.solo);
    for (const lane of this.box.querySelectorAll("[data-track]")) {
      const track = this.mixer.get(lane.dataset.track);
      lane.classList.toggle("silent", track.mute || (soloed && !track.solo));
      lane.querySelector(".solo").setAttribute("aria-pressed", track.solo);
      lane.querySelector(".mute").setAttribute("aria-pressed", track.mute);
    }
  }

  #canvas(draw, attributes) {
    const canvas = make("canvas", attributes);
    this.#drawings.push([canvas, draw]);
    listenToPointer(canvas, this.view, this.act);
    return canvas;
  }

  #plain(name, texts, draw, attributes = {}) {
    const about = texts.length ? `${name}: ${texts.slice(0, 40).join(", ")}` : name;
    return make("div", { class: "lane ruler" },
      make("div", { class: "named" }, make("span", { class: "name faint" }, name)),
      this.#canvas(draw, { role: "img", "aria-label": about, ...attributes }));
  }

  #spans(name, spans) {
    const coloured = () => spans.map((span) => ({ ...span, colour: span.colour && colours[span.colour] }));
    return this.#plain(name, spans.map((span) => span.text), (canvas) => drawSpans(canvas, coloured(), this.view, colours));
  }

  #marks(name, marks, colour) {
    const coloured = () => marks().map((mark) => ({ ...mark, colour: colours[colour] }));
    const draw = (canvas) => drawNames(canvas, coloured(), this.view, colours);
    return this.#plain(name, marks().map((mark) => mark.text), draw);
  }

  #ruler(name, marks, attributes) {
    return this.#plain(name, [], (canvas) => drawRuler(canvas, marks(canvas.clientWidth), this.view, colours), attributes);
  }

  #timecodes(programme, width) {
    return clockMarks(this.view, width * 0.7).map(({ at }) => ({ at, text: timecodeLabel(at, programme.timecode) }));
  }

  #sound(told, id, number) {
    const sound = told.sounds[id], track = this.mixer.name(sound);
    const colour = () => colours[`lane-${(number % 6) + 1}`];
    const draw = (canvas) => drawWave(canvas, peaksOf(told, id), this.view, { rate: told.rate, colour: colour(), gain: this.gain });
    const about = `${sound.name}: ${level(sound.levels.integrated_lufs)} LUFS, true peak ${level(sound.levels.true_peak_dbtp)} dBTP`;
    const press = (kind) => () => { this.mixer.toggle(track, kind); this.balance(); };
    const state = this.mixer.get(track);
    const fader = make("input", {
      type: "range", min: LEAST_DB, max: MOST_DB, step: 0.5, value: state.decibels, "aria-label": `Level of ${sound.name} in dB`,
      oninput: () => { this.mixer.fade(track, Number(fader.value)); shown.textContent = this.#faded(track); },
      ondblclick: () => { fader.value = 0; fader.dispatchEvent(new Event("input")); },
    });
    const shown = make("output", { class: "clock faint" }, this.#faded(track));
    return make("div", { class: "lane", "data-track": track },
      make("div", { class: "named tall" },
        make("span", { class: "name", title: sound.tracks.join(", ") || sound.name }, sound.name),
        make("button", { class: "solo", "aria-pressed": state.solo ? "true" : "false", "aria-label": `Solo ${sound.name}`, onclick: press("solo") }, "S"),
        make("button", { class: "mute", "aria-pressed": state.mute ? "true" : "false", "aria-label": `Mute ${sound.name}`, onclick: press("mute") }, "M"),
        make("span", { class: "fader" }, fader, shown)),
      this.#canvas(draw, { role: "img", "aria-label": `Waveform of ${about}` }));
  }

  #faded(track) {
    const { decibels } = this.mixer.get(track);
    return decibels <= LEAST_DB ? "off" : `${decibels > 0 ? "+" : ""}${level(decibels)} dB`;
  }

  #loudness(told, programme) {
    const points = programme.curve.map((value, n) => [(n + 1) * told.curve_seconds, value]);
    const loudest = Math.max(-20, ...programme.curve.filter((value) => value !== null));
    const [high, low] = [Math.ceil(loudest / 6) * 6, Math.ceil(loudest / 6) * 6 - 36];
    const lines = [high - 6, high - 24].map((value) => ({ value, text: `${level(value, 0)} LUFS` }));
    const how = () => ({ low, high, lines, colour: colours.accent, colours, fill: true });
    const about = `Short-term loudness of ${programme.name}, at most ${level(programme.levels?.max_short_term_lufs)} LUFS`;
    return this.#curve("Loudness, short-term", about, (canvas) => drawCurve(canvas, points, this.view, how()));
  }

  #gain({ name, points }) {
    const deepest = Math.min(...points.map(([, gain]) => gain));
    const low = Math.min(-6, Math.floor(deepest / 6) * 6);
    const lines = [0, low / 2].map((value) => ({ value, text: `${level(value, 0)} dB` }));
    const how = () => ({ low: low - 1, high: 1, lines, colour: colours["lane-2"], colours });
    const about = `${name}, ${level(deepest)} dB at its deepest`;
    return this.#curve(name, about, (canvas) => drawCurve(canvas, points, this.view, how()));
  }

  #curve(name, about, draw) {
    return make("div", { class: "lane" },
      make("div", { class: "named" }, make("span", { class: "name faint" }, name)),
      this.#canvas(draw, { role: "img", "aria-label": about }));
  }
}
