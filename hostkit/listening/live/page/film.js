// The picture, held to the sound.
//
// A browser takes its time to seek and to begin again, so a picture that is a little off while it
// runs is made up for by its speed; only one that is far off is sought, ahead by what that took last.

const FAR_SECONDS = 0.3;
const STILL_SECONDS = 0.001;
const FRAME_SECONDS = 1 / 30; // off by less, it runs at its own speed
const LONGEST_LEAD_SECONDS = 2;

export class Film {
  #name = null;
  #ahead = 0; // of the sound, in seconds
  #lead = 0;
  #sought = 0;

  /** `trouble` is where it is said that a film cannot be shown; `ready` is called when one can be. */
  constructor(element, trouble, ready) {
    Object.assign(this, { element, trouble });
    element.addEventListener("loadedmetadata", ready);
    element.addEventListener("error", () => this.#fail());
    element.addEventListener("seeking", () => { this.#sought = performance.now(); });
    element.addEventListener("seeked", () => { this.#lead = Math.min((performance.now() - this.#sought) / 1000, LONGEST_LEAD_SECONDS); });
  }

  /** Shows a film, `{ name, ahead_seconds }`, or none. */
  show(film) {
    this.#ahead = film?.ahead_seconds ?? 0;
    if (this.#name === (film?.name ?? null)) return;
    this.#name = film?.name ?? null;
    this.trouble.hidden = true;
    this.element.hidden = !film;
    if (film) this.element.src = "picture"; else this.element.removeAttribute("src");
    this.element.load();
  }

  #fail() {
    if (!this.#name) return;
    this.element.hidden = true;
    this.trouble.hidden = false;
    this.trouble.textContent = `This browser cannot show ${this.#name}. H.264 in .mp4 is shown by nearly all: `
      + "ffmpeg -i FILE -an -c:v libx264 -pix_fmt yuv420p FILE.mp4 makes it.";
  }

  /** Is where the sound is, `seconds` from its start, and runs where that does. */
  follow(seconds, playing) {
    const { element } = this;
    if (!element.duration) return; // nothing of it is known yet
    const wanted = seconds + this.#ahead;
    const at = Math.min(Math.max(wanted, 0), element.duration);
    const late = at - element.currentTime;
    if (!playing || at !== wanted) {
      element.pause();
      if (Math.abs(late) > STILL_SECONDS) element.currentTime = at;
      return;
    }
    if (element.paused && !element.ended) element.play().catch(() => {});
    if (Math.abs(late) <= FAR_SECONDS) element.playbackRate = 1 + 2 * FRAME_SECONDS * Math.trunc(late / FRAME_SECONDS);
    else if (!element.seeking) element.currentTime = at + this.#lead;
  }
}
