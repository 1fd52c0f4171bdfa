"""The events that a plan plays as notes and controllers at their ticks.

A plan has its music in samples. A tick is longer than a sample, so that every event that was
written on one is found on it again; what is moved by milliseconds lies between ticks, on the
nearest of a finer grid.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hostkit.exchange.columns import NO_NOTES, ProjectNotes, small
from hostkit.exchange.project import (
    ControllerKind,
    CurvePoint,
    Loss,
    ProjectController,
)
from hostkit.midi.channels import CHANNELS, channels_of
from hostkit.midi.messages import Messages
from hostkit.timebase.curves.segments import Segment
from hostkit.timebase.quarters import Quarters
from hostkit.timebase.tempo_map import TempoMap

FINE_TICKS = 15_360
"""A quarter note, for what lies on no tick: 0.03 ms at 120 bpm. Whole ticks of all usual files."""

_KINDS: dict[int, ControllerKind] = {
    0xA0: "poly pressure",
    0xB0: "cc",
    0xC0: "program",
    0xD0: "channel pressure",
    0xE0: "pitch bend",
}
_FIRST_CONTROLLER = 0xA0
"""Below it are the statuses of notes."""
_CENTRE, _RELEASE = 8192, 64
_SHORTEST = Fraction(1, 64)
"""What lasts nothing any more, as a key switch that was before 1|1."""


@dataclass(frozen=True)
class Ticks:
    """Ticks of a tempo map at a sample rate; so many are a quarter note in the music's file."""

    tempo_map: TempoMap
    sample_rate: int
    per_quarter: int
    _known: dict[int, Fraction] = field(default_factory=dict, repr=False, compare=False)

    def quarters_at(self, samples: NDArray[np.int64]) -> list[Fraction]:
        """Quarter notes of ascending samples ≥ 0: on ticks where these fall on them.

        >>> ticks = Ticks(TempoMap(), 48_000, 480)
        >>> [str(at) for at in ticks.quarters_at(np.array([0, 12_000, 24_001]))]
        ['0', '1/2', '15361/15360']
        """
        return [self.quarters(units) for units in self.units_at(samples).tolist()]

    def units_at(self, samples: NDArray[np.int64]) -> NDArray[np.int64]:
        """The same in parts of a quarter note that are whole on both grids."""
        quarters = self._quarters(samples)
        ticks = np.rint(quarters * self.per_quarter).astype(np.int64)
        there = self.tempo_map.samples_of_ticks(ticks, self.per_quarter, self.sample_rate)
        fine = np.rint(quarters * FINE_TICKS).astype(np.int64)
        on_ticks, between = (
            ticks * (self.unit // self.per_quarter),
            fine * (self.unit // FINE_TICKS),
        )
        return np.where(there == samples, on_ticks, between)

    def quarters(self, units: int) -> Fraction:
        """Units as quarter notes; times and lengths come again and again."""
        if (found := self._known.get(units)) is None:
            found = self._known[units] = Fraction(units, self.unit)
        return found

    @cached_property
    def unit(self) -> int:
        """So many of the parts are a quarter note."""
        return math.lcm(self.per_quarter, FINE_TICKS)

    def _quarters(self, samples: NDArray[np.int64]) -> NDArray[np.float64]:
        seconds = samples / self.sample_rate
        segments = self.tempo_map.segments
        starts = [float(segment.seconds) for segment in segments]
        cuts = [0, *np.searchsorted(seconds, starts[1:]).tolist(), len(samples)]
        parts = [
            _quarters_in(segment, seconds[first:last])
            for segment, first, last in zip(segments, cuts, cuts[1:], strict=False)
            if first < last
        ]
        return np.concatenate(parts) if parts else np.zeros(0)


def _quarters_in(segment: Segment, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    into = seconds - float(segment.seconds)
    if segment.ramp is not None:
        return float(segment.beats) + segment.ramp.beats_at_each(into)
    return float(segment.beats) + into * float(segment.bpm) / 60


@dataclass(frozen=True)
class Performed:
    """What a track plays: `losses` are of the track `name`."""

    notes: ProjectNotes = NO_NOTES
    controllers: tuple[ProjectController, ...] = ()
    losses: tuple[Loss, ...] = ()


def performed(name: str, samples: NDArray[np.int64], messages: Messages, ticks: Ticks) -> Performed:
    """Events in time order, counted from 1|1, as notes and controllers.

    What begins before 1|1 begins on it, and a second port's channels are those of the first: both
    are said.
    """
    losses = []
    if early := int((samples < 0).sum()):
        losses.append(Loss(name, "what begins before 1|1, as a pre-roll, begins on it", early))
        samples = np.maximum(samples, 0)
    if (channels_of(messages)[messages.indices] >= CHANNELS).any():
        losses.append(Loss(name, "channels of a second port are those of the first"))
    units = ticks.units_at(samples)
    notes = _notes(units, messages, ticks)
    points: dict[tuple[ControllerKind, int, int], list[CurvePoint]] = {}
    others = np.flatnonzero((messages.table[:, 0] >= _FIRST_CONTROLLER)[messages.indices])
    for at, message in zip(units[others].tolist(), messages.take(others), strict=True):
        kind, channel = message[0] & 0xF0, message[0] & 0x0F
        number, value = _number_and_value(kind, message)
        found = points.setdefault((_KINDS[kind], number, channel), [])
        found.append(CurvePoint(ticks.quarters(at), value))
    controllers = tuple(
        ProjectController(kind, tuple(found), number, channel)
        for (kind, number, channel), found in points.items()
    )
    return Performed(notes, controllers, tuple(losses))


def _notes(units: NDArray[np.int64], messages: Messages, ticks: Ticks) -> ProjectNotes:
    """Notes in the order of their ends: each end that comes next after a beginning on its key."""
    places = np.flatnonzero((messages.table[:, 0] < _FIRST_CONTROLLER)[messages.indices])
    which = messages.indices[places]
    status, key, value, _ = messages.table[which].T
    keys = channels_of(messages)[which] << 7 | key
    is_on = (status >= 0x90) & (value > 0)
    order = np.argsort(keys, kind="stable")
    same = np.diff(keys[order], prepend=-1) == 0
    before, after = order[:-1], order[1:]
    is_note = same[1:] & is_on[before] & ~is_on[after]
    ends = np.sort(after[is_note])
    begins = np.empty(len(places), dtype=np.int64)
    begins[after] = before
    begins = begins[ends]
    at = units[places[begins]]
    lasts = units[places[ends]] - at
    return ProjectNotes(
        Quarters(at, ticks.unit),
        Quarters(np.where(lasts, lasts, int(_SHORTEST * ticks.unit)), ticks.unit),
        small(key[begins]),
        small(value[begins]),
        small(status[begins] & 0x0F),
        small(np.where(status[ends] < 0x90, value[ends], _RELEASE)),
    )


def _number_and_value(kind: int, message: bytes) -> tuple[int, float]:
    if kind == 0xE0:
        return 0, (message[1] | message[2] << 7) - _CENTRE
    if kind in (0xC0, 0xD0):
        return 0, message[1]
    return message[1], message[2]
