// Places in the music as a musician and an editor name them: bars and beats, time, timecode.

/** The bar and the part of it at `seconds`, given where the bars begin: `12|3` where beats are even. */
export function barAt(seconds, bars) {
  let low = 0, high = bars.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (bars[middle] <= seconds + 1e-6) low = middle; else high = middle - 1;
  }
  return low;
}

/** `9|2.5`: bar and beat at `seconds`; `beats` are those of each bar. */
export function barAndBeat(seconds, bars, beats) {
  const bar = barAt(seconds, bars);
  const start = bars[bar] ?? 0;
  const length = (bars[bar + 1] ?? start + (start - (bars[bar - 1] ?? start - 2))) - start;
  const count = beats[bar] ?? 4;
  const beat = 1 + Math.min(Math.floor((10 * count * (seconds - start)) / length) / 10, count);
  return `${bar + 1}|${Number.isFinite(beat) ? beat.toFixed(1) : 1}`;
}

/** `01:00:42:10` of the frame on screen at `seconds`; with `;` where numbers are dropped. */
export function timecodeAt(seconds, { frames_per_second: rate, nominal, dropped, start_frame: start }) {
  const day = 24 * 6 * (600 * nominal - 9 * dropped);
  const frame = (((start + Math.floor(seconds * rate + 1e-6)) % day) + day) % day;
  const tenMinutes = 600 * nominal - 9 * dropped, minute = 60 * nominal - dropped;
  const tens = Math.floor(frame / tenMinutes), rest = frame % tenMinutes;
  const skipped = rest >= 60 * nominal ? Math.ceil((rest - 60 * nominal + 1) / minute) : 0;
  const number = frame + dropped * (9 * tens + skipped);
  const parts = [number / (3600 * nominal), (number / (60 * nominal)) % 60, (number / nominal) % 60].map((one) => String(Math.floor(one)).padStart(2, "0"));
  return `${parts.join(":")}${dropped ? ";" : ":"}${String(number % nominal).padStart(2, "0")}`;
}
