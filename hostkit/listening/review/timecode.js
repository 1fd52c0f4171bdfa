// Timecode of a place: by frames since midnight, and with drop frame as SMPTE ST 12-1 has it.

/** The label of the frame that is on screen `seconds` after the file's start. */
export function timecodeLabel(seconds, { start_seconds: start, rate: [numerator, denominator], drop }) {
  const nominal = Math.round(numerator / denominator);
  let frames = Math.floor(((start + seconds) * numerator) / denominator + 1e-4);
  if (drop) {
    const dropped = nominal / 15; // labels in each minute that is no tenth
    const minute = nominal * 60 - dropped, ten = minute * 10 + dropped;
    const rest = frames % ten;
    frames += dropped * 9 * Math.floor(frames / ten);
    if (rest >= nominal * 60) frames += dropped * (1 + Math.floor((rest - nominal * 60) / minute));
  }
  frames = ((frames % (nominal * 86400)) + nominal * 86400) % (nominal * 86400);
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  const second = Math.floor(frames / nominal);
  const clock = [second / 3600, (second / 60) % 60, second % 60].map(two).join(":");
  return `${clock}${drop ? ";" : ":"}${two(frames % nominal)}`;
}

/** What stands in a table of markers as their frame rate. */
export function rateText([numerator, denominator]) {
  return denominator === 1 ? String(numerator) : (numerator / denominator).toFixed(3);
}
