"""From written time to samples: the one place where a session's events get theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from hostkit.errors import BadValue
from hostkit.midi.midi_file import Division, MidiTrack
from hostkit.midi.performing.kept import Settle, settle
from hostkit.midi.performing.notes import Performance
from hostkit.midi.performing.performance import perform
from hostkit.plan.nodes.recorded import Region
from hostkit.timebase.position import Position
from hostkit.timebase.tempo_map import TempoMap
from hostkit.timebase.transport import Transport

T = TypeVar("T")
MAX_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Timeline:
    """A tempo map at a sample rate. Sample 0 is 1|1. `settle` makes notes fit to be played."""

    tempo_map: TempoMap
    sample_rate: int
    settle: Settle = field(default=settle, compare=False, repr=False, kw_only=True)

    @property
    def transport(self) -> Transport:
        """What a device that follows the music sees of it."""
        return Transport(replace(self.tempo_map, picture=None))

    def sample_at(self, position: Position) -> int:
        """The sample of a position. Raises BadValue with what is wrong with it."""
        seconds = self.tempo_map.seconds_of(position)
        if seconds > MAX_SECONDS:
            raise BadValue(f"{position} is more than a day after 1|1")
        return self.tempo_map.samples_at(position, self.sample_rate)

    def samples_of(self, position: Position) -> list[int]:
        """Every sample at which a position is played: one here. Raises BadValue."""
        return [self.sample_at(position)]

    @property
    def as_written(self) -> Timeline:
        """The timeline of the music in the order in which it was written."""
        return self

    def place(self, regions: tuple[Region, ...]) -> tuple[tuple[Region, ...], Fraction]:
        """Regions of the music as written where they are heard, and how far they drift.

        Drift, in seconds, is from the beats that they were played to.
        """
        return regions, Fraction(0)

    def perform(self, track: MidiTrack, division: Division) -> Performance:
        """A track's events at their samples. Raises RequestError."""
        return perform(track, division, self.tempo_map, self.sample_rate, self.settle)

    def steps(self, written: Iterable[tuple[Position, T]]) -> tuple[tuple[int, T], ...]:
        """What holds from a sample to the next. Raises BadValue, also when out of order."""
        steps = tuple((self.sample_at(position), value) for position, value in written)
        expect_in_order(sample for sample, _ in steps)
        return steps

    def points(self, written: Iterable[tuple[Position, float]]) -> tuple[tuple[int, float], ...]:
        """Automation points in samples. Raises BadValue, also when they are out of order."""
        points = tuple((self.sample_at(position), value) for position, value in written)
        expect_in_order(sample for sample, _ in points)
        return points


def expect_in_order(times: Iterable[Fraction | int]) -> None:
    """Raises BadValue where one is before the one before it."""
    if any(after < before for before, after in pairwise(times)):
        raise BadValue("the points of a lane stand in order of time; one is early")
