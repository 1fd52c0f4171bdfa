// The page: what is heard, where it is, and what is pressed.

import { clock, onColours, View } from "./canvas.js";
import { make, the } from "./dom.js";
import { Lanes } from "./lanes.js";
import { Mixer } from "./mixer.js";
import { Notebook } from "./notebook.js";
import { Notes } from "./notes.js";
import { papers, verdict } from "./papers.js";
import { Player } from "./player.js";
import { Segments } from "./segments.js";
import { timecodeLabel } from "./timecode.js";

const DEPTHS = { pcm16: "16-bit", pcm24: "24-bit", float32: "32-bit float" };

class Review {
  constructor(told) {
    this.told = told;
    this.context = new AudioContext({ sampleRate: told.rate });
    this.segments = new Segments(told, this.context);
    this.player = new Player({
      context: this.context, rate: told.rate, segmentFrames: told.segment_frames,
      segment: (id, number) => this.segments.segment(id, number),
    });
    this.mixer = new Mixer(this.player);
    this.view = new View(1);
    this.notes = new Notes(told.id);
    const act = { seek: (seconds) => this.seek(seconds), choose: (start, end) => this.choose({ start, end }) };
    this.lanes = new Lanes(the("lanes"), this.view, this.mixer, act);
    this.notebook = new Notebook(told, this.notes, {
      place: () => ({ at: this.seconds, programme: told.programmes.indexOf(this.programme) }),
      go: (note) => this.#visit(note),
    });
    [this.chosen, this.looping, this.last] = [null, false, 0];
    this.#head();
    this.#listen();
    this.listen(told.programmes.find((one) => one.is_whole) ?? told.programmes[0]);
    const moved = () => { this.#place(); requestAnimationFrame(moved); };
    requestAnimationFrame(moved);
  }

  get seconds() { return this.player.position / this.told.rate; }

  /** Hears another programme, at the same place. Promises that it is heard. */
  async listen(programme) {
    const { told } = this;
    const other = this.programme?.seconds !== programme.seconds;
    this.programme = programme;
    const sounds = programme.sounds.map((id) => ({ name: this.mixer.name(told.sounds[id]), source: id }));
    this.mixer.keep(sounds.map((one) => one.name));
    this.view.seconds = programme.seconds;
    if (other) { this.view.show(0, programme.seconds); this.choose(null); }
    const ducking = told.versions[programme.version].ducking.find((one) => one.mix === programme.name);
    this.lanes.show(told, programme, { ducking, notes: () => this.#notesHere() });
    this.lanes.balance();
    this.#choices();
    return this.player.load({ frames: programme.frames, tracks: sounds, level: this.#matched(programme) });
  }

  /** The gain at which all that can be compared with it is as loud as the softest of that. */
  #matched(programme) {
    const alike = this.told.programmes.filter((one) => one.name === programme.name && one.levels?.integrated_lufs != null);
    if (!the("match").checked || alike.length < 2 || programme.levels?.integrated_lufs == null) return 1;
    const softest = Math.min(...alike.map((one) => one.levels.integrated_lufs));
    return 10 ** ((softest - programme.levels.integrated_lufs) / 20);
  }

  seek(seconds) {
    this.view.follow(seconds);
    return this.player.seek(seconds * this.told.rate);
  }

  choose(range) {
    this.chosen = range && range.end - range.start > 0.05 ? range : null;
    this.loop(this.chosen ? this.looping : false);
  }

  loop(wanted) {
    this.looping = wanted;
    const range = this.chosen ?? { start: 0, end: this.programme?.seconds ?? 0 };
    const { rate } = this.told;
    this.player.loop = wanted ? { start: range.start * rate, end: range.end * rate } : null;
    the("loop").setAttribute("aria-pressed", String(wanted));
  }

  toggle() {
    return this.player.playing ? this.player.pause() : this.player.play().catch(({ message }) => this.#say(message));
  }

  version(number) {
    const { told, programme } = this;
    const theirs = told.programmes.filter((one) => one.version === number);
    const same = theirs.find((one) => one.name === programme.name) ?? theirs.find((one) => one.form === programme.form) ?? theirs[0];
    if (same) return this.listen(same);
  }

  #head() {
    const { told } = this;
    the("title").textContent = told.title;
    const [first] = told.versions;
    const facts = [`${first.sample_rate / 1000} kHz`, DEPTHS[first.sample_format] ?? first.sample_format, first.profile ? `profile ${first.profile}` : null, first.folder];
    the("subtitle").textContent = told.versions.length > 1 ? `${told.versions.length} versions` : facts.filter(Boolean).join(" · ");
    const worst = ["fail", "warn", "pass"].find((kind) => told.versions.some((one) => one.verdict === kind));
    the("verdict").replaceChildren("Certificate: ", verdict(worst));
    const sound = `sound as MP3 of ${told.bitrate_kbps} kbit/s, for listening: what was delivered is untouched`;
    the("made").textContent = `Made by ${told.made_by}; ${sound}. This page fetches nothing.`;
    the("papers").replaceChildren(...papers(told).filter(Boolean));
    const letter = (number) => String.fromCharCode(65 + number);
    const named = (one, number) => make("button", { onclick: () => this.version(number) }, `${letter(number)}: ${one.name}`);
    const letters = told.versions.map(named);
    the("versions").replaceChildren(...letters);
    the("versions").hidden = the("matched").hidden = letters.length < 2;
  }

  #choices() {
    const { told, programme } = this;
    [...the("versions").children].forEach((button, number) => {
      button.setAttribute("aria-pressed", String(number === programme.version));
    });
    const options = told.programmes.filter((one) => one.version === programme.version).map((one) => {
      const about = [one.name, one.changes].filter(Boolean).join(", ");
      return make("option", { value: one.id, selected: one === programme }, about);
    });
    the("programme").replaceChildren(...options);
    the("listening").hidden = options.length < 2;
    const measured = programme.levels;
    const without = programme.without.length ? `without ${programme.without.join(", ")}` : "";
    the("levels").textContent = [
      measured && `${level(measured.integrated_lufs)} LUFS`, measured && `${level(measured.true_peak_dbtp)} dBTP`, without,
    ].filter(Boolean).join(" · ");
  }

  #place() {
    const { seconds, programme } = this;
    if (this.player.playing) this.view.follow(seconds);
    this.lanes.place(seconds, this.chosen);
    const text = `${clock(seconds, 1)} / ${clock(programme.seconds)}`;
    if (the("position").textContent !== text) the("position").textContent = text;
    the("timecode").textContent = programme.timecode ? timecodeLabel(seconds, programme.timecode) : "";
  }

  #say(trouble) {
    the("trouble").hidden = !trouble;
    the("trouble").textContent = trouble;
  }

  /** Goes to a note, in the mix of which it was written. */
  async #visit({ at, programme }) {
    const theirs = this.told.programmes[programme];
    if (theirs && theirs !== this.programme) await this.listen(theirs);
    return this.seek(at);
  }

  #notesHere() {
    return this.notes.list.filter((note) => this.told.programmes[note.programme]?.form === this.programme.form);
  }

  #listen() {
    const press = {
      play: () => this.toggle(), loop: () => this.loop(!this.looping), nearer: () => this.view.zoom(2, this.seconds),
      farther: () => this.view.zoom(0.5, this.seconds), everything: () => this.view.show(0, this.view.seconds),
    };
    for (const [id, does] of Object.entries(press)) the(id).addEventListener("click", does);
    const wanted = () => this.told.programmes.find((one) => one.id === the("programme").value);
    the("programme").addEventListener("change", () => this.listen(wanted()));
    the("match").addEventListener("change", () => this.listen(this.programme));
    this.player.addEventListener("change", () => {
      the("play").textContent = this.player.playing ? "Pause" : "Play";
      if (this.player.playing) this.#say("");
    });
    this.player.addEventListener("trouble", ({ error }) => {
      this.#say(`The sound cannot be played: ${error.message || error.name}. Every current browser plays MP3; try another, or save the page to the disk first.`);
    });
    this.notes.addEventListener("change", () => this.lanes.draw());
    onColours(() => this.lanes.draw());
    addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const { target, key, shiftKey } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches("textarea, select, input:not([type=checkbox], [type=range])")) return;
    if (key === " " && target.matches("button, summary, input[type=checkbox]")) return; // it presses that
    if (key.length > 1 && target.matches("input[type=range]")) return; // it moves that
    const step = shiftKey ? 1 : 5;
    const digit = /^Digit([1-9])$/.exec(event.code);
    const keys = {
      " ": () => this.toggle(), l: () => this.loop(!this.looping), n: () => this.notebook.write(), Escape: () => this.choose(null),
      ArrowLeft: () => this.seek(Math.max(0, this.seconds - step)), ArrowRight: () => this.seek(Math.min(this.programme.seconds, this.seconds + step)),
      Home: () => this.seek(0), End: () => this.seek(this.programme.seconds), "+": () => this.view.zoom(2, this.seconds),
      "-": () => this.view.zoom(0.5, this.seconds), b: () => this.version((this.programme.version + 1) % this.told.versions.length),
      m: () => this.#sound(this.last, "mute"), 0: () => { this.mixer.unsolo(); this.lanes.balance(); },
    };
    const does = digit ? () => this.#sound(Number(digit[1]) - 1, shiftKey ? "mute" : "solo") : keys[key.length === 1 ? key.toLowerCase() : key];
    if (!does) return;
    event.preventDefault();
    does();
  }

  #sound(number, kind) {
    const id = this.programme.sounds[number];
    if (id === undefined) return;
    this.last = number;
    this.mixer.toggle(this.mixer.name(this.told.sounds[id]), kind);
    this.lanes.balance();
  }
}

try {
  globalThis.review = new Review(JSON.parse(the("told").textContent));
  globalThis.review.timecodeLabel = timecodeLabel; // for who drives the page
} catch (error) {
  the("trouble").hidden = false;
  the("trouble").textContent = `This browser cannot show the page: ${error.message}. It needs one of the last few years.`;
  throw error;
}
