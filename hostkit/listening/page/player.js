/* Many sounds on one clock: what the live page and the review page play with.

   Frames count from the start of the music, at `rate`. A *track* is a fader with a name: a stem, a
   mix, a track of a stem. A *source* is what sounds in it: a text that only `segment` understands.
   Sources come in segments of `segmentFrames` (the last may be shorter), are fetched two ahead of
   what sounds, and are let go when they have sounded: an hour takes no more memory than a minute.

       const player = new Player({ context, rate, segmentFrames, segment });
       player.load({ frames, tracks: [{ name: "strings", source: "a1b2" }] });
       await player.play();

   `context` is an AudioContext made with `{ sampleRate: rate }`: what leaves the graph is then the
   samples of the sources, added up. `segment(source, index)` promises an AudioBuffer, or
   `{ buffer, skip }` where the segment's first frame is number `skip` of the buffer (what a decoder
   puts before it). Where that fails it is asked again after a second, and "trouble" is told.
   `release(buffer)`, where it is given, is told when a buffer has sounded and may be used again.

   All times on the clock are whole frames and every segment is begun at its own, so tracks are
   apart by 0 samples, for an hour too. What comes late begins late, at the sample it has got to.

   - `load(…)` while it plays exchanges the sound at the same position, without a stop: old and new
     cross over at one moment in FADE_SECONDS, at equal gain, once all that is new is there; what is
     the same in both stays as it was. `level` is a factor for all tracks, to match two versions in
     loudness. It promises true when the exchange was made, false when something else came first.
   - `mix(name, { gain, mute, solo })` sets what is given of a track's fader; `gain` is a factor.
   - `play()`, `pause()`, `seek(frame)`; `loop = { start, end }` in frames, or null. Where the browser
     lets no sound out, play() fails with a sentence that says what to do.
   - `position` is the frame that is heard now, `playing` whether it moves, `turning` whether what
     was asked for last is still to be heard.
   - Events: "change" when any of this changes, "end" at the end, "trouble" with its `error`. */

const AHEAD = 2;
const FADE_SECONDS = 0.03; // of an exchange
const EDGE_SECONDS = 0.004; // where music is begun, cut or muted
const LEAD_SECONDS = 0.03; // from an order until it sounds
const LATE_SECONDS = 0.006; // the soonest that something can still begin
const LOOK_MS = 100;
const AGAIN_MS = 1000;
const WAKE_MS = 3000; // a clock that may run does so sooner
const SILENT = "This browser lets no sound out. See that there is a sound device, that nothing else holds it (a call), "
  + "and that the page may play sound; then press Play again.";

class Player extends EventTarget {
  #tracks = new Map(); // name → { gain, mute, solo, level }
  #segments = new Map(); // "source/index" → promise
  #wanted = { frames: 0, tracks: [], level: 1 };
  #run = null; // what sounds
  #next = null; // what will, once its sound is there
  #at = 0; // where it stands while nothing sounds
  #loop = null;
  #timer = null;

  constructor({ context, rate, segmentFrames, segment, release = () => {}, ahead = AHEAD }) {
    super();
    Object.assign(this, { context, rate, segmentFrames, segment, release, ahead });
    this.output = new GainNode(context);
    this.output.connect(context.destination);
    // A call, or a device that is gone: the clock stands, so what plays has stopped.
    context.addEventListener("statechange", () => { if (context instanceof AudioContext && context.state !== "running") this.pause(); });
  }

  get frames() { return this.#wanted.frames; }
  get playing() { return Boolean(this.#run || this.#next); }
  get turning() { return Boolean(this.#next); }
  get loop() { return this.#loop; }

  get position() {
    if (this.#next && !this.#next.follows) return this.#next.frame;
    return this.#run ? this.#run.position() : this.#at;
  }

  set loop(range) {
    const [start, end] = range ? [Math.round(range.start), Math.round(range.end)] : [0, 0];
    this.#loop = end > start ? { start, end } : null;
    this.#renew();
  }

  async load({ frames, tracks, level = 1 }) {
    this.#wanted = { frames, tracks, level };
    for (const { name } of tracks) this.track(name);
    this.#at = Math.min(this.#at, frames);
    return this.#renew();
  }

  mix(name, changes) {
    Object.assign(this.track(name), changes);
    this.#balance();
    this.#tell("change");
  }

  async play() {
    if (this.playing) return true;
    if (this.context instanceof AudioContext) await this.#wake(); // no other kind waits to be
    if (this.playing) return true; // it was pressed twice
    return this.#turn(new Run(this, this.#wanted, null, this.#at < this.frames ? this.#at : 0));
  }

  pause() {
    if (!this.playing) return;
    this.#at = this.position;
    this.#stop();
    this.#tell("change");
  }

  async seek(frame) {
    const at = Math.max(0, Math.min(Math.round(frame), this.frames));
    if (this.playing) return this.#turn(new Run(this, this.#wanted, null, at));
    this.#at = at;
    this.#tell("change");
    return true;
  }

  /* A track by its name; new ones stand at 0 dB. */
  track(name) {
    if (!this.#tracks.has(name)) {
      this.#tracks.set(name, { gain: 1, mute: false, solo: false, level: new Level(this.context, 1, this.output) });
      this.#balance();
    }
    return this.#tracks.get(name);
  }

  /* Lets the clock run. Browsers without a sound device, or that want a press, promise it and wait for ever. */
  async #wake() {
    if (navigator.audioSession) navigator.audioSession.type = "playback"; // heard although a phone is set to silent
    let late;
    const waits = new Promise((_, failed) => { late = setTimeout(failed, WAKE_MS); });
    try {
      await Promise.race([this.context.resume(), waits]);
    } catch {
      throw new Error(SILENT);
    } finally {
      clearTimeout(late);
    }
  }

  /* A segment, asked for once as long as it is kept. */
  fetch(source, index) {
    const key = `${source}/${index}`;
    if (!this.#segments.has(key)) {
      const asked = Promise.resolve(this.segment(source, index)).then((got) => new Segment(got.buffer ?? got, got.skip ?? 0, this.release));
      this.#segments.set(key, asked);
      asked.catch((error) => {
        setTimeout(() => this.#segments.delete(key), AGAIN_MS);
        this.#tell("trouble", error);
      });
    }
    return this.#segments.get(key);
  }

  /* The same place by what is wanted now. */
  async #renew() {
    if (this.#next && !this.#next.follows) return this.#turn(new Run(this, this.#wanted, null, this.#next.frame));
    if (this.#run) return this.#turn(new Run(this, this.#wanted, this.#run));
    this.#tell("change");
    return true;
  }

  /* From what sounds to another run, when that one has what it begins with. */
  async #turn(next) {
    this.#next?.stop(this.context.currentTime, 0);
    this.#next = next;
    this.#tell("change");
    while (!(await next.ready())) if (this.#next !== next) return false;
    if (this.#next !== next) return false;
    const tick = next.soon();
    const seconds = next.follows ? FADE_SECONDS : EDGE_SECONDS;
    next.begin(tick, seconds);
    this.#run?.stop(tick / this.rate, seconds);
    [this.#run, this.#next] = [next, null];
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
    const laid = this.#go();
    this.#tell("change");
    await laid;
    return true;
  }

  #go() {
    const laid = this.#run.go();
    const runs = [this.#run, this.#next].filter(Boolean);
    const needed = new Set(runs.flatMap((run) => run.needs()));
    for (const [key, asked] of this.#segments) {
      if (needed.has(key)) continue;
      this.#segments.delete(key);
      asked.then((segment) => segment.leave(), () => {});
    }
    return laid;
  }

  #look() {
    if (!this.#run) return;
    this.#go();
    if (!this.#run.over) return;
    this.#at = this.frames;
    this.#stop();
    this.#tell("change");
    this.#tell("end");
  }

  #stop() {
    this.#run?.stop(this.context.currentTime, EDGE_SECONDS);
    this.#next?.stop(this.context.currentTime, 0);
    this.#run = this.#next = null;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #balance() {
    const tracks = [...this.#tracks.values()];
    const soloed = tracks.some((track) => track.solo);
    for (const track of tracks) {
      const heard = !track.mute && (track.solo || !soloed);
      track.level.to(heard ? track.gain : 0, this.context.currentTime, EDGE_SECONDS);
    }
  }

  #tell(kind, error) {
    this.dispatchEvent(Object.assign(new Event(kind), { error }));
  }
}

/* A stretch of playing, from an order to the next. Its pieces lie end to end on the clock, each out
   of one segment, and all voices sound a piece from the same tick on. A tick is a frame of the clock. */
class Run {
  constructor(player, { frames, tracks, level }, follows, frame = 0) {
    Object.assign(this, { player, frames, level, follows, frame });
    this.voices = tracks.map(({ name, source }) => new Voice(player, source, player.track(name).level.node));
    this.pieces = [];
    this.began = this.stopped = this.complete = false;
    this.held = new Set(); // indices of segments that all voices have
  }

  get now() { return Math.ceil(this.player.context.currentTime * this.player.rate); }
  get over() { return this.complete && this.now > this.nextTick; }
  soon() { return this.now + Math.round(LEAD_SECONDS * this.player.rate); }

  /* The frame that sounds at a tick of the clock. */
  frameAt(tick) {
    const piece = this.pieces.findLast((one) => one.tick <= tick) ?? this.pieces[0];
    return piece ? piece.frame + Math.max(0, Math.min(tick - piece.tick, piece.frames)) : this.frame;
  }

  position() {
    const { currentTime, outputLatency = 0 } = this.player.context;
    return this.frameAt((currentTime - outputLatency) * this.player.rate);
  }

  /* Whether it has all to begin with; waits for what it lacks. What follows waits for every sound,
     as the one before it plays on; what does not begins without what cannot be had. */
  async ready() {
    const lacking = this.#first().filter((index) => !this.held.has(index));
    for (const index of lacking) {
      const got = await Promise.allSettled(this.voices.map((voice) => this.player.fetch(voice.source, index)));
      if (!this.follows || got.every(({ status }) => status === "fulfilled")) this.held.add(index);
      else await new Promise((done) => setTimeout(done, LOOK_MS));
    }
    return !lacking.length;
  }

  /* The segments that it begins in, and those up to the moment at which it is on its own. */
  #first() {
    const start = this.follows ? this.follows.frameAt(this.soon()) : this.frame;
    const stop = start + 2 * LEAD_SECONDS * this.player.rate * Boolean(this.follows);
    return [start, Math.min(stop, this.frames - 1)].map((frame) => Math.max(0, Math.floor(frame / this.player.segmentFrames)));
  }

  begin(tick, seconds) {
    if (this.follows) this.frame = Math.min(this.follows.frameAt(tick), this.frames);
    this.nextFrame = this.frame;
    this.nextTick = tick;
    this.began = true;
    for (const voice of this.voices) {
      voice.level.set(this.frame || this.follows ? 0 : this.level);
      voice.level.to(this.level, tick / this.player.rate, this.frame || this.follows ? seconds : 0);
    }
    this.follows = null;
  }

  /* Lays pieces as far ahead as is wanted, and sounds them. */
  go() {
    const now = this.now;
    this.pieces = this.pieces.filter((piece) => piece.end > now - this.player.rate);
    while (!this.complete && this.pieces.filter((piece) => piece.end > now).length <= this.player.ahead) this.#lay();
    const waits = this.pieces.filter((piece) => piece.end > now);
    return Promise.all(waits.flatMap((piece) => this.voices.map((voice) => voice.sound(piece))));
  }

  #lay() {
    const { segmentFrames, loop } = this.player;
    const turns = loop && loop.start < this.frames && this.nextFrame < loop.end;
    const last = turns ? Math.min(loop.end, this.frames) : this.frames;
    const index = Math.floor(this.nextFrame / segmentFrames);
    const stop = Math.min(last, (index + 1) * segmentFrames);
    const frames = stop - this.nextFrame;
    const [fadesIn, fadesOut] = [Boolean(this.turned), Boolean(turns) && stop === last];
    if (frames > 0) this.pieces.push({ index, frame: this.nextFrame, frames, tick: this.nextTick, end: this.nextTick + frames, fadesIn, fadesOut });
    this.nextTick += Math.max(0, frames);
    this.turned = fadesOut;
    this.nextFrame = fadesOut ? loop.start : stop;
    this.complete = !fadesOut && stop >= this.frames;
  }

  /* The segments that it needs from now on. */
  needs() {
    const indices = this.began ? this.pieces.filter((piece) => piece.end > this.now).map((piece) => piece.index) : [...this.held, ...this.#first()];
    return indices.flatMap((index) => this.voices.map((voice) => `${voice.source}/${index}`));
  }

  stop(at, seconds) {
    this.stopped = true;
    for (const voice of this.voices) voice.end(at, seconds);
  }
}

/* A source as it sounds in a track, in one run. */
class Voice {
  constructor(player, source, output) {
    this.player = player;
    this.source = source;
    this.level = new Level(player.context, 1, output);
    this.asked = new Map(); // piece → promise
    this.nodes = new Set();
    this.over = false;
  }

  sound(piece) {
    if (!this.asked.has(piece)) {
      const again = () => setTimeout(() => this.asked.delete(piece), AGAIN_MS);
      this.asked.set(piece, this.player.fetch(this.source, piece.index).then((got) => this.#begin(piece, got), again));
    }
    return this.asked.get(piece);
  }

  #begin(piece, segment) {
    const { buffer, skip } = segment;
    if (this.over || segment.left) return;
    const { context, rate, segmentFrames } = this.player;
    const soonest = Math.ceil((context.currentTime + LATE_SECONDS) * rate);
    const late = context.currentTime > 0 ? Math.max(0, soonest - piece.tick) : 0;
    const from = piece.frame - piece.index * segmentFrames + skip + late;
    const frames = Math.min(piece.frames - late, buffer.length - from);
    if (frames <= 0) return;
    const edge = Math.round(EDGE_SECONDS * rate);
    const fades = [piece.fadesIn || late ? edge : 0, piece.fadesOut ? edge : 0];
    const node = new AudioBufferSourceNode(context, { buffer: cut(buffer, from, frames, ...fades) });
    node.connect(this.level.node);
    segment.sounding += 1;
    node.onended = () => {
      node.disconnect();
      node.buffer = null;
      segment.sounding -= 1;
      segment.leave(segment.left);
      this.nodes.delete(node);
      this.asked.delete(piece);
      this.#leave();
    };
    node.start((piece.tick + late) / rate);
    this.nodes.add(node);
  }

  end(at, seconds) {
    this.over = true;
    this.level.to(0, at, seconds);
    for (const node of this.nodes) node.stop(at + seconds);
    this.#leave();
  }

  #leave() {
    if (this.over && !this.nodes.size) this.level.node.disconnect();
  }
}

/* A segment that was fetched; its buffer is released when nobody asks for it or sounds it. */
class Segment {
  constructor(buffer, skip, release) {
    Object.assign(this, { buffer, skip, release, sounding: 0, left: false });
  }

  leave(left = true) {
    this.left = left;
    if (!left || this.sounding || !this.buffer) return;
    this.release(this.buffer);
    this.buffer = null;
  }
}

/* A gain that goes evenly from where it is to another, and is exactly there at the end. */
class Level {
  constructor(context, gain, output) {
    this.context = context;
    this.node = new GainNode(context, { gain });
    this.node.connect(output);
    this.set(gain);
  }

  set(value) {
    this.node.gain.cancelScheduledValues(0);
    this.node.gain.value = value;
    this.way = { from: value, to: value, start: 0, end: 0 };
  }

  to(value, at, seconds) {
    if (value === this.way.to) return;
    const now = this.context.currentTime;
    const { gain } = this.node;
    gain.cancelScheduledValues(0);
    gain.setValueAtTime(this.#value(now), now);
    if (at > now) gain.linearRampToValueAtTime(this.#value(at), at);
    const from = this.#value(Math.max(at, now));
    gain.linearRampToValueAtTime(value, Math.max(at, now) + seconds);
    this.way = { from, to: value, start: Math.max(at, now), end: Math.max(at, now) + seconds };
  }

  #value(time) {
    const { from, to, start, end } = this.way;
    if (time >= end) return to;
    return time <= start ? from : from + ((to - from) * (time - start)) / (end - start);
  }
}

/* Frames of a buffer as one of its own, faded at its edges; the buffer itself where that is all. */
function cut(buffer, from, frames, fadeIn, fadeOut) {
  if (from === 0 && frames === buffer.length && !fadeIn && !fadeOut) return buffer;
  const { numberOfChannels, sampleRate } = buffer;
  const made = new AudioBuffer({ length: frames, numberOfChannels, sampleRate });
  for (let channel = 0; channel < numberOfChannels; channel += 1) {
    const samples = made.getChannelData(channel);
    samples.set(buffer.getChannelData(channel).subarray(from, from + frames));
    for (let frame = 0; frame < Math.min(fadeIn, frames); frame += 1) samples[frame] *= frame / fadeIn;
    for (let left = 0; left < Math.min(fadeOut, frames); left += 1) samples[frames - 1 - left] *= left / fadeOut;
  }
  return made;
}

export { Player };
