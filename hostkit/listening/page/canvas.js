// Waveforms, rulers, sections, hits and curves, drawn over time on canvases.
//
// A View is what stretch of time is seen; everything drawn with one View stands under each other.
// Times are seconds. A canvas is drawn anew only when its View, size, data or the colours change:
// the play head is an element of its own, moved over it.

/** The colours of looks.css as they are now: `colours["lane-1"]`. */
export function readColours() {
  const style = getComputedStyle(document.documentElement);
  return new Proxy({}, { get: (_, name) => style.getPropertyValue(`--${String(name)}`).trim() });
}

/** Calls `redraw` when the reader changes between light and dark. */
export function onColours(redraw) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}

/** The stretch of time that is seen, within 0 … `seconds`. */
export class View extends EventTarget {
  constructor(seconds) {
    super();
    this.seconds = Math.max(seconds, 0.001);
    this.start = 0;
    this.end = this.seconds;
  }

  get length() { return this.end - this.start; }
  x(seconds, width) { return ((seconds - this.start) / this.length) * width; }
  at(x, width) { return this.start + (x / width) * this.length; }

  /** Shows from `start` for `length` seconds, as far as there is time; 0.05 s at least. */
  show(start, length = this.length) {
    const shown = Math.min(Math.max(length, Math.min(0.05, this.seconds)), this.seconds);
    this.start = Math.min(Math.max(start, 0), this.seconds - shown);
    this.end = this.start + shown;
    this.dispatchEvent(new Event("change"));
  }

  /** Zooms by `factor` (2: twice as near); what is at `seconds` stays where it is. */
  zoom(factor, seconds = (this.start + this.end) / 2) {
    const length = Math.min(this.length / factor, this.seconds);
    this.show(seconds - (seconds - this.start) * (length / this.length), length);
  }

  /** Turns the page when `seconds` is not seen. */
  follow(seconds) {
    if (seconds < this.start || seconds > this.end) this.show(seconds - this.length * 0.05);
  }
}

/** A canvas made as sharp as its screen: its context in CSS pixels, cleared, and its size. */
export function fit(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.max(canvas.clientWidth, 1), height = Math.max(canvas.clientHeight, 1);
  const wide = Math.round(width * ratio), high = Math.round(height * ratio);
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

let sheet = null;

/** Shows on a canvas what `draw` draws on another as large: it is moved for nothing, where a canvas
    that may be drawn on is copied for every frame of the screen. */
export function drawStill(canvas, draw) {
  if (!globalThis.OffscreenCanvas) return draw(canvas); // Safari before 16.4
  sheet ??= new OffscreenCanvas(1, 1);
  const { clientWidth, clientHeight } = canvas;
  draw(Object.assign(sheet, { clientWidth, clientHeight }));
  return canvas.getContext("bitmaprenderer").transferFromImageBitmap(sheet.transferToImageBitmap());
}

/** Peaks as peaks.py writes them, ready to draw: levels from fine to coarse. */
export function readPeaks(json) {
  const bytes = (text) => Int8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const levels = json.levels.map((level) => ({ frames: level.frames, data: bytes(level.data) }));
  return { frames: json.frames, levels };
}

/** A waveform, or an even line where nothing sounds. `gain` makes quiet ones seen. */
export function drawWave(canvas, peaks, view, { rate, colour, gain = 1 }) {
  const { pen, width, height } = fit(canvas);
  const middle = height / 2, half = (middle - 1) * gain / 127;
  const framesOfPixel = (view.length * rate) / width;
  const coarsest = peaks.levels.filter((level) => level.frames <= framesOfPixel).pop();
  const { frames, data } = coarsest ?? peaks.levels[0];
  const points = data.length / 2;
  pen.fillStyle = colour;
  for (let x = 0; x < width; x += 1) {
    const from = Math.floor((view.at(x, width) * rate) / frames);
    if (from < 0) continue; // before the music
    if (from >= points) {
      pen.fillRect(x, middle - 0.5, width - x, 1);
      break;
    }
    const to = Math.max(from + 1, Math.floor((view.at(x + 1, width) * rate) / frames));
    let low = 127, high = -127;
    for (let point = from; point < to && point < points; point += 1) {
      low = Math.min(low, data[2 * point]);
      high = Math.max(high, data[2 * point + 1]);
    }
    const top = Math.min(Math.max(0, middle - high * half), middle - 0.5);
    const bottom = Math.max(Math.min(height, middle - low * half), middle + 0.5);
    pen.fillRect(x, top, 1, bottom - top); // an eighth of what one path of them takes
  }
}

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Minutes and seconds, with so many decimals: `1:05`, `0:01.5`. */
export function clock(seconds, decimals = 0) {
  const unit = 10 ** decimals, whole = Math.max(0, Math.round(seconds * unit));
  const minutes = Math.floor(whole / (60 * unit)), rest = (whole - minutes * 60 * unit) / unit;
  return `${minutes}:${rest.toFixed(decimals).padStart(decimals ? 3 + decimals : 2, "0")}`;
}

/** A number with a true minus sign and so many decimals; "−∞" for null, which is silence. */
export function level(value, decimals = 1) {
  if (value === null || value === undefined) return "−∞";
  return value.toFixed(decimals).replace("-", "−");
}

/** Marks of minutes and seconds for a ruler `width` pixels wide. */
export function clockMarks(view, width) {
  const room = width / 70;
  const step = STEPS.find((one) => view.length / one <= room) ?? 7200;
  const marks = [];
  for (let n = Math.ceil(view.start / step); n * step <= view.end; n += 1) {
    marks.push({ at: n * step, text: clock(n * step, step < 1 ? 1 : 0) });
  }
  return marks;
}

/** Of places with a text each (bars, timecode), as many as there is room for. */
export function thinMarks(places, view, width, room = 56) {
  const seen = places.filter((place) => place.at >= view.start && place.at <= view.end);
  const most = Math.max(1, Math.floor(width / room));
  let every = 1;
  while (seen.length / every > most) every *= 2;
  return seen.filter((place) => (place.number ?? 0) % every === 0);
}

/** Upright lines with a text beside each, where all of it has room: `{at, text}`. */
export function drawRuler(canvas, marks, view, colours) {
  drawMarks(canvas, marks, view, colours, (text, _, rest) => (rest >= 0 ? text : ""));
}

/** Upright lines with a name beside each, as much of it as has room up to the next line: `{at, text, colour}`. */
export function drawNames(canvas, marks, view, colours) {
  const sorted = [...marks].sort((one, other) => one.at - other.at);
  drawMarks(canvas, sorted, view, colours, (text, room, _, pen) => shortened(pen, text, room));
}

/** Lines, each with what `shown` makes of its text: given the room to the next line, and what a whole text leaves of the canvas. */
function drawMarks(canvas, marks, view, colours, shown) {
  const { pen, width, height } = fit(canvas);
  pen.font = `12px ${colours.font}`;
  pen.textBaseline = "middle";
  pen.lineWidth = 4;
  pen.lineJoin = "round";
  for (const { at, colour } of marks) {
    pen.fillStyle = colour ?? colours.edge;
    pen.fillRect(Math.round(view.x(at, width)), 0, 1, height);
  }
  let free = -Infinity;
  for (const [number, { at, text: whole, colour }] of marks.entries()) {
    const x = view.x(at, width), next = number + 1 < marks.length ? view.x(marks[number + 1].at, width) : width;
    const text = x < free ? "" : shown(whole, Math.min(next, width) - x - 8, width - x - 4 - pen.measureText(whole).width, pen);
    if (!text) continue;
    pen.strokeStyle = colours.paper; // lines do not cross words
    pen.strokeText(text, x + 4, height / 2);
    pen.fillStyle = colour ?? colours.faint;
    pen.fillText(text, x + 4, height / 2);
    free = x + 8 + pen.measureText(text).width;
  }
}

/** Stretches with a name each, such as sections: `{from, to, text}`; a name has room up to the next one. */
export function drawSpans(canvas, spans, view, colours) {
  const { pen, width, height } = fit(canvas);
  pen.font = `12px ${colours.font}`;
  pen.textBaseline = "middle";
  for (const [number, { from, to, text, colour }] of spans.entries()) {
    const left = Math.max(view.x(from, width), 0), right = Math.min(view.x(to, width), width);
    if (right <= left) continue;
    pen.fillStyle = colours.panel;
    pen.fillRect(left, 1, Math.max(right - left - 1, 1), height - 2);
    pen.fillStyle = colour ?? colours.edge;
    pen.fillRect(left, 1, 2, height - 2);
    pen.fillStyle = colours.ink;
    const next = number + 1 < spans.length ? view.x(spans[number + 1].from, width) : width;
    pen.fillText(shortened(pen, text, Math.min(next, width) - left - 10), left + 7, height / 2);
  }
}

/** As much of a text as has room, an ellipsis for the rest; nothing where there is none to speak of. */
function shortened(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  let letters = text.length;
  while (letters > 0 && pen.measureText(`${text.slice(0, letters)}…`).width > room) letters -= 1;
  return letters > 1 ? `${text.slice(0, letters)}…` : "";
}

/** Which points are seen, with one more on either side: from, to. */
function seenOf(points, view) {
  const after = points.findIndex(([at]) => at > view.start), past = points.findIndex(([at]) => at > view.end);
  return [Math.max((after < 0 ? points.length : after) - 1, 0), past < 0 ? points.length : past + 1];
}

/**
 * A curve through `points` of [seconds, value], `low` at the bottom and `high` at the top, with
 * `lines` of {value, text} across it. Values that are null leave a gap.
 */
export function drawCurve(canvas, points, view, { low, high, colour, colours, lines = [], fill = false }) {
  const { pen, width, height } = fit(canvas);
  const y = (value) => height - 2 - ((Math.min(Math.max(value, low), high) - low) / (high - low)) * (height - 4);
  pen.font = `11px ${colours.font}`;
  pen.textBaseline = "bottom";
  for (const { value, text } of lines) {
    pen.fillStyle = colours.grid;
    pen.fillRect(0, Math.round(y(value)), width, 1);
  }
  let first = null, last = null;
  pen.beginPath();
  for (const [at, value] of points.slice(...seenOf(points, view))) {
    if (value === null) { last = null; continue; }
    const x = view.x(at, width);
    if (last === null) pen.moveTo(x, y(value)); else pen.lineTo(x, y(value));
    first ??= x;
    last = x;
  }
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.lineJoin = "round";
  pen.stroke();
  if (fill && first !== null && last !== null) {
    pen.lineTo(last, y(low));
    pen.lineTo(first, y(low));
    pen.globalAlpha = 0.14;
    pen.fillStyle = colour;
    pen.fill();
    pen.globalAlpha = 1;
  }
  pen.lineWidth = 4;
  for (const { value, text } of lines) {
    const height = Math.max(y(value) - 1, 12);
    pen.strokeStyle = colours.paper; // the curve does not cross words
    pen.strokeText(text, 3, height);
    pen.fillStyle = colours.faint;
    pen.fillText(text, 3, height);
  }
}

/**
 * A pointer on something drawn over time: a press seeks, dragging chooses a stretch, a wheel with
 * Ctrl (or pinching) zooms, one sideways scrolls.
 */
export function listenToPointer(element, view, { seek, choose }) {
  let from = null;
  const at = (event) => {
    const box = element.getBoundingClientRect();
    return Math.min(Math.max(view.at(event.clientX - box.left, box.width), 0), view.seconds);
  };
  const far = (event) => Math.abs(event.clientX - from.x) > 5;
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    from = { x: event.clientX, at: at(event) };
    if (event.pointerType === "mouse") element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    if (from && far(event)) choose?.(Math.min(from.at, at(event)), Math.max(from.at, at(event)));
  });
  element.addEventListener("pointerup", (event) => {
    if (from && !far(event)) seek(at(event));
    from = null;
  });
  element.addEventListener("pointercancel", () => { from = null; });
  element.addEventListener("wheel", (event) => {
    if (event.ctrlKey) view.zoom(Math.exp(-event.deltaY / 200), at(event));
    else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      view.show(view.start + (event.deltaX / element.clientWidth) * view.length);
    } else return;
    event.preventDefault();
  }, { passive: false });
}
