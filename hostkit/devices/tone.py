"""The test tone: an instrument whose every sample can be computed on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from hostkit.audio.block import Audio
from hostkit.audio.layout import layout_of
from hostkit.devices.device import MAIN, Feed, Setup
from hostkit.devices.spec import OwnInstrumentSpec

if TYPE_CHECKING:  # what reads sessions is slow to import, and not needed where they are played
    from hostkit.session.model.devices import Tone

NOTE_ON, NOTE_OFF = 0x90, 0x80


@dataclass(frozen=True)
class ToneSpec(OwnInstrumentSpec):
    """A sine at each note's pitch, `channels` of it, no envelope."""

    name: ClassVar[str] = "tone"
    channels: int = 2
    gain: float = 0.5

    @classmethod
    def of(cls, written: Tone) -> Self:
        return cls(written.tone.channels, written.tone.gain)


class ToneInstrument:
    """Sum of sines, one for each held note: gain · velocity/127 · sin(2π·f·t), t from its note-on.

    Equal temperament, A4 = MIDI note 69 = 440 Hz. A note starts and stops at its event's
    sample, without envelope; all channels are alike.
    """

    warnings: tuple[str, ...] = ()

    def __init__(self, spec: ToneSpec, setup: Setup) -> None:
        setup.expect(spec.name)
        self.outputs = {MAIN: layout_of(spec.channels)}
        self._gain = spec.gain
        self._rate = setup.sample_rate
        self._now = 0
        self._held: dict[int, tuple[int, float]] = {}

    def play(self, feed: Feed) -> dict[str, Audio]:
        frames, events = feed.frames, feed.events
        out = np.zeros(frames, dtype=np.float64)
        done = 0
        for sample, message in zip(events.samples.tolist(), events.messages, strict=True):
            self._add(out, done, sample)
            done = sample
            self._take(message, self._now + sample)
        self._add(out, done, frames)
        self._now += frames
        return {MAIN: np.tile(out.astype(np.float32), (self.outputs[MAIN].channels, 1))}

    def _take(self, message: bytes, now: int) -> None:
        kind = message[0] & 0xF0
        if kind == NOTE_ON and message[2] > 0:
            self._held[message[1]] = (now, self._gain * message[2] / 127)
        elif kind in (NOTE_ON, NOTE_OFF):
            self._held.pop(message[1], None)

    def _add(self, out: np.ndarray, start: int, stop: int) -> None:
        for note, (began, gain) in self._held.items():
            frequency_hz = 440.0 * 2.0 ** ((note - 69) / 12)
            since = np.arange(self._now + start - began, self._now + stop - began)
            out[start:stop] += gain * np.sin(2 * np.pi * frequency_hz / self._rate * since)
