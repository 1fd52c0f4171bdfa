"""How deep a phrase's music has to go."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from hostkit.ducking.listening.music_powers import PhraseMusic
from hostkit.ducking.settings import DuckSettings

ALREADY_THERE_LU = 0.1
"""A phrase this near to its target is left alone, which is why a second pass does nothing."""

_CLOSE_ENOUGH_LU = 0.002
_MAX_STEPS = 60
_DEEPEST_DB = 120.0


@dataclass(frozen=True)
class Depth:
    """Depths ≥ 0 of the rest of the spectrum and of the speech band.

    `needed_db` is None where they reach the target, else the `max_depth_db` that would;
    −inf-loud music alone (stems of weight 0 too loud) makes it infinite.
    """

    rest_db: float
    band_db: float
    needed_db: float | None = None


NO_DEPTH = Depth(0.0, 0.0)


def depth_for(music: PhraseMusic, speech_lufs: float, settings: DuckSettings) -> Depth:
    """The least depth at which the phrase's music lies `target_lu` under its speech.

    The loudness is measured as BS.1770 gates it, at the very
    gains, so that gates that open or close on the way are accounted for.
    """
    wanted_lufs = speech_lufs - settings.target_lu
    mode, limit = settings.shape, settings.max_depth_db

    def excess_lu(drive_db: float) -> float:
        return music.at(*mode.depths(drive_db, limit)).phrase_lufs() - wanted_lufs

    def uniform_excess_lu(depth_db: float) -> float:
        return music.at(depth_db, depth_db).phrase_lufs() - wanted_lufs

    now = excess_lu(0.0)
    if now <= ALREADY_THERE_LU:
        return NO_DEPTH
    drive_db = _least(excess_lu, now, mode.max_drive_db(limit))
    if math.isfinite(drive_db):
        return Depth(*mode.depths(drive_db, limit))
    needed_db = _least(uniform_excess_lu, now, _DEEPEST_DB)
    return Depth(limit, limit, needed_db)


def _least(excess_lu: Callable[[float], float], at_zero: float, highest_db: float) -> float:
    """The least dB at which a falling function is no longer above 0; inf if it always is.

    False position, which is exact at once where the excess falls dB for dB; each second
    step halves, so that gates that make it jump cannot stall it.
    """
    low, low_excess = 0.0, at_zero
    guess = min(at_zero, highest_db)
    high, high_excess = highest_db, excess_lu(highest_db)
    if high_excess > _CLOSE_ENOUGH_LU:
        return math.inf
    for step in range(_MAX_STEPS):
        excess = excess_lu(guess)
        if abs(excess) <= _CLOSE_ENOUGH_LU:
            return guess
        if excess > 0.0:
            low, low_excess = guess, excess
        else:
            high, high_excess = guess, excess
        guess = (low + high) / 2.0
        if step % 2 and math.isfinite(high_excess):
            guess = low + (high - low) * low_excess / (low_excess - high_excess)
    return high
