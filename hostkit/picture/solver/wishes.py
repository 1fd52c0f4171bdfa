"""What a tempo map should be like, as somebody asks for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

Meter = tuple[int, int]
FRAME_RATE_WITHOUT_PICTURE = 24


@dataclass(frozen=True)
class Wishes:
    """The tempi and meters that may be used. Tempi are in quarter notes a minute, to 0.001.

    The tempo goes from one beat to the next by no more than `max_change` of itself. The first of
    `meters` is the usual one; single bars of the others may stand before a downbeat that is hit.
    The music begins `pickup_beats` before its first bar line. `frame_seconds` is how long a frame
    of the picture is.
    """

    low_bpm: float
    high_bpm: float
    wanted_bpm: float
    max_change: float = 0.02
    meters: tuple[Meter, ...] = ((4, 4), (3, 4), (5, 4), (2, 4))
    pickup_beats: int = 0
    frame_seconds: Fraction = Fraction(1, 24)


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


def usual_meters(base: Meter) -> tuple[Meter, ...]:
    """A meter, and those of odd bars that a listener follows: a beat less, more, or two less.

    >>> usual_meters((4, 4)), usual_meters((6, 8))
    (((4, 4), (3, 4), (5, 4), (2, 4)), ((6, 8), (3, 8), (9, 8)))
    """
    numerator, denominator = base
    beat = int(Beat.of(base).quarters * denominator / 4)
    odd = (numerator - beat, numerator + beat, numerator - 2 * beat)
    return (base, *((n, denominator) for n in odd if n > (beat if beat == 1 else 0)))
