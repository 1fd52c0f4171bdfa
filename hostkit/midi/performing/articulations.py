"""Notes in the articulation that is asked for: what switches it goes out before its first note.

Nothing is sent where an articulation begins, but before the first note that is played in it. So
every form of the music begins with what its first note needs, wherever it was cut.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hostkit.midi.channels import CHANNELS, channel_of, ending
from hostkit.midi.messages import Messages
from hostkit.midi.performing.notes import Performance, settle_notes

KEYSWITCH_VELOCITY = 100
_SETS, _SWITCHES, _BEGINS = range(3)  # what comes first at one sample


@dataclass(frozen=True)
class Switch:
    """What makes an instrument play one articulation.

    `channel` is from 0; `velocities` is the range that those of its notes (1…127) are fitted
    into. Its notes sound `delay_frames` later, below 0 earlier.
    """

    keyswitches: tuple[int, ...] = ()
    controllers: tuple[tuple[int, int], ...] = ()
    program: int | None = None
    channel: int | None = None
    velocities: tuple[int, int] | None = None
    delay_frames: int = 0

    def sets(self, channel: int) -> Iterator[bytes]:
        """What it sends on a channel besides keys."""
        number, port = channel % CHANNELS, ending(channel)
        for controller, value in self.controllers:
            yield bytes((0xB0 | number, controller, value)) + port
        if self.program is not None:
            yield bytes((0xC0 | number, self.program)) + port

    def channel_of(self, message: bytes) -> int:
        """Where a message goes in this articulation, as `hostkit.midi.channels` counts."""
        channel = channel_of(message)
        return channel if self.channel is None else channel - channel % CHANNELS + self.channel

    def moved(self, message: bytes) -> bytes:
        """A channel message on the channel where it goes."""
        status = message[0] & 0xF0 | self.channel_of(message) % CHANNELS
        return bytes((status,)) + message[1:]

    def played(self, message: bytes) -> bytes:
        """The beginning of a note as it is played in this articulation."""
        message = self.moved(message)
        if self.velocities is None:
            return message
        low, high = self.velocities
        velocity = low + ((message[2] - 1) * (high - low) + 63) // 126
        return message[:2] + bytes((velocity,)) + message[3:]


@dataclass(frozen=True)
class SwitchTimes:
    """How switches lie about notes, in frames.

    One goes out `lead` before its note; a key that has no time to is held for `tap`. A note
    that is up to `early` before an articulation belongs to it.
    """

    lead: int
    tap: int
    early: int


@dataclass(frozen=True)
class ArticulatedPart:
    """What is played, and where in which articulation.

    `points` are in time order, at least one; each holds to the next, the first also before it.
    """

    performance: Performance
    points: Sequence[tuple[int, Switch]]


def articulated(
    parts: Sequence[ArticulatedPart], times: SwitchTimes, where: str
) -> tuple[NDArray[np.int64], Messages]:
    """The events of all parts, for one instrument, with their switches, in time order.

    Those before the music are below 0. Notes of one channel that begin together in different
    articulations are a frame apart, for what switches between them has to lie between.
    """
    out = _Switched(times)
    for part in parts:
        playing = _Playing(part.points, times.early)
        for sample, message in zip(
            part.performance.events.samples.tolist(), part.performance.events.messages, strict=True
        ):
            out.take(sample, message, playing)
    out.switch()
    end_sample = max(part.performance.end_sample for part in parts)
    # Notes that were moved may lie on others of their pitch.
    events = sorted(out.events, key=lambda event: event[:2])
    base = min(events[0][0], 0) if events else 0
    settled = settle_notes(
        [sample - base for sample, _, _ in events],
        [message for _, _, message in events],
        max(end_sample, events[-1][0] if events else 0) - base,
        times.tap,
        where,
    ).events
    return settled.samples + base, Messages.of(settled.messages)


class _Playing:
    """One part while it is gone through: the articulation of each note until its end."""

    def __init__(self, points: Sequence[tuple[int, Switch]], early: int) -> None:
        self._samples = [sample for sample, _ in points]
        self._switches = [switch for _, switch in points]
        self._early = early
        self._open: dict[tuple[int, int], Switch] = {}
        self.all = tuple(dict.fromkeys(self._switches))
        self.chooses_programs = any(switch.program is not None for switch in self.all)

    def begins(self, sample: int, message: bytes) -> Switch:
        """The articulation of a note that begins."""
        index = bisect_right(self._samples, sample + self._early) - 1
        switch = self._switches[max(0, index)]
        self._open[channel_of(message), message[1]] = switch
        return switch

    def ends(self, message: bytes) -> Switch:
        """That of a note that ends."""
        return self._open[channel_of(message), message[1]]


@dataclass
class _Switched:
    """Events as they come together: sample, what comes first there, message."""

    times: SwitchTimes
    events: list[tuple[int, int, bytes]] = field(default_factory=list)
    _starts: list[tuple[int, int, Switch, int]] = field(default_factory=list)

    def take(self, sample: int, message: bytes, playing: _Playing) -> None:
        """The next event of a part, in the articulation that it belongs to."""
        kind = message[0] & 0xF0
        if kind == 0x90:
            switch = playing.begins(sample, message)
            start = sample + switch.delay_frames
            self._starts.append((start, switch.channel_of(message), switch, len(self.events)))
            self.events.append((start, _BEGINS, switch.played(message)))
        elif kind == 0x80:
            switch = playing.ends(message)
            self.events.append((sample + switch.delay_frames, _SETS, switch.moved(message)))
        elif kind != 0xC0 or not playing.chooses_programs:
            # a pedal or a bend is for every channel that notes may be on
            for moved in dict.fromkeys(switch.moved(message) for switch in playing.all):
                self.events.append((sample, _SETS, moved))

    def switch(self) -> None:
        """Adds what switches, before each note that is in another articulation than the last."""
        current: dict[int, Switch] = {}
        last: dict[int, int] = {}
        for start, channel, switch, index in sorted(self._starts, key=lambda one: one[:2]):
            begins = max(start, last.get(channel, start))
            if current.get(channel) != switch:
                at = begins - self.times.lead
                if channel in last:  # not before a note that is still in the last one
                    begins = max(begins, last[channel] + 1)
                    at = max(at, last[channel] + 1)
                self._send(at, begins, channel, switch)
                current[channel] = switch
            if begins != start:
                self.events[index] = (begins, *self.events[index][1:])
            last[channel] = begins

    def _send(self, at: int, start: int, channel: int, switch: Switch) -> None:
        self.events += ((at, _SETS, message) for message in switch.sets(channel))
        stop = start if start > at else at + self.times.tap
        number, port = channel % CHANNELS, ending(channel)
        for key in switch.keyswitches:
            on = bytes((0x90 | number, key, KEYSWITCH_VELOCITY)) + port
            self.events.append((at, _SWITCHES, on))
            self.events.append((stop, _SETS, bytes((0x80 | number, key, 0)) + port))
