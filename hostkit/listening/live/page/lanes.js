// The lanes of the live page: rulers, stems with their tracks, and curves, one under the other.

import { clockMarks, drawCurve, drawNames, drawRuler, drawSpans, drawStill, drawWave, fit, level as signed, listenToPointer, readPeaks, thinMarks } from "./canvas.js";
import { HIGHEST_DB, LOWEST_DB, decibels, trackName } from "./strips.js";

const LANE_COLOURS = 6;
const MARGIN = 0.5; // of a wide lane, on either side; its style has it, too

/** An element with properties, and children that are elements or texts. */
export function make(kind, properties = {}, ...children) {
  const { data, aria, ...plain } = properties;
  const element = Object.assign(document.createElement(kind), plain);
  for (const [name, value] of Object.entries(aria ?? {})) element.setAttribute(name === "role" ? name : `aria-${name}`, value);
  Object.assign(element.dataset, data ?? {});
  element.append(...children);
  return element;
}

/**
 * Draws lanes when they are seen and something of them has changed, once a frame of the screen.
 *
 * A *wide* lane is drawn with as much again around what is seen, and moved while time goes by: a
 * move takes the screen a hundredth of a drawing. Where it comes to its edge it is drawn anew, one
 * lane a frame before that is due.
 */
export class Lanes {
  #lanes = new Map(); // element → { canvas, draw, wide, drawn: the stretch that is drawn }
  #seen = new Set();
  #due = new Set();
  #span = null;

  constructor(root, view, colours) {
    Object.assign(this, { root, view, colours });
    this.watch = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) this.#seen.add(target); else this.#seen.delete(target);
        if (isIntersecting) this.#plan([target]);
      }
    }, { rootMargin: "200px" });
    this.resized = new ResizeObserver(() => this.redraw());
    this.resized.observe(root);
  }

  clear() {
    this.watch.disconnect();
    this.#lanes.clear();
    this.#seen.clear();
    this.#span = null;
    for (const lane of [...this.root.querySelectorAll(".lane")]) lane.remove();
  }

  /** A lane: what stands on its left, and a canvas on which `draw` draws a stretch of time. */
  add(kind, named, draw, label, pointer = {}, wide = false) {
    const canvas = make("canvas", { aria: { role: "img", label } });
    const drawn = wide ? make("div", { className: "window" }, canvas) : canvas;
    const lane = make("div", { className: `lane ${kind}` }, make("div", { className: "named" }, ...named), drawn);
    this.root.append(lane);
    this.#lanes.set(lane, { canvas, draw, wide, drawn: null });
    this.watch.observe(lane);
    if (pointer.seek) listenToPointer(drawn, this.view, pointer);
    return lane;
  }

  /** Draws all lanes anew, with the next frame of the screen. */
  redraw() {
    this.#span = null;
    for (const one of this.#lanes.values()) one.drawn = null;
    this.move();
  }

  /** Shows what the view shows by now, with the next frame of the screen. */
  move() {
    this.#plan(this.#lanes.keys());
  }

  #plan(lanes) {
    if (!this.#due.size) requestAnimationFrame(() => this.#show());
    for (const one of lanes) this.#due.add(one);
  }

  #show() {
    const due = [...this.#due].filter((lane) => this.#seen.has(lane)).map((lane) => this.#lanes.get(lane));
    this.#due.clear();
    let early = null;
    for (const one of due) {
      if (!one.wide) one.draw(one.canvas, this.view);
      else if (!one.drawn?.covers(this.view)) this.#drawWide(one);
      else if (!one.drawn.covers(this.view, MARGIN / 2)) early ??= one;
    }
    if (early) this.#drawWide(early);
    const { width } = this.span();
    for (const { wide, canvas, drawn } of due) if (wide) canvas.style.transform = `translateX(${Math.round(drawn.x(this.view.start, width))}px)`;
  }

  #drawWide(one) {
    one.drawn = new Stretch(this.view, MARGIN);
    drawStill(one.canvas, (sheet) => one.draw(sheet, one.drawn));
  }

  /** Where the canvases begin and how wide they are, in pixels from the left of the lanes. */
  span() {
    if (this.#span) return this.#span;
    const canvas = this.root.querySelector("canvas");
    if (!canvas) return { left: 0, width: 0 };
    const [inner, outer] = [canvas.getBoundingClientRect(), this.root.getBoundingClientRect()];
    this.#span = { left: inner.left - outer.left, width: inner.width };
    return this.#span;
  }
}

/** What a wide lane shows: a view, and `margin` of its length on either side. */
class Stretch {
  constructor(view, margin) {
    this.seen = view.length;
    this.start = view.start - margin * view.length;
    this.end = view.end + margin * view.length;
  }

  get length() { return this.end - this.start; }
  at(x, width) { return this.start + (x / width) * this.length; }

  /** Where `seconds` would be left of what is seen of it, `width` pixels wide. */
  x(seconds, width) { return ((this.start - seconds) / this.seen) * width; }

  /** Whether it has what a view shows, with so much around it as there is music, as near. */
  covers(view, margin = 0) {
    const around = margin * view.length;
    const near = Math.abs(view.length - this.seen) < 1e-9 * this.seen;
    return near && this.start <= Math.max(view.start - around, 0) + 1e-9 && this.end >= Math.min(view.end + around, view.seconds) - 1e-9;
  }
}

const name = (text, title = text) => make("span", { className: "name", title }, text);

export function addRulers(lanes, version, pointer, { timecode }) {
  const { colours } = lanes;
  const bars = version.bars.map((at, number) => ({ at, number, text: String(number + 1) }));
  const ruler = (text, marks, label) => lanes.add("ruler", [name(text)], (canvas, view) => {
    drawRuler(canvas, marks(lanes.span().width), view, colours);
  }, label, pointer);
  ruler("Bars", (width) => thinMarks(bars, lanes.view, width), `${bars.length} bars`);
  ruler("Time", (width) => clockMarks(lanes.view, width), "Minutes and seconds");
  if (version.picture) {
    ruler("Timecode", (width) => clockMarks(lanes.view, width / 1.6).map(({ at }) => ({ at, text: timecode(at) })), "Timecode of the picture");
  }
  if (version.sections.length) {
    const spans = version.sections.map((one) => ({ from: one.from, to: one.to, text: one.name }));
    lanes.add("ruler", [name("Sections")], (canvas) => drawSpans(canvas, spans, lanes.view, colours), `Sections: ${version.sections.map((one) => one.name).join(", ")}`, pointer);
  }
  if (version.hits.length) {
    const hits = () => version.hits.map((hit) => ({ at: hit.at, text: hit.name, colour: colours.accent }));
    lanes.add("ruler", [name("Hits")], (canvas) => drawNames(canvas, hits(), lanes.view, colours), `Hits: ${version.hits.map((one) => one.name).join(", ")}`, pointer);
  }
  const placed = version.warnings.filter((one) => one.at !== null);
  if (placed.length) {
    const marks = () => placed.map((one) => ({ at: one.at, text: `⚠ ${one.text}`, colour: colours.fair }));
    lanes.add("ruler", [name("Warnings")], (canvas) => drawNames(canvas, marks(), lanes.view, colours), `${placed.length} warnings at their places`, pointer);
  }
}

/** Waveforms come one after the other, so that sound never waits for them. */
export class Waves {
  #known = new Map();
  #last = Promise.resolve();

  constructor(ready) {
    this.ready = ready;
  }

  get(source) {
    if (!this.#known.has(source)) {
      this.#known.set(source, null);
      this.#last = this.#last.then(async () => {
        try {
          const answer = await fetch(`peaks/${source}`);
          if (!answer.ok) throw new Error(answer.statusText);
          const peaks = readPeaks(await answer.json());
          peaks.loudest = peaks.levels.at(-1).data.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
          this.#known.set(source, peaks);
          this.ready();
        } catch {
          this.#known.delete(source);
        }
      });
    }
    return this.#known.get(source);
  }

  /** What makes the loudest of them fill its lane, as far as eightfold. */
  get gain() {
    const loudest = Math.max(16, ...[...this.#known.values()].map((peaks) => peaks?.loudest ?? 0));
    return 127 / loudest;
  }

  /** Keeps those of these sources alone. */
  keep(sources) {
    for (const source of [...this.#known.keys()]) if (!sources.has(source)) this.#known.delete(source);
  }
}

/** A stem's lane, and its tracks' below it while they are unfolded. */
export function addStem(lanes, stem, number, { strips, waves, rate, made, pointer, unfolded, unfold }) {
  const colour = () => lanes.colours[`lane-${(number % LANE_COLOURS) + 1}`];
  const wave = (source) => (canvas, stretch) => {
    const peaks = made() ? waves.get(source) : null;
    if (peaks) drawWave(canvas, peaks, stretch, { rate, colour: colour(), gain: waves.gain });
    else fit(canvas);
  };
  const opener = make("button", {
    className: "opener", disabled: !stem.tracks.length, title: "Show its tracks",
    aria: { expanded: unfolded, label: `Tracks of ${stem.name}` },
    onclick: unfold,
  }, unfolded ? "▾" : "▸");
  const rows = [strip(lanes, stem.name, stem.name, strips, 0, [opener], wave(stem.source), number < 9 ? number + 1 : null, pointer)];
  if (!unfolded) return rows;
  for (const track of stem.tracks) {
    rows.push(strip(lanes, trackName(stem, track), track.name, strips, track.gain_db, [], wave(track.source), null, pointer));
  }
  return rows;
}

function strip(lanes, key, shown, strips, base, before, draw, digit, pointer) {
  const toggle = (what, letter, title) => make("button", {
    className: what, title, aria: { pressed: false, label: `${title}: ${shown}` },
    onclick: () => strips.set(key, { [what]: !strips.of(key)[what] }),
  }, letter);
  const solo = toggle("solo", "S", digit ? `Solo (${digit})` : "Solo");
  const mute = toggle("mute", "M", "Mute");
  const level = make("output", { className: "level clock" });
  const fader = make("input", {
    type: "range", min: LOWEST_DB, max: HIGHEST_DB, step: 0.1, className: "fader", title: "Fader; a double click puts it back",
    aria: { label: `Fader of ${shown}` },
    oninput: () => strips.set(key, { db: Math.round(10 * (Number(fader.value) - base)) / 10 }),
    ondblclick: () => strips.set(key, { db: 0 }),
  });
  const lane = lanes.add(before.length ? "stem" : "track", [...before, name(shown), solo, mute, fader, level], draw, `Waveform of ${shown}`, pointer, true);
  const show = (silent) => {
    lane.classList.toggle("silent", silent.has(key));
    const { db, mute: muted, solo: soloed } = strips.of(key);
    solo.setAttribute("aria-pressed", soloed);
    mute.setAttribute("aria-pressed", muted);
    if (document.activeElement !== fader || Number(fader.value) !== base + db) fader.value = base + db;
    level.textContent = decibels(base + db);
    fader.setAttribute("aria-valuetext", decibels(base + db));
    level.classList.toggle("moved", db !== 0);
  };
  return { key, lane, show };
}

export function addCurves(lanes, version, curves, pointer) {
  const { colours } = lanes;
  const curve = (text, points, label, options) => lanes.add("curve", [name(text), make("span", { className: "faint clock" }, options.said ?? "")], (canvas) => {
    drawCurve(canvas, points(), lanes.view, { ...options, colours, colour: colours[options.colour ?? "accent"] });
  }, label, pointer);
  if (curves) {
    const lufs = curves.integrated_lufs;
    curve("Loudness", () => curves.short_term, `Short-term loudness; ${signed(lufs)} LUFS altogether`, {
      low: -45, high: -5, fill: true, said: lufs === null ? "silent" : `${signed(lufs)} LUFS`,
      lines: [-14, -23].map((value) => ({ value, text: signed(value, 0) })),
    });
    const peak = curves.true_peak_dbtp;
    curve("True peak", () => curves.true_peaks, `True peak over time; ${signed(peak)} dBTP at most`, {
      low: -36, high: 3, colour: peak !== null && peak > -1 ? "bad" : "lane-2", said: peak === null ? "silent" : `${signed(peak)} dBTP`,
      lines: [-1, -18].map((value) => ({ value, text: signed(value, 0) })),
    });
    if (curves.speech) addSpeech(lanes, curves, curve, pointer);
  }
  const tempi = version.tempo.map(([, bpm]) => bpm);
  const [slowest, fastest] = [Math.min(...tempi), Math.max(...tempi)];
  const room = Math.max(2, 0.15 * (fastest - slowest));
  const round = (bpm) => Math.round(10 * bpm) / 10;
  curve("Tempo", () => [...version.tempo, [version.frames / version.rate, tempi[tempi.length - 1]]], `Tempo from ${round(slowest)} to ${round(fastest)} bpm`, {
    low: slowest - room, high: fastest + room, colour: "lane-3",
    said: slowest === fastest ? `${round(slowest)} bpm` : `${round(slowest)}–${round(fastest)} bpm`,
    lines: [...new Set([round(slowest), round(fastest)])].map((value) => ({ value, text: `${value}` })),
  });
}

function addSpeech(lanes, curves, curve, pointer) {
  const { speech, duck, target_lu: target } = curves;
  const { colours } = lanes;
  const over = (phrase) => phrase.speech_over_music_lu;
  const said = (phrase) => (over(phrase) === null ? "alone" : signed(over(phrase)));
  const spans = () => speech.phrases.map((phrase) => ({
    from: phrase.from, to: phrase.to, text: said(phrase),
    colour: over(phrase) === null || over(phrase) >= target - 0.5 ? colours.good : colours.bad,
  }));
  const texts = speech.phrases.map((phrase) => `${phrase.from.toFixed(1)} s: ${said(phrase)} LU`).join("; ");
  lanes.add("ruler", [name("Speech over music"), make("span", { className: "faint" }, speech.why_not || `wanted ${target} LU`)], (canvas) => {
    drawSpans(canvas, spans(), lanes.view, colours);
  }, `Phrases, and by how much they stand out: ${texts || speech.why_not}`, pointer);
  const dense = () => speech.phrases.map((phrase) => ({
    from: phrase.from, to: phrase.to,
    text: `${phrase.tracks} · ${phrase.masking.map(([stem, share]) => `${stem} ${Math.round(100 * share)} %`).join(", ")} · ${phrase.registers.join(", ")}`,
    colour: colours["lane-4"],
  }));
  lanes.add("ruler", [name("Tracks in the speech band")], (canvas) => drawSpans(canvas, dense(), lanes.view, colours), `What plays between 300 Hz and 4 kHz under each phrase: ${dense().map((one) => one.text).join("; ")}`, pointer);
  if (duck.length) {
    const deepest = Math.min(-6, ...duck.map(([, gain]) => gain));
    curve("Ducked by", () => duck, `The music is lowered by up to ${-deepest} dB`, {
      low: deepest - 1, high: 1, colour: "lane-5", fill: false, said: `${signed(deepest)} dB at most`,
      lines: [0, Math.round(deepest / 2), Math.round(deepest)].map((value) => ({ value, text: signed(value, 0) })),
    });
  }
}
