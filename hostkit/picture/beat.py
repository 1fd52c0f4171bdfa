"""The beat that is felt in a meter: what hits land on, a click sounds and a tempo is counted in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

Meter = tuple[int, int]
"""Numerator and denominator."""


@dataclass(frozen=True)
class Beat:
    """The beat that is felt in a meter, in quarter notes, and into how many parts it falls.

    >>> Beat.of((4, 4)), Beat.of((6, 8))
    (Beat(quarters=Fraction(1, 1), parts=2), Beat(quarters=Fraction(3, 2), parts=3))
    """

    quarters: Fraction
    parts: int

    @classmethod
    def of(cls, meter: Meter) -> Beat:
        numerator, denominator = meter
        compound = denominator >= 8 and numerator > 3 and numerator % 3 == 0
        return cls(Fraction(4 * (3 if compound else 1), denominator), 3 if compound else 2)

    def ticks(self, meters: tuple[Meter, ...], *, between: bool) -> int:
        """Into how many ticks a beat falls, so that every bar is a whole number of them.

        `between`: hits may land between two beats, too.
        """
        bars = [Fraction(4 * numerator, denominator) for numerator, denominator in meters]
        return math.lcm(
            self.parts if between else 1, *((bar / self.quarters).denominator for bar in bars)
        )
