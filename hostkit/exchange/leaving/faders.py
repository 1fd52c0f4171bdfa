"""Levels and lanes of a session as faders and automation: dB as linear gain, positions as ticks.

A lane goes straight in dB and in time; automation goes straight in gain and in quarter notes. So
a lane is cut where the tempo changes, and as fine as keeps it within a hundredth of a dB.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from hostkit.exchange.leaving.notes import FINE_TICKS
from hostkit.exchange.project import CurvePoint, ProjectTrack
from hostkit.ground.levels import db_to_gain
from hostkit.session.model.session import AutomationPoint
from hostkit.timebase.tempo_map import TempoMap

MOST_STEP_DB = 0.8
"""Of a straight line of gain, which is then off by 0.0092 dB at most from one of dB."""
FLOOR_DB = -144.0
"""What counts as nothing."""


def gain(level_db: float) -> float:
    """A level as linear gain; what is at the floor is nothing.

    >>> gain(0.0), gain(-144.0)
    (1.0, 0.0)
    """
    return 0.0 if level_db <= FLOOR_DB else db_to_gain(level_db)


def with_gaps(
    track: ProjectTrack, closed: Iterable[tuple[Fraction, Fraction]]
) -> tuple[CurvePoint, ...]:
    """A track's volume as automation that is closed in some stretches, each from start to stop.

    >>> made = with_gaps(ProjectTrack("a", "a"), [(Fraction(4), Fraction(6))])
    >>> [(int(point.at), point.value) for point in made]
    [(0, 1.0), (4, 0.0), (6, 1.0)]
    """
    points = list(track.volume_automation) or [CurvePoint(Fraction(0), gain(track.volume_db))]
    if points[0].at > 0:
        points.insert(0, CurvePoint(Fraction(0), points[0].value))
    for start, stop in closed:
        through = points[bisect_right(points, stop, key=lambda point: point.at) - 1]
        before = [point for point in points if point.at < start]
        if before and before[-1].linear:
            before.append(CurvePoint(start, _value_at(points, start)))
        opened = CurvePoint(stop, _value_at(points, stop), through.linear)
        after = [point for point in points if point.at > stop]
        points = [*before, CurvePoint(start, 0.0), opened, *after]
    return tuple(points)


def _value_at(points: Sequence[CurvePoint], at: Fraction) -> float:
    """The value of automation at a place; held before its first point and after its last."""
    index = bisect_right(points, at, key=lambda point: point.at) - 1
    if index < 0:
        return points[0].value
    here = points[index]
    if not here.linear or index + 1 == len(points):
        return here.value
    there = points[index + 1]
    share = float((at - here.at) / (there.at - here.at))
    return here.value + (there.value - here.value) * share


@dataclass(frozen=True)
class Written:
    """Writes lanes on a tempo map."""

    tempo_map: TempoMap

    def gains(self, points: Sequence[AutomationPoint]) -> tuple[CurvePoint, ...]:
        """A lane in dB as automation of linear gain."""
        return self._curve(points, gain, db_steps)

    def values(self, points: Sequence[AutomationPoint]) -> tuple[CurvePoint, ...]:
        """A lane of anything that goes straight anyway."""
        return self._curve(points, float, lambda _start, _stop: 1)

    def _curve(
        self,
        points: Sequence[AutomationPoint],
        value_of: Callable[[float], float],
        steps_between: Callable[[float, float], int],
    ) -> tuple[CurvePoint, ...]:
        placed = self._placed(points)
        made: list[CurvePoint] = []
        for (start, value), (stop, target) in pairwise(placed):
            here, there = self.tempo_map.seconds_at(start), self.tempo_map.seconds_at(stop)
            if here == there:
                made.append(CurvePoint(start, value_of(value)))
                continue
            for seconds in self._cuts(here, there, steps_between(value, target)):
                between = value + (target - value) * float((seconds - here) / (there - here))
                at = start if seconds == here else self._fine(seconds)
                made.append(CurvePoint(at, value_of(between), linear=value != target))
        last, value = placed[-1]
        return (*made, CurvePoint(last, value_of(value)))

    def _fine(self, seconds: Fraction) -> Fraction:
        quarters = self.tempo_map.beats_at_seconds(seconds)
        return Fraction(round(quarters * FINE_TICKS), FINE_TICKS)

    def _placed(self, points: Sequence[AutomationPoint]) -> list[tuple[Fraction, float]]:
        placed = [(self.tempo_map.beats_at(position), value) for position, value in points]
        return sorted(placed, key=lambda point: point[0])

    def _cuts(self, start: Fraction, stop: Fraction, steps: int) -> Iterator[Fraction]:
        """Times from start on, before stop: each step, and each change of tempo."""
        segments = self.tempo_map.segments
        first = bisect_right(segments, start, key=lambda segment: segment.seconds)
        last = bisect_right(segments, stop, key=lambda segment: segment.seconds)
        changes = {segment.seconds for segment in segments[first:last]} - {stop}
        even = {start + (stop - start) * step / steps for step in range(steps)}
        yield from sorted(even | changes)


def db_steps(start_db: float, stop_db: float) -> int:
    """Straight pieces of gain for a straight line of dB."""
    return max(1, math.ceil(abs(stop_db - start_db) / MOST_STEP_DB))
