"""Where bar lines, beats and hits can be: ticks, counted from where the music begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations_with_replacement, pairwise

from hostkit.picture.beat import Beat, Meter
from hostkit.picture.solver.wishes import Wishes

MOST_ODD_BARS = 2
"""Before one hit: more of them are no meter any longer."""


@dataclass(frozen=True)
class Lattice:
    """Bars and beats in ticks. `bars` are the lengths of the meters, the usual one first.

    `phase` is the tick of its bar that the music begins on.
    """

    beat: Beat
    ticks_per_beat: int
    meters: tuple[Meter, ...]
    bars: tuple[int, ...]
    phase: int

    @classmethod
    def of(cls, wishes: Wishes, *, between: bool) -> Lattice:
        """The lattice of these meters; `between`: with places between two beats."""
        beat = Beat.of(wishes.meters[0])
        ticks = beat.ticks(wishes.meters, between=between)
        bars = tuple(int(Fraction(4 * n, d) / beat.quarters * ticks) for n, d in wishes.meters)
        return cls(beat, ticks, wishes.meters, bars, -wishes.pickup_beats * ticks % bars[0])

    @property
    def bar(self) -> int:
        return self.bars[0]

    @cached_property
    def odd_bars(self) -> dict[int, tuple[int, ...]]:
        """By the ticks that are over after whole bars: the fewest odd bars that take them up.

        What is over is taken modulo the usual bar; nothing takes up 0, and not everything can be.

        >>> lattice = Lattice.of(Wishes(100, 140, 120), between=False)
        >>> lattice.odd_bars
        {0: (), 3: (3,), 1: (5,), 2: (2,)}
        """
        found: dict[int, tuple[int, ...]] = {0: ()}
        for count in range(1, MOST_ODD_BARS + 1):
            for odd in combinations_with_replacement(self.bars[1:], count):
                over, known = sum(odd) % self.bar, found.get(sum(odd) % self.bar)
                if known is None or (len(known) == count and sum(odd) < sum(known)):
                    found[over] = odd
        return found

    def lines(self, odd_before: Iterable[tuple[int, Sequence[int]]], until: int) -> list[int]:
        """Bar lines from the first at 0 or later, up to the first at `until` or later.

        `odd_before` are the downbeats that odd bars lead to, in order, with those.
        """
        lines = [-self.phase % self.bar]
        for downbeat, odd in odd_before:
            while lines[-1] < downbeat - sum(odd):
                lines.append(lines[-1] + self.bar)
            for ticks in odd:
                lines.append(lines[-1] + ticks)
        while lines[-1] < until:
            lines.append(lines[-1] + self.bar)
        return lines

    def meters_at(self, lines: Sequence[int]) -> Iterator[tuple[int, Meter]]:
        """The meter of each bar by the tick it begins on; the usual one behind the last line.

        >>> lattice = Lattice.of(Wishes(100, 140, 120, pickup_beats=1), between=False)
        >>> list(lattice.meters_at([1, 5, 8]))
        [(0, (1, 4)), (1, (4, 4)), (5, (3, 4)), (8, (4, 4))]
        """
        if lines[0] > 0:
            numerator, denominator = self.meters[0]
            yield 0, (lines[0] * numerator // self.bar, denominator)
        for line, after in pairwise(lines):
            yield line, self.meters[self.bars.index(after - line)]
        yield lines[-1], self.meters[0]

    def from_bar_line(self) -> Lattice:
        """The same, where music begins on a bar line."""
        return replace(self, phase=0)

    def quarters(self, ticks: int) -> Fraction:
        return ticks * self.beat.quarters / self.ticks_per_beat
