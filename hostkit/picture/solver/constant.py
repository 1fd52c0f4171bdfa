"""Constant tempi, ranked by the hits that they meet by themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hostkit.picture.landing import NEAR_FRAMES, ROUNDING_FRAMES
from hostkit.picture.solver.stretch.lattice import Lattice
from hostkit.picture.solver.wishes import Wishes

if TYPE_CHECKING:
    from hostkit.picture.hits import HitPoint

Floats = NDArray[np.float64]
STEP_BPM = 0.25
_MOST = 4000
"""Tempi that are looked at; of wider ranges, in larger steps."""


@dataclass(frozen=True)
class ConstantTempo:
    """What one tempo meets without a change; of `important` hits, those that weigh above 1, too."""

    bpm: float
    caught: int
    near: int
    missed: int
    mean_frames_off: float
    important: int
    important_caught: int
    caught_weight: float


def constant_tempi(hits: Sequence[HitPoint], wishes: Wishes) -> tuple[ConstantTempo, ...]:
    """Every tempo of the range in steps, the best first.

    That is by the weight that is caught, then frames off, then by what is wanted.
    """
    step = STEP_BPM
    while (wishes.high_bpm - wishes.low_bpm) / step > _MOST:
        step *= 2
    first, last = math.ceil(wishes.low_bpm / step), math.floor(wishes.high_bpm / step)
    tempi: Floats = np.array([wishes.low_bpm])
    if first <= last:
        tempi = np.array([step * number for number in range(first, last + 1)])
    off = _frames_off(hits, wishes, tempi)
    outside = np.maximum(
        off - np.array([hit.late_frames for hit in hits]),
        -off - np.array([hit.early_frames for hit in hits]),
    )
    weights = np.array([hit.weight for hit in hits])
    important = weights > 1
    caught, missed = outside <= ROUNDING_FRAMES, outside > NEAR_FRAMES
    columns = (
        tempi,
        caught.sum(axis=1),
        (~caught & ~missed).sum(axis=1),
        missed.sum(axis=1),
        np.abs(off).mean(axis=1),
        np.full(len(tempi), important.sum()),
        (caught & important).sum(axis=1),
        (caught * weights).sum(axis=1),
    )
    astray = np.abs(tempi - wishes.wanted_bpm)
    order = np.lexsort((tempi, astray, columns[4], -columns[7]))
    rows = zip(*(column[order].tolist() for column in columns), strict=True)
    return tuple(ConstantTempo(*row) for row in rows)


def _frames_off(hits: Sequence[HitPoint], wishes: Wishes, tempi: Floats) -> Floats:
    """(tempi, hits): frames that the place which may meet a hit is late; where two do, the nearer.

    A place within tolerance goes before a nearer one that is not.
    """
    lattice = Lattice.of(wishes, between=True)
    beat = lattice.ticks_per_beat
    ticks = {"any": beat // lattice.beat.parts, "beat": beat, "downbeat": lattice.bar}
    every = np.array([ticks[hit.land_on] for hit in hits])
    first = np.array([-lattice.phase % ticks for ticks in every])
    tick = 60 / tempi[:, None] * float(lattice.quarters(1))
    at = np.array([float(hit.seconds) for hit in hits])
    frame = float(wishes.frame_seconds)
    before = np.maximum(0, np.floor((at / tick - first) / every))
    off = ((before + np.arange(2)[:, None, None]) * every + first) * tick - at
    off = off / frame
    early = np.array([hit.early_frames for hit in hits]) + ROUNDING_FRAMES
    late = np.array([hit.late_frames for hit in hits]) + ROUNDING_FRAMES
    caught = (off <= late) & (off >= -early)
    rank = np.where(caught, 0, 1e9) + np.abs(off)
    chosen: Floats = np.where(rank[0] <= rank[1], off[0], off[1])
    return chosen


def frame_click(bpm: float, frame_seconds: Fraction) -> tuple[int, int, bool]:
    """Frames and eighths of a frame to a quarter note, and whether that is exact.

    >>> frame_click(120, Fraction(1, 24))
    (12, 0, True)
    >>> frame_click(92, Fraction(1, 24))
    (15, 5, False)
    """
    eighths = 8 * 60 / Fraction(bpm).limit_denominator(10**6) / frame_seconds
    frames, rest = divmod(round(eighths), 8)
    return frames, rest, eighths.denominator == 1
