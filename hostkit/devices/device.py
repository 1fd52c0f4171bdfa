"""The seam to everything that makes or changes sound: a running device.

A device is a stream. What it gives back is latency-compensated: sample k of its
concatenated output answers sample k of its concatenated input, so a device with latency
returns fewer frames first and catches up for as long as it is fed. Nobody outside this
seam deals in latency. A device is used by one process, from one thread, once.
"""

from __future__ import annotations

from typing import Protocol

from hostkit.audio.block import Audio
from hostkit.midi.events import SampleEvents


class Instrument(Protocol):
    """Makes sound from events."""

    @property
    def channels(self) -> int:
        """Of the output: 1 or 2."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """What did not take, or will not repeat: settled once the device is open."""
        ...

    def render(self, frames: int, events: SampleEvents) -> Audio:
        """The next stretch of sound.

        `events.samples` count from the start of this call and lie in 0…frames−1. Gives at
        most `frames` frames (fewer at first where the device has latency, never more than
        are owed).
        """
        ...


class Effect(Protocol):
    """Changes sound."""

    @property
    def channels(self) -> int:
        """Of the output: 1 or 2; the input's number is given when it is opened."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]: ...

    def process(self, block: Audio) -> Audio:
        """Takes any number of frames in; gives what can be given of the output by now."""
        ...
