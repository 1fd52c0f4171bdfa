"""Decibels and pan laws."""

from __future__ import annotations

import math

SILENCE_DB = -math.inf


def db_to_gain(db: float) -> float:
    """Linear amplitude factor of a level in dB; −inf gives 0.

    >>> db_to_gain(-20)
    0.1
    """
    return float(10.0 ** (db / 20.0))


def gain_to_db(gain: float) -> float:
    """Level in dB of a linear amplitude factor ≥ 0; 0 gives −inf.

    >>> gain_to_db(10.0)
    20.0
    """
    return 20.0 * math.log10(gain) if gain > 0.0 else SILENCE_DB


def tenths_up(db: float) -> float:
    """The next tenth of a dB: what is lowered by it is lowered by enough.

    >>> tenths_up(2.41), tenths_up(2.4)
    (2.5, 2.4)
    """
    return math.ceil(round(10 * db, 6)) / 10


def pan_gains(pan: float) -> tuple[float, float]:
    """Constant-power gains (left, right) of a pan position in −1…1, 0 dB at the centre.

    √2·cos and √2·sin of the angle, so that hard left is +3.01 dB on one side.

    >>> pan_gains(0.0)
    (1.0, 1.0)
    >>> [round(gain, 4) for gain in pan_gains(-1.0)]
    [1.4142, 0.0]
    """
    angle = (pan + 1.0) * math.pi / 4.0
    if pan == 0.0:
        return 1.0, 1.0  # √2·cos(π/4) is 1.0000000000000002
    return math.sqrt(2.0) * math.cos(angle), math.sqrt(2.0) * math.sin(angle)
