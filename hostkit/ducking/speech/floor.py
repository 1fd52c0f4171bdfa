"""The noise floor of a stretch of dialogue: what sounds steadily where nobody speaks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hostkit.ducking.speech.moving import moving_means

Levels = NDArray[np.int16]
"""Level of each hop of 10 ms, in hundredths of a dB."""

LEAST_HOPS = 100
"""A floor is heard for at least a second in all."""

_MEAN_HOPS = 40  # 400 ms, over which words run together
_APART_HOPS = 40  # what is a floor keeps this far from what is louder
_LOWEST_DB = -70.0
_BIN_DB = 1.0


@dataclass(frozen=True)
class Floor:
    """A steady floor: its usual level, and the level it hardly ever goes over."""

    level_db: float
    top_db: float


def floor_of(levels: Levels, spread_db: float) -> Floor | None:
    """The floor under what is louder in a stretch; None where nothing steady lies under it.

    Levels are averaged over 400 ms and divided in two by Otsu's threshold (IEEE Trans. SMC
    9(1), 1979); the floor is what stays in the lower half, clear of the edges. It moves no
    more than `spread_db` from its soft tenth to its loud tenth, or it is none.

    >>> levels = np.tile(np.r_[np.full(200, -4500), np.full(200, -2000)], 4).astype(np.int16)
    >>> floor_of(levels, 6.0)
    Floor(level_db=-45.0, top_db=-45.0)
    >>> floor_of(np.full(400, -4500, dtype=np.int16), 6.0) is None
    True
    """
    means_db = _means_db(levels)
    loud = means_db > _otsu_db(means_db)
    near = np.empty_like(loud)
    for place, share in moving_means(loud, _APART_HOPS + 1):
        near[place] = share * (_APART_HOPS + 1) > 0.5
    quiet = levels[~near]
    if quiet.size < LEAST_HOPS or not loud.any():
        return None
    low, usual, high, top = np.percentile(quiet, (10, 50, 90, 98)) / 100.0
    if usual > _LOWEST_DB and high - low > spread_db:
        return None
    return Floor(float(usual), float(top))


def _means_db(levels: Levels) -> NDArray[np.float32]:
    """The level of the mean power over 400 ms around every hop."""
    means_db = np.empty(levels.size, dtype=np.float32)
    for place, powers in moving_means(
        levels, _MEAN_HOPS, lambda piece: np.power(10.0, piece / 1000.0)
    ):
        means_db[place] = 10.0 * np.log10(np.maximum(powers, 1e-20))
    return np.maximum(means_db, np.float32(_LOWEST_DB), out=means_db)


def _otsu_db(levels_db: NDArray[np.float32]) -> float:
    """The level that divides a histogram into the two groups that are furthest apart."""
    edges = np.arange(_LOWEST_DB, max(float(levels_db.max()), _LOWEST_DB) + 2 * _BIN_DB, _BIN_DB)
    counts, _ = np.histogram(levels_db, edges)
    middles = np.array([(low + high) / 2 for low, high in pairwise(edges)])
    below = np.cumsum(counts)[:-1]
    above = levels_db.size - below
    sums = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = below * above * (sums[:-1] / below - (sums[-1] - sums[:-1]) / above) ** 2
    apart = np.where((below > 0) & (above > 0), apart, -1.0)
    return float(edges[1 + int(np.argmax(apart))]) if apart.size else float(edges[-1])
