// Faders, solo and mute by track, as they are set here and in the player.

import { gainOf } from "./lanes.js";

/** Faders by track; stems of one name in several versions are one track. */
export class Mixer {
  #tracks = new Map();
  constructor(player) { this.player = player; }
  name(sound) { return `${sound.kind} ${sound.name}`; }
  get(name) {
    if (!this.#tracks.has(name)) this.#tracks.set(name, { decibels: 0, mute: false, solo: false });
    return this.#tracks.get(name);
  }
  /** Whether there is such a track. */
  some(test) { return [...this.#tracks.values()].some(test); }
  toggle(name, kind) { this.set(name, { [kind]: !this.get(name)[kind] }); }
  fade(name, decibels) { this.set(name, { decibels }); }
  set(name, change) {
    const { decibels, mute, solo } = Object.assign(this.get(name), change);
    this.player.mix(name, { gain: gainOf(decibels), mute, solo });
  }
  unsolo() { this.keep([]); }
  /** Tracks that are not heard any more leave no solo behind. */
  keep(names) {
    for (const [name, track] of this.#tracks) if (track.solo && !names.includes(name)) this.set(name, { solo: false });
  }
}
