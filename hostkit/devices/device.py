"""The seam to everything that makes or changes sound: a running device.

A device is a stream. It is opened for named inputs and a transport, and fed in stretches of
any length with events and one block for each input; it gives one block for each of its named
outputs. What it gives is latency-compensated: sample k of every concatenated output answers
sample k of every concatenated input, so a device with latency returns fewer frames first and
catches up for as long as it is fed. Nobody outside this seam deals in latency. A device is
used by one process, from one thread, once.

An instrument is opened without audio inputs, an effect with MAIN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from hostkit.audio.block import Audio
from hostkit.audio.layout import ChannelLayout
from hostkit.devices.description import MAIN as MAIN
from hostkit.errors import DeviceError
from hostkit.midi.events import NO_EVENTS, SampleEvents
from hostkit.timebase.transport import STILL, Transport

SIDECHAIN = "sidechain"
"""The input that decides what an effect does, and is not heard."""


def _nobody() -> None:
    """Is told that an opening goes on, where nobody waits for it."""


@dataclass(frozen=True)
class Setup:
    """What a device is opened for: its rate, the inputs it will be fed, the time it may follow.

    Frame 0 of the `transport` is the first frame that the device is fed. `alive` is called from
    time to time where opening takes long.
    """

    sample_rate: int
    inputs: Mapping[str, ChannelLayout] = field(default_factory=dict)
    transport: Transport = STILL
    alive: Callable[[], None] = field(default=_nobody, compare=False)

    def expect(self, device: str, *known: str) -> None:
        """Raises DeviceError where an input is none of those that the device has."""
        for name in self.inputs:
            if name not in known:
                has = f"its inputs are {', '.join(known)}" if known else "it takes no audio"
                raise DeviceError(f"{device} has no input {name!r}", cure=has)


@dataclass(frozen=True, eq=False)
class Feed:
    """What a device is fed with at a time: each input's next block, all of `frames`.

    `events.samples` count from the start of the stretch and lie in 0…frames−1.
    """

    frames: int
    events: SampleEvents = NO_EVENTS
    inputs: Mapping[str, Audio] = field(default_factory=dict)

    @classmethod
    def of(cls, block: Audio) -> Feed:
        """A block for the main input alone."""
        return cls(block.shape[1], inputs={MAIN: block})


class Device(Protocol):
    """Makes sound from events, or changes sound."""

    @property
    def outputs(self) -> Mapping[str, ChannelLayout]:
        """Its outputs by name, MAIN first."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """What did not take, or will not repeat: settled once the device is open."""
        ...

    def play(self, feed: Feed) -> Mapping[str, Audio]:
        """What can be given by now of each output: equally many frames, never more than fed."""
        ...
