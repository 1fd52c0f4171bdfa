"""What is kept of a signal once its phrases are measured: its outline and two sums."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hostkit.ducking.listening.hop_powers import HopPowers
from hostkit.ducking.phrase import Phrase

COLUMNS = 1312
"""Points of an outline, from the start of the music to its end."""


@dataclass(frozen=True)
class Survey:
    """The loudest RMS in each of `COLUMNS` equal times, and the energy in speech and out."""

    outline: NDArray[np.float32] = field(repr=False)
    spoken: float
    elsewhere: float


def survey(
    powers: HopPowers, start_seconds: float, clock_seconds: float, phrases: Sequence[Phrase]
) -> Survey:
    """Sums up a signal that begins at `start_seconds` of a clock."""
    columns_per_second = COLUMNS / clock_seconds
    outline = np.zeros(COLUMNS, dtype=np.float32)
    hop_columns = powers.hop_seconds * columns_per_second
    shift = start_seconds * columns_per_second
    for column in range(COLUMNS):
        first = math.floor((column - shift) / hop_columns)
        last = max(first + 1, math.ceil((column + 1 - shift) / hop_columns))
        here = powers.powers[max(0, first) : max(0, last)]
        outline[column] = math.sqrt(here.max()) if here.size else 0.0
    spoken = 0.0
    for phrase in phrases:
        spoken += float(powers.during(phrase, start_seconds).powers.sum())
    total = float(powers.powers.sum(dtype=np.float64))
    return Survey(outline, spoken, max(0.0, total - spoken))
