// What is read: levels, certificate in words, ducking, documents, files; of each version.

import { clock } from "./canvas.js";
import { make, table } from "./dom.js";
import { timecodeLabel } from "./timecode.js";

const KINDS = { pass: "good", warn: "fair", fail: "bad", note: "faint", protected: "fair" };
const WORDS = { pass: "Pass", warn: "Pass, with warnings", fail: "Fail" };

/** A verdict as a word, coloured beside what it says. */
export function verdict(kind, text = WORDS[kind] ?? kind) {
  return make("span", { class: KINDS[kind] ?? "faint" }, text);
}

/** All papers, a part for each version. */
export function papers(told) {
  const several = told.versions.length > 1;
  const each = told.versions.flatMap((version, number) => [
    several ? make("h2", {}, version.name) : null,
    ...certificate(version, several),
    ...levels(told, number, several),
    ...version.ducking.flatMap((one) => ducking(one, several)),
    ...hits(told, version, number, several),
    ...version.documents.filter((one) => one.name !== "hits").map(paper),
    files(version),
  ]);
  return several ? [...sideBySide(told), ...each] : each;
}

/** The mixes that several versions have, each with its loudness and true peak in all of them. */
function sideBySide(told) {
  const shared = new Map();
  for (const one of told.programmes.filter((programme) => programme.levels)) {
    shared.set(one.name, (shared.get(one.name) ?? new Map()).set(one.version, one.levels));
  }
  const rows = [...shared].filter(([, found]) => found.size > 1).flatMap(([name, found]) => [
    [name, "LUFS", ...told.versions.map((_, number) => (found.has(number) ? level(found.get(number).integrated_lufs) : ""))],
    [name, "dBTP", ...told.versions.map((_, number) => (found.has(number) ? level(found.get(number).true_peak_dbtp) : ""))],
  ]);
  if (!rows.length) return [];
  const heads = ["mix", "measured in", ...told.versions.map((one) => one.name)];
  return [make("h2", {}, "Versions side by side"), table(heads, rows, "Loudness and true peak of each version")];
}

const head = (several, text) => make(several ? "h3" : "h2", {}, text);

function certificate(version, several) {
  const words = version.certificate.map((text) => make("li", {}, text));
  words.push(...version.warnings.map((text) => make("li", { class: "fair" }, text)));
  const found = version.findings.map((one) => [verdict(one.verdict, one.verdict), one.path, one.check, one.text]);
  return [
    head(several, "Certificate"),
    make("p", {}, verdict(version.verdict), version.profile ? ` by the profile ${version.profile}` : ""),
    make("ul", { class: "words" }, words),
    found.length ? table(["verdict", "file", "check", "found"], found, "What was found") : null,
  ];
}

const LEVELS = ["integrated_lufs", "max_short_term_lufs", "max_momentary_lufs", "loudness_range_lu", "true_peak_dbtp"];

function levels(told, number, several) {
  const mixes = told.programmes.filter((one) => one.version === number && one.levels);
  const sounds = Object.entries(told.sounds).filter(([id, one]) => one.kind === "stem" && id.startsWith(`${number}-`));
  const row = (kind, one, seconds) => [one.name, kind, clock(seconds), ...LEVELS.map((name) => level(one.levels[name]))];
  const rows = [...mixes.map((one) => row("mix", one, one.seconds)), ...sounds.map(([, one]) => row("stem", one, one.frames / told.rate))];
  const heads = ["name", "kind", "length", "LUFS", "short-term", "momentary", "range, LU", "dBTP"];
  return [head(several, "Levels"), table(heads, rows, "Levels of mixes and stems")];
}

function ducking(one, several) {
  const place = (phrase) => `${clock(phrase.from, 1)} – ${clock(phrase.to, 1)}`;
  const rows = one.phrases.map((phrase, n) => [
    String(n + 1), place(phrase), level(phrase.speech_lufs), level(phrase.difference_before_lu),
    level(phrase.worst_difference_lu), level(phrase.gain_db), verdict(phrase.status),
  ]);
  const heads = ["phrase", "from – to", "speech, LUFS", "before, LU", "after, LU", "gain, dB", "verdict"];
  return [
    head(several, `Under dialogue: ${one.mix}`),
    make("p", {}, one.in_words),
    make("p", { class: "faint" }, `Asked for: speech ${level(one.target_lu)} LU over the music in every 3 s. `,
      `The music is softer by ${level(one.loss_in_speech_lu)} LU under speech, ${level(one.loss_outside_lu)} LU elsewhere.`),
    one.failures.length ? make("ul", { class: "words bad" }, one.failures.map((text) => make("li", {}, text))) : null,
    rows.length ? table(heads, rows, `Phrases of ${one.mix}`) : null,
  ];
}

/** Where hits land, by the delivery's own report; else the marks of the music. */
function hits(told, version, number, several) {
  const report = version.documents.find((one) => one.name === "hits" && one.rows?.length > 1);
  if (report) return [head(several, "Hits"), table(report.rows[0], report.rows.slice(1), "Hits and where the music lands")];
  const whole = told.programmes.find((one) => one.version === number && one.is_whole);
  const marks = whole?.marks.filter((one) => !one.is_section) ?? [];
  if (!marks.length) return [];
  const rows = marks.map((mark) => [mark.name, clock(mark.at, 2), whole.timecode ? timecodeLabel(mark.at, whole.timecode) : ""]);
  return [head(several, "Marks"), table(["name", "at", "timecode"], rows, "Marks of the music")];
}

function paper(document) {
  const [heads, ...rows] = document.rows ?? [[]];
  const body = document.rows ? table(heads ?? [], rows, document.name) : make("pre", {}, document.text);
  return make("details", {}, make("summary", {}, document.name.replace(/^./, (letter) => letter.toUpperCase())), body);
}

function files(version) {
  const rows = version.files.map((one) => [one.path, make("code", {}, one.sha256)]);
  return make("details", {}, make("summary", {}, `Files of ${version.folder}`), table(["file", "SHA-256"], rows, "Files and hashes"));
}
