"""The gain curve: break points in dB, and what a stem does with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hostkit.ducking.gain.protection import Wish, spared
from hostkit.ducking.gain.ramps import Level, RampTimes, fitted, over, points

Gains = NDArray[np.float64]


@dataclass(frozen=True)
class GainCurve:
    """A gain in dB over time, linear in dB between break points, constant beyond them.

    `frames` are break points in frames at `sample_rate` from the start of the music, rising;
    `gain_db` (≤ 0) stands beside them. Points are all there is: who interpolates them gets
    the very gains that were applied.
    """

    sample_rate: int
    frames: NDArray[np.int64] = field(repr=False)
    gain_db: Gains = field(repr=False)

    def at(self, frames: NDArray[Any]) -> Gains:
        """Gain in dB at frames, which may lie between two samples.

        >>> GainCurve(48000, np.array([0, 100]), np.array([0.0, -6.0])).at(np.array([50])).tolist()
        [-3.0]
        """
        gains: Gains = np.interp(frames, self.frames, self.gain_db)
        return gains

    def runs(self, start: float, stop: float) -> Iterator[tuple[float, float, float | None]]:
        """Spans that make up `start`…`stop` (included), each with its gain if that is constant.

        >>> curve = GainCurve(48000, np.array([0, 50, 60]), np.array([0.0, 0.0, -6.0]))
        >>> list(curve.runs(10, 55))
        [(10, 50, 0.0), (50, 55, None)]
        """
        first = int(np.searchsorted(self.frames, start, side="right"))
        last = int(np.searchsorted(self.frames, stop, side="left"))
        edges = [start, *self.frames[first:last].tolist(), stop]
        gains = self.at(np.array(edges)).tolist()
        begun = 0
        for place in range(1, len(edges)):
            ends = place == len(edges) - 1
            flat = gains[place - 1] == gains[place]
            if ends or flat != (gains[place] == gains[place + 1]):
                yield edges[begun], edges[place], gains[place] if flat else None
                begun = place

    def after(self, pre_roll_frames: int) -> GainCurve:
        """The same later, with a stretch at 0 dB before it.

        >>> curve = GainCurve(48000, np.array([0, 50]), np.array([-2.0, -6.0])).after(100)
        >>> curve.frames.tolist(), curve.gain_db.tolist()
        ([0, 99, 100, 150], [0.0, 0.0, -2.0, -6.0])
        """
        if pre_roll_frames < 2:
            return self
        frames = np.concatenate(([0, pre_roll_frames - 1], self.frames + pre_roll_frames))
        gains = np.concatenate(([0.0, 0.0], self.gain_db))
        return GainCurve(self.sample_rate, frames, gains)

    def range_db(self, start_seconds: float, stop_seconds: float) -> tuple[float, float]:
        """The lowest and the highest gain in a stretch of time."""
        ends = np.array([start_seconds, stop_seconds]) * self.sample_rate
        inside = (self.frames > ends[0]) & (self.frames < ends[1])
        gains = np.concatenate((self.at(ends), self.gain_db[inside]))
        return float(gains.min()), float(gains.max())

    @property
    def deepest_db(self) -> float:
        return float(self.gain_db.min())

    def max_slope_db_per_s(self, start_seconds: float, stop_seconds: float) -> float:
        """The steepest slope, up or down, in a stretch of time."""
        first = np.searchsorted(self.frames, start_seconds * self.sample_rate, side="right") - 1
        last = np.searchsorted(self.frames, stop_seconds * self.sample_rate, side="left")
        near = slice(max(0, int(first)), int(last) + 1)
        if len(self.frames[near]) < 2:
            return 0.0
        steps = np.diff(self.gain_db[near]) / np.diff(self.frames[near])
        return float(np.abs(steps).max() * self.sample_rate)


def build_curve(
    wishes: Sequence[Wish],
    protected: Sequence[tuple[int, int]],
    times: RampTimes,
    frames: int,
) -> GainCurve:
    """The curve that grants every wish, except in protected spans, which stay at 0 dB.

    `protected` are half-open frame spans. Around them the curve rises and falls as slowly
    as anywhere, so a phrase beside a protected hit is not wholly down, and not at all where
    no speech would be left to go down for (`protection`).
    """
    row = fitted(over(spared(wishes, protected, times)), times)
    ducked = GainCurve(times.sample_rate, *points(row, times, frames))
    deepest = ducked.deepest_db
    if not protected or deepest == 0.0:
        return ducked
    return _highest(ducked, _shield(protected, times, frames, deepest))


def _shield(
    protected: Sequence[tuple[int, int]], times: RampTimes, frames: int, deepest_db: float
) -> GainCurve:
    """0 dB in the spans, `deepest_db` elsewhere, ramps outside the spans.

    It is a ducking curve turned upside down: there, too, the spans keep their full length
    and the ramps lie around them.
    """
    upside_down = RampTimes(
        times.sample_rate, times.up_seconds, times.down_seconds, times.slope_db_per_s
    )
    wishes = [Level(start, stop, deepest_db) for start, stop in protected]
    row = fitted(over(wishes), upside_down)
    places, mirrored_db = points(row, upside_down, frames)
    return GainCurve(times.sample_rate, places, deepest_db - mirrored_db)


def _highest(one: GainCurve, other: GainCurve) -> GainCurve:
    frames = np.union1d(one.frames, other.frames)
    highest = np.maximum(one.at(frames), other.at(frames)).round(6)
    return GainCurve(one.sample_rate, frames, highest)
