"""The timeline of a re-arranged form: what a plain one gives, in the form's order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from hostkit.errors import BadValue
from hostkit.midi.midi_file import Division, MidiTrack
from hostkit.midi.performing.notes import Performance
from hostkit.midi.performing.performance import perform
from hostkit.plan.arranging.events import arranged, part_of
from hostkit.plan.arranging.pieces import Arrangement
from hostkit.plan.arranging.recorded import cut_regions
from hostkit.plan.music.timeline import T, Timeline, expect_in_order
from hostkit.plan.nodes.recorded import Region
from hostkit.timebase.position import Position
from hostkit.timebase.sampling import sample_of

SEAM_SECONDS = Fraction(20, 1000)
"""How long faders, pans, sends and parameters take from one piece's values to the next's."""


@dataclass(frozen=True)
class ArrangedTimeline(Timeline):
    """`tempo_map` is the form's; positions are those of the session as written."""

    arrangement: Arrangement

    @classmethod
    def of(cls, arrangement: Arrangement, sample_rate: int) -> ArrangedTimeline:
        return cls(arrangement.tempo_map, sample_rate, arrangement)

    def sample_at(self, position: Position) -> int:
        """The sample at which a position is first played. Raises BadValue when it is not."""
        samples = self.samples_of(position)
        if not samples:
            raise BadValue(f"{position} is left out")
        return samples[0]

    def samples_of(self, position: Position) -> list[int]:
        """Every sample at which a position is played. Raises BadValue for no position."""
        seconds = self.arrangement.source.seconds_of(position)
        return [sample_of(s, self.sample_rate) for s in self.arrangement.places_of(seconds)]

    @property
    def as_written(self) -> Timeline:
        return Timeline(self.arrangement.source, self.sample_rate)

    def place(self, regions: tuple[Region, ...]) -> tuple[tuple[Region, ...], Fraction]:
        """Regions as the form plays them: each piece plays what it has of each."""
        return cut_regions(regions, self.arrangement, self.sample_rate)

    def perform(self, track: MidiTrack, division: Division) -> Performance:
        """The track's events as the form plays them; what was repaired the whole form tells."""
        part = part_of(track, division, self.arrangement.source)
        arranged_track, ticks = arranged(part, track.name, self.arrangement)
        made = perform(arranged_track, ticks, self.tempo_map, self.sample_rate)
        return Performance(made.events, (), made.end_sample)

    def steps(self, written: Iterable[tuple[Position, T]]) -> tuple[tuple[int, T], ...]:
        """What holds from a sample to the next; each piece begins with what holds there."""
        source = self.arrangement.source
        steps = [(source.seconds_of(position), value) for position, value in written]
        expect_in_order(seconds for seconds, _ in steps)
        if not steps:
            return ()
        placed: list[tuple[int, T]] = []
        for place in self.arrangement.placed:
            start = source.seconds_at(place.piece.start)
            stop = source.seconds_at(place.piece.stop)
            held = [value for seconds, value in steps if seconds <= start] or [steps[0][1]]
            inside = [(s, value) for s, value in steps if start < s < stop]
            placed += [
                (sample_of(self.arrangement.seconds_in(place, s), self.sample_rate), value)
                for s, value in ((start, held[-1]), *inside)
            ]
        return tuple(placed)

    def points(self, written: Iterable[tuple[Position, float]]) -> tuple[tuple[int, float], ...]:
        """Automation in the form's samples.

        Before a border between pieces it goes within SEAM_SECONDS to what holds after it: a
        jump would click in what still rings, and what begins on the border begins right.
        """
        source = self.arrangement.source
        curve = [(source.seconds_of(position), value) for position, value in written]
        expect_in_order(seconds for seconds, _ in curve)
        points: list[tuple[int, float]] = []
        last = self.arrangement.placed[-1]
        for place in self.arrangement.placed:
            start = source.seconds_at(place.piece.start)
            stop = source.seconds_at(place.piece.stop)
            if place is not last:
                stop = max(stop - SEAM_SECONDS * self.arrangement.speed, (start + stop) / 2)
            inside = [(s, value) for s, value in curve if start < s < stop]
            part = [(start, _value_from(curve, start)), *inside, (stop, _value_up_to(curve, stop))]
            in_form = [
                (sample_of(self.arrangement.seconds_in(place, s), self.sample_rate), value)
                for s, value in part
            ]
            points += in_form
        if len({value for _, value in points}) == 1:
            return (points[0],)
        return tuple(points)


Curve: TypeAlias = list[tuple[Fraction, float]]
"""Seconds and values: linear between, held outside; two at one time make a jump."""


def _value_from(curve: Curve, seconds: Fraction) -> float:
    """The value from a time on; after a jump there."""
    if seconds < curve[0][0]:
        return curve[0][1]
    for before, after in pairwise(curve):
        if before[0] <= seconds < after[0]:
            return _between(before, after, seconds)
    return curve[-1][1]


def _value_up_to(curve: Curve, seconds: Fraction) -> float:
    """The value up to a time; before a jump there."""
    for before, after in pairwise(curve):
        if before[0] < seconds <= after[0]:
            return _between(before, after, seconds)
    return curve[0][1] if seconds <= curve[0][0] else curve[-1][1]


def _between(
    before: tuple[Fraction, float], after: tuple[Fraction, float], seconds: Fraction
) -> float:
    share = float((seconds - before[0]) / (after[0] - before[0]))
    return before[1] + (after[1] - before[1]) * share
