"""What a tempo map should be like, as somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hostkit.picture.beat import Beat, Meter


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


def usual_meters(base: Meter) -> tuple[Meter, ...]:
    """A meter, and those of odd bars that a listener follows: a beat less, more, or two less.

    >>> usual_meters((4, 4)), usual_meters((6, 8))
    (((4, 4), (3, 4), (5, 4), (2, 4)), ((6, 8), (3, 8), (9, 8)))
    """
    numerator, denominator = base
    beat = int(Beat.of(base).quarters * denominator / 4)
    odd = (numerator - beat, numerator + beat, numerator - 2 * beat)
    return (base, *((n, denominator) for n in odd if n > (beat if beat == 1 else 0)))
