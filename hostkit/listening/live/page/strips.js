// Faders, solos and mutes of stems and of the tracks in them, as this page has them.
//
// A stem sounds whole as long as nothing is done to a track of it: then it is the stem as it is
// delivered. A stem whose tracks are moved is *open*: its tracks sound one by one, each through its
// fader, its sends and the stem's buses, and what they add up to is the stem where those are linear.

import { level } from "./canvas.js";

const factor = (decibels) => (decibels <= LOWEST_DB ? 0 : 10 ** (decibels / 20));

export const LOWEST_DB = -60;
export const HIGHEST_DB = 12;

export class Strips extends EventTarget {
  #of = new Map(); // name → { db, mute, solo }

  constructor(key) {
    super();
    this.key = key;
    this.#remembered();
  }

  /** The stems of a mix: `[{name, source, tracks: [{name, source, gain_db}]}]`. */
  show(stems) {
    this.stems = stems;
  }

  of(name) {
    if (!this.#of.has(name)) this.#of.set(name, { db: 0, mute: false, solo: false });
    return this.#of.get(name);
  }

  set(name, changes) {
    Object.assign(this.of(name), changes);
    this.#keep();
    this.dispatchEvent(new Event("change"));
  }

  /** Lets everything be heard, faders left where they are. */
  unsolo() {
    for (const strip of this.#of.values()) strip.solo = false;
    this.set(this.stems[0].name, {});
  }

  isOpen(stem) {
    return stem.tracks.some((track) => {
      const { db, mute, solo } = this.of(trackName(stem, track));
      return db !== 0 || mute || solo;
    });
  }

  /** What sounds: a name, a source, a gain and whether it is heard, for each stem or track. */
  sounding() {
    const soloed = this.stems.some((stem) => this.of(stem.name).solo || stem.tracks.some((track) => this.of(trackName(stem, track)).solo));
    return this.stems.flatMap((stem) => {
      const own = this.of(stem.name);
      if (!this.isOpen(stem)) return [{ name: stem.name, source: stem.source, gain: factor(own.db), mute: own.mute || (soloed && !own.solo) }];
      const picked = stem.tracks.some((track) => this.of(trackName(stem, track)).solo);
      return stem.tracks.map((track) => {
        const name = trackName(stem, track);
        const { db, mute, solo } = this.of(name);
        const heard = !own.mute && !mute && (!soloed || solo || (own.solo && !picked));
        return { name, source: track.source, gain: factor(own.db + db), mute: !heard };
      });
    });
  }

  /** By how many dB the faders of tracks were moved, by track; a stem's moves all its tracks. */
  moved() {
    const moved = {};
    for (const stem of this.stems) {
      for (const track of stem.tracks) {
        const db = this.of(stem.name).db + this.of(trackName(stem, track)).db;
        if (db) moved[track.name] = Math.round(10 * db) / 10;
      }
    }
    return moved;
  }

  /** All faders at 0 dB, as after they were written into the session. */
  zero() {
    for (const strip of this.#of.values()) strip.db = 0;
    this.#keep();
    this.dispatchEvent(new Event("change"));
  }

  #remembered() {
    try {
      for (const [name, { db, mute, solo }] of Object.entries(JSON.parse(localStorage.getItem(this.key) ?? "{}"))) {
        this.#of.set(name, { db: Number(db) || 0, mute: mute === true, solo: solo === true });
      }
    } catch {
      // What is kept is damaged, or nothing may be kept: faders begin at 0 dB.
    }
  }

  #keep() {
    const moved = [...this.#of].filter(([, { db, mute, solo }]) => db || mute || solo);
    try {
      localStorage.setItem(this.key, JSON.stringify(Object.fromEntries(moved)));
    } catch {
      // Nothing may be kept, or there is no room: faders last as long as the page.
    }
  }
}

export function trackName(stem, track) {
  return `${stem.name} / ${track.name}`;
}

/** Decibels as they are said: `−6.0 dB`, `+1.5 dB`, `off`. */
export function decibels(db) {
  if (db <= LOWEST_DB) return "off";
  return `${db > 0 ? "+" : ""}${level(db)} dB`;
}
