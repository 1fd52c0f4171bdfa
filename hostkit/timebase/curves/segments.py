"""One stretch of a tempo map: a steady tempo or a ramp."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hostkit.timebase.curves.ramps import Ramp
from hostkit.timebase.sampling import sample_of

# Times inside a ramp are transcendental. They are taken to whole nanoseconds (at 48 kHz
# 1/20000 of a sample), which makes them exact numbers like all the others.
_GRID = 10**9
# A float64 estimate of a sample this near to where rounding turns is worked out again.
_TOO_NEAR = 1e-3
_INT64_SAFE = 2**62


def to_grid(number: float) -> Fraction:
    """The nearest whole billionth."""
    return Fraction(round(number * _GRID), _GRID)


@dataclass(frozen=True)
class Segment:
    """Begins at quarter note `beats` and at `seconds`, both from 1|1, in tempo `bpm`.

    With a ramp it lasts exactly `ramp_seconds`; the next segment begins there.
    """

    beats: Fraction
    seconds: Fraction
    bpm: Fraction
    ramp: Ramp | None = None
    ramp_seconds: Fraction = Fraction(0)

    def seconds_at(self, beats: Fraction) -> Fraction:
        into = beats - self.beats
        if self.ramp is None:
            return self.seconds + into * 60 / self.bpm
        if into <= 0:
            return self.seconds
        elapsed = to_grid(self.ramp.seconds_at(float(into)))
        return self.seconds + min(elapsed, self.ramp_seconds)

    def beats_at(self, seconds: Fraction) -> Fraction:
        into = seconds - self.seconds
        if self.ramp is None:
            return self.beats + into * self.bpm / 60
        return self.beats + to_grid(self.ramp.beats_at(float(into)))

    def bpm_at(self, beats: Fraction) -> float:
        if self.ramp is None:
            return float(self.bpm)
        return self.ramp.bpm_at(float(beats - self.beats))

    def samples_of_ticks(
        self, ticks: NDArray[np.int64], ticks_per_quarter: int, sample_rate: int
    ) -> NDArray[np.int64]:
        """`sample_of(seconds_at(tick / ticks_per_quarter))` for each tick, exactly."""
        if len(ticks) == 0:
            return np.zeros(0, dtype=np.int64)
        if self.ramp is None:
            return self._steady_samples(ticks, ticks_per_quarter, sample_rate)
        return self._ramp_samples(self.ramp, ticks, ticks_per_quarter, sample_rate)

    def _steady_samples(
        self, ticks: NDArray[np.int64], ticks_per_quarter: int, sample_rate: int
    ) -> NDArray[np.int64]:
        """⌊offset + tick·n/d⌋ in integers: the offset's fraction decides on the remainder."""
        per_tick = 60 * sample_rate / (self.bpm * ticks_per_quarter)
        n, d = per_tick.numerator, per_tick.denominator
        offset = (self.seconds - self.beats * 60 / self.bpm) * sample_rate + Fraction(1, 2)
        whole = math.floor(offset)
        carry_from = math.ceil(d * (1 - (offset - whole)))
        furthest = max(abs(int(ticks.min())), abs(int(ticks.max())), 1)
        fits = furthest * n < _INT64_SAFE and d < _INT64_SAFE and abs(whole) < _INT64_SAFE
        product = (ticks if fits else ticks.astype(object)) * n
        quotient, remainder = product // d, product % d
        return np.asarray(quotient + whole + (remainder >= carry_from)).astype(np.int64)

    def _ramp_samples(
        self, ramp: Ramp, ticks: NDArray[np.int64], ticks_per_quarter: int, sample_rate: int
    ) -> NDArray[np.int64]:
        """By float64, and by exact numbers where that is too near to call."""
        into = ticks / ticks_per_quarter - float(self.beats)
        elapsed = ramp.seconds_at_each(np.maximum(into, 0.0))
        elapsed = np.minimum(elapsed, float(self.ramp_seconds))
        estimate = (float(self.seconds) + elapsed) * sample_rate + 0.5
        samples = np.floor(estimate).astype(np.int64)
        for i in np.flatnonzero(np.abs(estimate - np.rint(estimate)) < _TOO_NEAR):
            beats = Fraction(int(ticks[i]), ticks_per_quarter)
            samples[i] = sample_of(self.seconds_at(beats), sample_rate)
        return samples
