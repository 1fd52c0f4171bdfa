// Segments of sound: MP3 in blocks of this page, or in scripts beside it, decoded when asked for.
//
// A segment has frames around it that only its decoder needs. Decoders differ in what they leave in
// front of all: an impulse tells.

export class Segments {
  #told;
  #context;
  #offset = null; // promise of the frames that this browser's decoder leaves in front
  #waiting = new Map(); // name of a script beside the page → who waits for it

  constructor(told, context) {
    this.#told = told;
    this.#context = context;
    globalThis.hostkitSegment = (name, text) => this.#waiting.get(name)?.(text);
  }

  /** Promises a segment for the player, as an AudioBuffer of just its frames. */
  async segment(id, number) {
    const { segment_frames: length, pre_frames: before, rate, sounds } = this.#told;
    const own = Math.min(length, sounds[id].frames - number * length);
    if (own <= 0 || sounds[id].silent[number]) return this.#silence(Math.max(own, 1));
    const decoded = await this.#decode(await this.#text(`${id}-${number}`));
    const skip = before + (await (this.#offset ??= this.#measured()));
    const { numberOfChannels } = decoded;
    const made = new AudioBuffer({ length: own, numberOfChannels, sampleRate: rate });
    for (let channel = 0; channel < numberOfChannels; channel += 1) {
      made.copyToChannel(decoded.getChannelData(channel).subarray(skip, skip + own), channel);
    }
    return made;
  }

  #silence(frames) {
    return new AudioBuffer({ length: frames, numberOfChannels: 1, sampleRate: this.#told.rate });
  }

  /** Once, but again where it failed: the player asks for a segment until it has it. */
  #measured() {
    return this.#measure().catch((error) => {
      this.#offset = null;
      throw error;
    });
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
