// Segments of sound: MP3 in blocks of this page, or in scripts beside it, decoded when asked for.
//
// A segment begins with frames that only its decoder needs, and ends in those of the next one, into
// which it is faded. Decoders differ in what they leave in front of all: an impulse tells.

const KEPT_TAILS = 256;

export class Segments {
  #told;
  #context;
  #offset = null; // promise of the frames that this browser's decoder leaves in front
  #tails = new Map(); // "sound/number" → promise of what comes after it
  #waiting = new Map(); // name of a script beside the page → who waits for it

  constructor(told, context) {
    this.#told = told;
    this.#context = context;
    globalThis.hostkitSegment = (name, text) => this.#waiting.get(name)?.(text);
  }

  /** Promises a segment for the player, as an AudioBuffer of just its frames. */
  async segment(id, number) {
    const { segment_frames: length, fade_frames: fade, rate, sounds } = this.#told;
    const own = Math.min(length, sounds[id].frames - number * length);
    if (own <= 0 || sounds[id].silent[number]) return this.#silence(Math.max(own, 1));
    const before = this.#tails.get(`${id}/${number - 1}`);
    const decoded = this.#decoded(`${id}-${number}`);
    const tail = ({ buffer, skip }) => channels(buffer).map((samples) => samples.slice(skip + own, skip + own + fade));
    this.#keep(`${id}/${number}`, decoded.then(tail));
    const { buffer, skip } = await decoded;
    const made = new AudioBuffer({ length: own, numberOfChannels: buffer.numberOfChannels, sampleRate: rate });
    const ended = await before?.catch(() => null);
    channels(made).forEach((samples, channel) => {
      samples.set(buffer.getChannelData(channel).subarray(skip, skip + own));
      if (ended) cross(ended[channel], samples);
    });
    return made;
  }

  async #decoded(name) {
    const buffer = await this.#decode(await this.#text(name));
    return { buffer, skip: this.#told.pre_frames + (await (this.#offset ??= this.#measure())) };
  }

  #silence(frames) {
    return new AudioBuffer({ length: frames, numberOfChannels: 1, sampleRate: this.#told.rate });
  }

  #keep(key, tail) {
    tail.catch(() => this.#tails.delete(key));
    this.#tails.set(key, tail);
    if (this.#tails.size > KEPT_TAILS) this.#tails.delete(this.#tails.keys().next().value);
  }

  async #measure() {
    const buffer = await this.#decode(this.#told.impulse);
    const samples = buffer.getChannelData(0);
    let loudest = 0;
    for (let frame = 1; frame < samples.length; frame += 1) {
      if (Math.abs(samples[frame]) > Math.abs(samples[loudest])) loudest = frame;
    }
    return loudest - this.#told.impulse_frame;
  }

  #decode(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return this.#context.decodeAudioData(bytes.buffer);
  }

  /** The base64 of a segment: out of the page, else of the script of that name beside it. */
  #text(name) {
    const block = document.getElementById(`sound-${name}`);
    if (block) return Promise.resolve(block.textContent);
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      const settle = (end) => (value) => {
        this.#waiting.delete(name);
        script.remove();
        end(value);
      };
      this.#waiting.set(name, settle(done));
      script.onerror = settle(() => failed(new Error(`sound/${name}.js is not beside this page`)));
      script.src = `sound/${name}.js`;
      document.head.append(script);
    });
  }
}

function channels(buffer) {
  return Array.from({ length: buffer.numberOfChannels }, (_, channel) => buffer.getChannelData(channel));
}

/** From what comes after one segment into the beginning of the next, at equal gain: they are alike. */
function cross(tail, samples) {
  const frames = Math.min(tail?.length ?? 0, samples.length);
  for (let frame = 0; frame < frames; frame += 1) {
    const part = (frame + 0.5) / frames;
    samples[frame] = tail[frame] * (1 - part) + samples[frame] * part;
  }
}
