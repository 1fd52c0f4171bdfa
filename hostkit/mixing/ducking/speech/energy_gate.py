"""The energy gate: speech is what stands clear of a clean stem's floor.

On clean dialogue it finds phrases better than any trained detector (F1 .994), on noisy
recordings worse (.80): those are for the neural gate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hostkit.mixing.ducking.speech.phrase import SpeechMask, runs

BELOW_SPEECH_DB = 25.0
"""Speech runs down to this far under its own mean level; breaths lie lower."""

ABOVE_FLOOR_DB = 12.0
NEVER_ABOVE_DB = 10.0
"""In a noisy stem the gate rises with the floor, but not closer to the speech than this."""

HYSTERESIS_DB = 8.0
"""Once open, the gate stays open until the level is this much lower."""

SILENCE_LUFS = -60.0
"""Nothing below this is dialogue."""

_SMOOTHED_HOPS = 3
_FLOOR_PERCENTILE = 10.0


def speech_mask(levels_db: NDArray[np.float64]) -> SpeechMask:
    """Which hops hold speech, from the K-weighted level of each (LUFS, −inf for silence).

    >>> levels = np.array([-90.0] * 50 + [-24.0] * 30 + [-35.0] * 5 + [-90.0] * 50)
    >>> mask = speech_mask(levels)
    >>> int(mask.argmax()), int(mask.sum())
    (49, 37)
    """
    energy = np.power(10.0, levels_db / 10.0)
    kernel = np.full(_SMOOTHED_HOPS, 1.0 / _SMOOTHED_HOPS)
    smooth = np.convolve(energy, kernel, mode="same") if energy.size >= _SMOOTHED_HOPS else energy
    with np.errstate(divide="ignore"):  # digital silence is −inf
        smooth_db = 10.0 * np.log10(smooth)
    opens_db = _threshold_db(smooth, smooth_db)
    mask: SpeechMask = smooth_db >= opens_db - HYSTERESIS_DB
    for start, stop in runs(mask):
        if smooth_db[start:stop].max() < opens_db:
            mask[start:stop] = False
    return mask


def _threshold_db(energy: NDArray[np.float64], level_db: NDArray[np.float64]) -> float:
    """Where the gate opens: under the speech, over the floor."""
    audible = energy[level_db >= SILENCE_LUFS]
    if audible.size == 0:
        return float("inf")
    loud = audible[audible >= audible.mean() / 10.0]
    speech_db = 10.0 * float(np.log10(loud.mean()))
    floor_db = float(np.percentile(np.maximum(level_db, -200.0), _FLOOR_PERCENTILE))
    wished = max(speech_db - BELOW_SPEECH_DB, floor_db + ABOVE_FLOOR_DB)
    return max(min(wished, speech_db - NEVER_ABOVE_DB), SILENCE_LUFS)
