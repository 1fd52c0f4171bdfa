"""Tempo ramps: three ways from one tempo to another, and the time they take.

A ramp goes from T0 to T1 bpm over B beats. What is linear has a name, because the three
differ by several frames (80→140 over 16 beats lasts 8.954, 8.727 or 9.190 s):

beats      tempo grows evenly per beat (Ardour): T(b) = T0 + k·b, k = (T1 − T0)/B
time       tempo grows evenly per second (REAPER): T² grows evenly per beat
geometric  tempo grows by the same factor per beat: T(b) = T0·r^(b/B), r = T1/T0
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

# A number or an array of float64: the formulas are the same for both.
Floats: TypeAlias = Any
_Formula: TypeAlias = Callable[[Floats, float, float, float], Floats]


def _beats_seconds(b: Floats, t0: float, t1: float, beats: float) -> Floats:
    k = (t1 - t0) / beats
    return 60.0 / k * np.log1p(k * b / t0)


def _beats_inverse(t: Floats, t0: float, t1: float, beats: float) -> Floats:
    k = (t1 - t0) / beats
    return t0 / k * np.expm1(k * t / 60.0)


def _beats_tempo(b: Floats, t0: float, t1: float, beats: float) -> Floats:
    return t0 + (t1 - t0) * b / beats


def _time_seconds(b: Floats, t0: float, t1: float, beats: float) -> Floats:
    # 120·B/(T0+T1)·(T(b) − T0)/(T1 − T0), free of the difference of near equals.
    return 120.0 * b / (t0 + _time_tempo(b, t0, t1, beats))


def _time_inverse(t: Floats, t0: float, t1: float, beats: float) -> Floats:
    rise_per_second = (t1 - t0) * (t1 + t0) / (120.0 * beats)
    return (t0 + rise_per_second * t / 2.0) * t / 60.0


def _time_tempo(b: Floats, t0: float, t1: float, beats: float) -> Floats:
    return np.sqrt(t0 * t0 + (t1 - t0) * (t1 + t0) * b / beats)


def _geometric_seconds(b: Floats, t0: float, t1: float, beats: float) -> Floats:
    log_r = np.log1p((t1 - t0) / t0)
    return -60.0 * beats / (t0 * log_r) * np.expm1(-log_r * b / beats)


def _geometric_inverse(t: Floats, t0: float, t1: float, beats: float) -> Floats:
    log_r = np.log1p((t1 - t0) / t0)
    return -beats / log_r * np.log1p(-t * t0 * log_r / (60.0 * beats))


def _geometric_tempo(b: Floats, t0: float, t1: float, beats: float) -> Floats:
    return t0 * np.exp(np.log1p((t1 - t0) / t0) * b / beats)


@dataclass(frozen=True)
class _Curve:
    seconds: _Formula
    beats: _Formula
    tempo: _Formula


_CURVES = {
    "beats": _Curve(_beats_seconds, _beats_inverse, _beats_tempo),
    "time": _Curve(_time_seconds, _time_inverse, _time_tempo),
    "geometric": _Curve(_geometric_seconds, _geometric_inverse, _geometric_tempo),
}
CURVES = tuple(_CURVES)


@dataclass(frozen=True)
class Ramp:
    """From `start_bpm` to `end_bpm` (both > 0, not equal) over `beats` quarter notes."""

    start_bpm: float
    end_bpm: float
    beats: float
    curve: str

    @property
    def seconds(self) -> float:
        """How long it lasts.

        >>> [round(Ramp(80, 140, 16, curve).seconds, 3) for curve in CURVES]
        [8.954, 8.727, 9.19]
        """
        return self.seconds_at(self.beats)

    def seconds_at(self, beats: float) -> float:
        """Seconds from the ramp's start to a beat in it."""
        return float(_CURVES[self.curve].seconds(beats, *self._shape))

    def seconds_at_each(self, beats: NDArray[np.float64]) -> NDArray[np.float64]:
        """`seconds_at` for an array; the last bits may differ from it."""
        return np.asarray(_CURVES[self.curve].seconds(beats, *self._shape), dtype=np.float64)

    def beats_at(self, seconds: float) -> float:
        """The beat that falls on a time; the inverse of `seconds_at`."""
        return float(_CURVES[self.curve].beats(seconds, *self._shape))

    def beats_at_each(self, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """`beats_at` for an array; the last bits may differ from it."""
        return np.asarray(_CURVES[self.curve].beats(seconds, *self._shape), dtype=np.float64)

    def bpm_at(self, beats: float) -> float:
        """The tempo on a beat."""
        return float(_CURVES[self.curve].tempo(beats, *self._shape))

    @property
    def _shape(self) -> tuple[float, float, float]:
        return self.start_bpm, self.end_bpm, self.beats
