"""A gain curve in the store of prints: its break points as integer samples, exactly.

Four of them a point: the curve (0 the rest of the spectrum, 1 the speech band), the frame
(64 bits in two), the gain in millionths of a dB, which is what curves are rounded to.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from hostkit.audio.quantise import IntSamples
from hostkit.ducking.ducked import Curves
from hostkit.ducking.gain.curve import GainCurve
from hostkit.jobs.prints import Print

CHANNELS = 4
_MILLIONTH = 1_000_000


def int_samples_of(curves: Curves) -> IntSamples:
    """The points, shape `(4, points)`."""
    rows = [_rows(number, curve) for number, curve in enumerate(curves.named().values())]
    return np.concatenate(rows).T


def read_curves(found: Print, sample_rate: int) -> Curves:
    """The curves as they were.

    >>> curve = GainCurve(48000, np.array([0, 2**40]), np.array([-1.2, -0.000001]))
    >>> rows = int_samples_of(Curves(curve, curve))
    >>> again = _curves(rows.T, 48000).rest
    >>> again.frames.tolist(), again.gain_db.tolist()
    ([0, 1099511627776], [-1.2, -1e-06])
    """
    rows = np.concatenate([block.T for block in found.int_samples()])
    return _curves(rows, sample_rate)


def _rows(number: int, curve: GainCurve) -> IntSamples:
    frames = curve.frames.astype("<i8").view("<i4").reshape(-1, 2)
    gains = np.rint(curve.gain_db * _MILLIONTH).astype("<i4")
    return np.column_stack((np.full(gains.size, number, dtype="<i4"), frames, gains))


def _curves(rows: IntSamples, sample_rate: int) -> Curves:
    starts = [0, *np.flatnonzero(np.diff(rows[:, 0])) + 1, len(rows)]
    found = [_curve(rows[start:stop], sample_rate) for start, stop in pairwise(starts)]
    return Curves(found[0], found[-1])


def _curve(rows: IntSamples, sample_rate: int) -> GainCurve:
    frames = np.ascontiguousarray(rows[:, 1:3]).view("<i8")[:, 0]
    return GainCurve(sample_rate, frames, rows[:, 3] / _MILLIONTH)
