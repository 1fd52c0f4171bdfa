"""The one rounding from seconds to samples."""

from __future__ import annotations

import math
from fractions import Fraction

_HALF = Fraction(1, 2)


def sample_of(seconds: Fraction, sample_rate: int) -> int:
    """The sample nearest to an exact time; halfway goes to the later one.

    ⌊seconds·rate + ½⌋: the same everywhere in hostkit, so a time named twice is one sample.

    >>> sample_of(Fraction(1, 3), 48000)
    16000
    >>> sample_of(Fraction(1, 96000), 48000)
    1
    """
    return math.floor(seconds * sample_rate + _HALF)
