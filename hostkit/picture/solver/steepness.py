"""How fast the tempo of a map changes: by what part of itself in each beat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from hostkit.picture.beat import Beat
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap

NOTICED_PERCENT = 2.0
"""More than this from one beat to the next is heard as a jump."""


@dataclass(frozen=True)
class TempoChange:
    """By how many per cent of the slower tempo it changes in the beat from `at` on.

    `beat` is its number from 1|1 on, counted from 0.
    """

    beat: int
    at: BarBeat
    percent: float


def changes(tempo_map: TempoMap, until: Fraction) -> Iterator[TempoChange]:
    """The change of tempo in every beat of a map, up to a quarter note."""
    at, beat = Fraction(0), 0
    tempo = tempo_map.tempo_at(at)
    while at < until:
        meter = tempo_map.meters.at(at)
        after = at + Beat.of((meter.numerator, meter.denominator)).quarters
        next_tempo = tempo_map.tempo_at(after)
        percent = 100 * (max(tempo, next_tempo) / min(tempo, next_tempo) - 1)
        yield TempoChange(beat, tempo_map.bar_beat_at(at), percent)
        at, beat, tempo = after, beat + 1, next_tempo


def steepest(tempo_map: TempoMap, until: Fraction) -> float:
    """The largest change in per cent; 0 of a map that is steady."""
    return max((change.percent for change in changes(tempo_map, until)), default=0.0)


def jumps(tempo_map: TempoMap, until: Fraction, percent: float) -> tuple[TempoChange, ...]:
    """The changes that are larger than `percent`, by more than rounding."""
    return tuple(c for c in changes(tempo_map, until) if c.percent > percent * (1 + 1e-4))
