"""The SFZ host: sfizz, with all samples in memory, repeatable to the bit."""

from __future__ import annotations

import sys
import tempfile
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np

from hostkit.audio.block import Audio, silence
from hostkit.audio.layout import STEREO
from hostkit.devices.device import MAIN, Feed, Setup
from hostkit.devices.sfz.definition import SfzDefinition, read_sfz
from hostkit.devices.sfz.library import synth
from hostkit.devices.spec import SfzSpec
from hostkit.errors import DeviceError, RequestError
from hostkit.midi.controllers import SUSTAIN
from hostkit.midi.events import NO_EVENTS, SampleEvents
from hostkit.midi.messages import Messages

BUFFER_FRAMES = 512
"""Part of the sound, for what sfizz moves it moves by its blocks; shorter ones cost more."""
QUALITY = 2
"""Of interpolation, of 10: higher takes four times as long."""
VOICES = 256
_EVER = sys.maxsize
GAIN = np.float32(10 ** (7.36 / 20))
"""sfizz takes 7.35 dB off everything, and 0.01 more in its table of pans."""


class SfzInstrument:
    """One sfizz with one SFZ, which plays what comes on any channel.

    Onsets are exact. A sample at 0.5, at full velocity and volume, plays at 0.5; a stereo one is
    softer by 0.01 dB. Program changes, pressure and system messages do nothing.
    """

    def __init__(self, spec: SfzSpec, setup: Setup) -> None:
        setup.expect(spec.name)
        self.outputs = {MAIN: STEREO}
        try:
            definition = read_sfz(spec.sfz.path, spec.root)
        except RequestError as error:
            raise DeviceError(*error.fault) from error
        self._synth, self.warnings = _loaded(definition, spec.name, setup.sample_rate)
        self._sounds_at_release = definition.sounds_at_release
        self._block = self._lead = BUFFER_FRAMES
        self._held = BUFFER_FRAMES  # not yet played; before the first frame goes an empty buffer
        self._pending = NO_EVENTS  # each with the frame before it, counted from the first of these

    def play(self, feed: Feed) -> dict[str, Audio]:
        """Whole buffers of which the next frame is known, so up to one is held back.

        A buffer is cut short where a voice may begin, and its note told as the one after the last
        frame of that: sfizz 1.2 takes a frame twice at the end of a voice's first block
        (`Voice::renderBlock`, `triggerDelay_`), unless that block brings none of it.
        """
        before = feed.events.samples + (self._held - 1)
        pending = SampleEvents(
            np.concatenate((self._pending.samples, before)),
            Messages.of(self._pending.messages) + feed.events.messages,
        )
        self._held += feed.frames
        timed = deque(zip(pending.samples.tolist(), pending.messages, strict=True))
        cuts = deque(sample + 1 for sample, message in timed if self._begins(message))
        blocks, start = [silence(2, 0)], 0
        while start + BUFFER_FRAMES < self._held:
            while cuts and cuts[0] <= start:
                cuts.popleft()
            stop = min(start + BUFFER_FRAMES, cuts[0] if cuts else start + BUFFER_FRAMES)
            while timed and timed[0][0] < stop:
                sample, message = timed.popleft()
                self._send(sample + 1 - start, message)
            blocks.append(self._rendered(stop - start))
            start = stop
        self._pending = pending.between(start, _EVER)
        self._held -= start
        lead = min(self._lead, start)
        self._lead -= lead
        return {MAIN: np.concatenate(blocks, axis=1)[:, lead:] * GAIN}

    def _begins(self, message: bytes) -> bool:
        """Whether a voice may begin with a message."""
        kind = message[0] & 0xF0
        if kind == 0x90 and message[2] > 0:
            return True
        ends = kind in (0x80, 0x90) or (kind == 0xB0 and message[1] == SUSTAIN)
        return ends and self._sounds_at_release

    def _rendered(self, frames: int) -> Audio:
        if frames != self._block:
            self._synth.set_block_size(frames)
            self._block = frames
        return np.array(self._synth.render_block(), dtype=np.float32)

    def _send(self, delay: int, message: bytes) -> None:
        kind = message[0] & 0xF0
        if kind == 0x90 and message[2] > 0:
            self._synth.note_on(delay, message[1], message[2])
        elif kind in (0x80, 0x90):
            self._synth.note_off(delay, message[1], message[2])
        elif kind == 0xB0:
            self._synth.cc(delay, message[1], message[2])
        elif kind == 0xE0:
            self._synth.pitch_wheel(delay, (message[1] | message[2] << 7) - 8192)


def _loaded(definition: SfzDefinition, name: str, sample_rate: int) -> tuple[Any, tuple[str, ...]]:
    """Sfizz with the instrument, and what of that it would not take. Raises DeviceError."""
    sfizz = synth(sample_rate, BUFFER_FRAMES)
    sfizz.set_sample_quality(QUALITY)
    sfizz.set_num_voices(VOICES)
    with tempfile.TemporaryDirectory(prefix="hostkit-") as folder:
        file = Path(folder) / "instrument.sfz"
        file.write_bytes(definition.text.encode("utf-8", "surrogateescape"))
        if not sfizz.load_sfz_file(str(file)):
            raise DeviceError(f"sfizz could not load {name}", cure="is it a whole SFZ?")
    taken = sfizz.get_num_regions()
    if taken == definition.regions:
        return sfizz, ()
    return sfizz, (f"{name}: sfizz plays {taken} of its {definition.regions} regions",)
