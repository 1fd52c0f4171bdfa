"""What the meter keeps of a signal, and every loudness measure as a function of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

MOMENTARY_HOPS = 40  # 400 ms
SHORT_TERM_HOPS = 300  # 3 s
GATE_STEP_HOPS = 10  # blocks of 400 ms overlap by 75 %: BS.1770-4 Annex 1; 3 s blocks: Tech 3342
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
RANGE_GATE_LU = -20.0
RANGE_PERCENTILES = (10, 95)

_PIECE_HOPS = 6_000  # a minute: an hour at once would take four times its memory

_OFFSET_LUFS = -0.691  # BS.1770-4 (2): makes 1 kHz read as its level


def power_to_lufs(power: float) -> float:
    """Loudness of a K-weighted, channel-weighted mean square; 0 gives −inf."""
    return _OFFSET_LUFS + 10.0 * math.log10(power) if power > 0.0 else -math.inf


def lufs_to_power(lufs: float) -> float:
    """The inverse of `power_to_lufs`."""
    return float(10.0 ** ((lufs - _OFFSET_LUFS) / 10.0))


@dataclass(frozen=True)
class Energies:
    """K-weighted energy over time: `powers[k]` is the mean square of hop k, channels summed.

    A hop is `hop_frames` long (10 ms). `frames` is the signal's length; the last hop may
    reach past it and then counts as if silence followed.
    """

    sample_rate: int
    hop_frames: int
    frames: int
    powers: Series

    def span(self, start_frame: int, end_frame: int) -> Energies:
        """The part [start, end), widened to whole hops; what lies outside is left out."""
        first = max(0, start_frame // self.hop_frames)
        last = min(self.powers.size, -(-end_frame // self.hop_frames))
        last = max(first, last)
        frames = max(0, min(self.frames, last * self.hop_frames) - first * self.hop_frames)
        return replace(self, frames=frames, powers=self.powers[first:last])

    def momentary_lufs(self) -> Series:
        """Loudness of the 400 ms that end with each hop; silence comes before the signal."""
        return _to_lufs(np.concatenate(list(_trailing_means(self.powers, MOMENTARY_HOPS))))

    def short_term_lufs(self) -> Series:
        """Loudness of the 3 s that end with each hop; silence comes before the signal."""
        return _to_lufs(np.concatenate(list(_trailing_means(self.powers, SHORT_TERM_HOPS))))

    def max_momentary_lufs(self) -> float:
        """The loudest of `momentary_lufs`; −inf where there is nothing."""
        return _loudest(_trailing_means(self.powers, MOMENTARY_HOPS))

    def max_short_term_lufs(self) -> float:
        """The loudest of `short_term_lufs`; −inf where there is nothing."""
        return _loudest(_trailing_means(self.powers, SHORT_TERM_HOPS))

    def mean_lufs(self) -> float:
        """Loudness of the whole signal without gates; −inf for silence."""
        return power_to_lufs(float(self.powers.mean()) if self.powers.size else 0.0)

    def integrated_lufs(self) -> float:
        """Gated loudness (BS.1770-4 Annex 1); −inf when no 400 ms of it pass −70 LUFS."""
        blocks = self._whole_blocks(MOMENTARY_HOPS)
        return power_to_lufs(_gated_mean(blocks, RELATIVE_GATE_LU))

    def phrase_lufs(self) -> float:
        """Gated loudness, or the plain mean where it is too short for one gating block."""
        if self.frames < MOMENTARY_HOPS * self.hop_frames:
            return self.mean_lufs()
        return self.integrated_lufs()

    def loudness_range_lu(self) -> float:
        """Loudness range (EBU Tech 3342); 0 when fewer than 3 s pass its gates."""
        blocks = self._whole_blocks(SHORT_TERM_HOPS)
        loud = blocks[blocks >= lufs_to_power(ABSOLUTE_GATE_LUFS)]
        if loud.size == 0:
            return 0.0
        kept = np.sort(loud[loud >= loud.mean() * 10.0 ** (RANGE_GATE_LU / 10.0)])
        low, high = (
            power_to_lufs(float(kept[round((kept.size - 1) * percent / 100)]))
            for percent in RANGE_PERCENTILES
        )
        return high - low

    def _whole_blocks(self, hops: int) -> Series:
        """Mean powers of the blocks of `hops` that lie whole in the signal, 100 ms apart."""
        whole = self.powers[: self.frames // self.hop_frames]
        blocks, first = [], hops - 1
        for means in _trailing_means(whole, hops):
            blocks.append(means[first::GATE_STEP_HOPS].copy())  # a view would keep all of them
            first = max(first - means.size, (first - means.size) % GATE_STEP_HOPS)
        return np.concatenate(blocks)


def _gated_mean(blocks: Series, relative_gate_lu: float) -> float:
    """Mean power of the blocks above −70 LUFS and above a gate relative to their mean."""
    loud = blocks[blocks >= lufs_to_power(ABSOLUTE_GATE_LUFS)]
    if loud.size == 0:
        return 0.0
    return float(loud[loud >= loud.mean() * 10.0 ** (relative_gate_lu / 10.0)].mean())


def _trailing_means(powers: Series, hops: int) -> Iterator[Series]:
    """Mean of each value and the `hops` − 1 before it, zeros before the first, piece by piece.

    Each is to the bit what it would be of all at once.
    """
    for start in range(0, max(1, powers.size), _PIECE_HOPS):
        before = max(0, start - hops + 1)
        yield _means(powers[before : start + _PIECE_HOPS], hops)[start - before :]


def _means(powers: Series, hops: int) -> Series:
    """Those of one piece.

    Sums of 1, 2, 4, … values are combined: unlike a running sum, which would leave an
    error of the loudest passage in the quietest, this only ever adds.
    """
    sums, reach = powers, 1
    total = np.zeros_like(powers)
    done = 0
    while True:
        if hops & reach:
            total[done:] += sums[: max(0, sums.size - done)]
            done += reach
        if done == hops:
            return total / hops
        doubled = sums.copy()
        doubled[reach:] += sums[: max(0, sums.size - reach)]
        sums, reach = doubled, reach * 2


def _to_lufs(powers: Series) -> Series:
    with np.errstate(divide="ignore"):
        levels: Series = _OFFSET_LUFS + 10.0 * np.log10(powers)
    return levels


def _loudest(pieces: Iterator[Series]) -> float:
    return max(float(_to_lufs(piece).max(initial=-math.inf)) for piece in pieces)
