"""What a delivery is checked for besides loudness: offset, silence, full scale, phase, end."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hostkit.audio.block import Audio, silence

FULL_SCALE = 1.0 - 2.0**-15
"""A sample at or beyond the largest 16-bit value counts as at full scale."""


END_MS = 10
"""How much of a signal is its end."""
CLOSING_FADE_MS = 250
"""What ends at an exact length is faded over so long: what has rung out does not change by it."""


@dataclass(frozen=True)
class SignalFacts:
    """Facts about a whole signal; one value per channel where the plural is used.

    `peaks` are those of the music: what comes before it, a pre-roll and its pop, has none.
    `dc_offsets` are linear means. `full_scale_samples` lie at or beyond full scale: the
    file's own samples cannot tell clipped from just touching. `phase_correlation` of
    the first two channels is in −1…1; None when there are not two or one is silent.
    `end_peak` is the largest magnitude in the last END_MS; `fade_peak` that of the first END_MS
    of the last CLOSING_FADE_MS, and `mid_fade_peak` of as much half-way.
    """

    frames: int
    peaks: tuple[float, ...]
    dc_offsets: tuple[float, ...]
    full_scale_samples: int
    phase_correlation: float | None
    end_peak: float = 0.0
    fade_peak: float = 0.0
    mid_fade_peak: float = 0.0

    @property
    def silent_channels(self) -> tuple[int, ...]:
        """The channels, counted from 0, that hold nothing but zeros."""
        return tuple(channel for channel, peak in enumerate(self.peaks) if peak == 0.0)


class SignalCheck:
    """Gathers `SignalFacts` from a stream of blocks.

    The first `pre_roll_frames` are not the music. Cutting the stream otherwise changes offsets
    and correlation by no more than 1e-12.

    >>> check = SignalCheck(2, 48_000)
    >>> check.push(np.array([[0.5, -0.5], [-0.5, 0.5]], dtype=np.float32))
    >>> check.facts().phase_correlation
    -1.0
    """

    def __init__(self, channels: int, sample_rate: int, pre_roll_frames: int = 0) -> None:
        self._lead_frames = pre_roll_frames
        self._end_frames = sample_rate * END_MS // 1000
        self._fade_frames = sample_rate * CLOSING_FADE_MS // 1000
        self._last = silence(channels, 0)
        self._frames = 0
        self._full_scale_samples = 0
        self._peaks = np.zeros(channels, dtype=np.float32)
        self._sums = np.zeros(channels)
        self._products = np.zeros((2, 2))

    def push(self, block: Audio) -> None:
        """Take the next `(channels, frames)` of the signal."""
        if block.shape[1] == 0:
            return
        magnitudes = np.abs(block[:, max(0, self._lead_frames - self._frames) :])
        peaks = magnitudes.max(axis=1, initial=0.0)
        if peaks.max() >= FULL_SCALE:
            self._full_scale_samples += int(np.count_nonzero(magnitudes >= FULL_SCALE))
        np.maximum(self._peaks, peaks, out=self._peaks)
        self._sums += block.sum(axis=1, dtype=np.float64)
        if block.shape[0] >= 2:
            front = block[:2].astype(np.float64)
            self._products += front @ front.T
        self._frames += block.shape[1]
        if block.shape[1] < self._fade_frames:
            block = np.concatenate((self._last, block), axis=1)
        self._last = block[:, -self._fade_frames :].copy()

    def facts(self) -> SignalFacts:
        """The facts about everything pushed so far."""
        energy = math.sqrt(self._products[0, 0] * self._products[1, 1])
        return SignalFacts(
            frames=self._frames,
            peaks=tuple(float(peak) for peak in self._peaks),
            dc_offsets=tuple(float(total) / max(1, self._frames) for total in self._sums),
            full_scale_samples=self._full_scale_samples,
            phase_correlation=float(self._products[0, 1]) / energy if energy > 0.0 else None,
            end_peak=self._peak_near_end(self._end_frames),
            fade_peak=self._peak_near_end(self._fade_frames),
            mid_fade_peak=self._peak_near_end(self._fade_frames // 2),
        )

    def _peak_near_end(self, frames: int) -> float:
        """The largest magnitude in END_MS from `frames` before the end; 0 where it is shorter."""
        start = self._last.shape[1] - frames
        heard = self._last[:, max(0, start) : max(0, start + self._end_frames)]
        return float(np.abs(heard).max(initial=0.0))
