"""Bars and beats under changing meters, counted in quarter notes from 1|1."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.timebase.position import BarBeat


@dataclass(frozen=True)
class MeterChange:
    """From quarter note `beats` on, where `bar` begins, bars are `numerator`/`denominator`."""

    beats: Fraction
    bar: int
    numerator: int
    denominator: int

    @property
    def quarters_a_beat(self) -> Fraction:
        return Fraction(4, self.denominator)

    @property
    def quarters_a_bar(self) -> Fraction:
        return self.numerator * self.quarters_a_beat


@dataclass(frozen=True)
class MeterMap:
    """Meters in order; the first begins with bar 1 at 0 and the last never ends."""

    changes: tuple[MeterChange, ...] = (MeterChange(Fraction(0), 1, 4, 4),)

    @classmethod
    def of(cls, meters: Iterable[tuple[Fraction, int, int]]) -> MeterMap:
        """From (quarter note, numerator, denominator), ascending; 4/4 until the first.

        A meter begins a bar wherever it stands: a bar it falls into is cut short.
        """
        changes = list(COMMON_TIME.changes)
        for meter in meters:
            _add(changes, *meter)
        return cls(tuple(changes))

    def then(self, beats: Fraction, numerator: int, denominator: int) -> MeterMap:
        """With another meter from a quarter note on, not before the last change."""
        changes = list(self.changes)
        _add(changes, beats, numerator, denominator)
        return MeterMap(tuple(changes))

    def beats_at(self, position: BarBeat) -> Fraction:
        """Quarter notes from 1|1. Raises BadValue when the bar has no such beat.

        >>> MeterMap.of([(Fraction(0), 6, 8)]).beats_at(BarBeat(2, Fraction(4)))
        Fraction(9, 2)
        """
        i = max(0, bisect_right(self.changes, position.bar, key=lambda c: c.bar) - 1)
        meter = self.changes[i]
        if position.bar < 1 or not 1 <= position.beat < meter.numerator + 1:
            raise BadValue(
                f"{position} does not exist: bar {position.bar} is in "
                f"{meter.numerator}/{meter.denominator}, its beats go from 1 to {meter.numerator}"
            )
        bar_start = meter.beats + (position.bar - meter.bar) * meter.quarters_a_bar
        beats = bar_start + (position.beat - 1) * meter.quarters_a_beat
        if i + 1 < len(self.changes) and beats >= self.changes[i + 1].beats:
            raise BadValue(
                f"{position} does not exist: the meter change in bar {position.bar + 1} "
                "cuts the bar short"
            )
        return beats

    def bar_beat_at(self, beats: Fraction) -> BarBeat:
        """The bar and beat on a quarter note ≥ 0; the inverse of `beats_at`."""
        meter = self.at(beats)
        bars, rest = divmod(beats - meter.beats, meter.quarters_a_bar)
        return BarBeat(meter.bar + int(bars), 1 + rest / meter.quarters_a_beat)

    def at(self, beats: Fraction) -> MeterChange:
        """The meter that holds on a quarter note."""
        return self.changes[max(0, bisect_right(self.changes, beats, key=lambda c: c.beats) - 1)]


COMMON_TIME = MeterMap()


def _add(changes: list[MeterChange], beats: Fraction, numerator: int, denominator: int) -> None:
    last = changes[-1]
    if (numerator, denominator) == (last.numerator, last.denominator):
        return
    bars = -((last.beats - beats) // last.quarters_a_bar)  # a bar cut short counts as one
    if beats == last.beats:
        changes.pop()
    changes.append(MeterChange(beats, last.bar + bars, numerator, denominator))
