// Notes with their places: kept in this browser, saved as a table that `hostkit spot import` reads.

import { rateText, timecodeLabel } from "./timecode.js";

/** No spreadsheet takes a cell for a formula that begins with an apostrophe. */
const harmless = (text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
const cell = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const HEADS = ["name", "timecode", "frame rate", "seconds", "by", "heard in", "heard after"];

export class Notes extends EventTarget {
  #key;
  list = []; // { at: seconds from the file's start, text, by, programme: its index }
  unsaved = false;

  constructor(key) {
    super();
    this.#key = `hostkit review ${key}`;
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key) ?? "[]");
      this.list = kept.filter((note) => Number.isFinite(note.at) && typeof note.text === "string");
    } catch { /* this browser keeps nothing of pages on disk */ }
  }

  add(note) {
    this.list.push(note);
    this.list.sort((one, other) => one.at - other.at);
    this.#changed();
  }

  remove(note) {
    this.list = this.list.filter((one) => one !== note);
    this.#changed();
  }

  #changed() {
    this.unsaved = this.list.length > 0;
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.list));
    } catch { /* then they last as long as the page is open */ }
    this.dispatchEvent(new Event("change"));
  }

  /** The table. Of a cut-down the session knows no places: such rows say where they were heard. */
  csv(told) {
    const rows = this.list.map((note) => {
      const programme = told.programmes[note.programme] ?? told.programmes[0];
      const { is_whole: whole, music_at: music, timecode } = programme;
      const heard = `${told.versions[programme.version].name}, ${programme.name}`;
      return [
        harmless(note.text.replace(/\s+/g, " ").trim()),
        whole && timecode ? timecodeLabel(note.at, timecode) : "",
        whole && timecode ? rateText(timecode.rate) : "",
        whole ? (note.at - music).toFixed(6) : "",
        harmless(note.by ?? ""),
        harmless(heard),
        `${note.at.toFixed(3)} s`,
      ];
    });
    return [HEADS, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
  }
}
