"""True peak after BS.1770-4, Annex 2: the peak of the signal between its samples.

The signal is interpolated by a windowed sinc of 24 taps a phase (flat within 0.01 dB to
20 kHz at 48 kHz; the standard's example has 12). Where no neighbouring sample comes near
the peak found so far, nothing between them can exceed it — an interpolated value is at
most the filter's L1 norm times the largest sample it reads — so such stretches are
skipped. The result is exactly that of interpolating everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from hostkit.audio.loudness.hops import MAX_SMALL_PRODUCT, HopGrid

Samples = NDArray[np.float32]

_TAPS = 24
_BEFORE = _TAPS // 2 - 1  # taps before the frame whose successor gap is interpolated
_KAISER_BETA = 6.0
_OVERSAMPLING = ((96_000, 4), (192_000, 2))
"""Below 96 kHz fourfold, below 192 kHz twofold, above not at all (Annex 2, note)."""


def oversampling(sample_rate: int) -> int:
    """How many times denser than its samples a signal is looked at.

    >>> oversampling(48_000), oversampling(96_000), oversampling(192_000)
    (4, 2, 1)
    """
    return next((factor for below, factor in _OVERSAMPLING if sample_rate < below), 1)


class TruePeak:
    """Follows the largest sample and the true peak of one channel, chunk after chunk.

    `sample_peak` and `peak` are linear amplitudes. The gaps around the last twelve frames
    are looked at with the next chunk; end with a chunk of silence.
    """

    def __init__(self, grid: HopGrid) -> None:
        self._size = grid.block_frames
        self._interpolator = _interpolator(oversampling(grid.sample_rate), self._size)
        # The last 23 samples, the chunk, and silence up to a whole number of blocks
        self._line = np.zeros(grid.chunk_frames + self._size, dtype=np.float32)
        self._magnitudes = np.empty_like(self._line)
        self._starts = np.arange(0, self._line.size, self._size)
        self.sample_peak = 0.0
        self.peak = 0.0

    def push(self, chunk: Samples) -> None:
        """Take the next chunk, `(grid.chunk_frames,)`."""
        line, carried = self._line, _TAPS - 1
        line[:carried] = line[chunk.size : chunk.size + carried]
        line[carried : carried + chunk.size] = chunk
        np.abs(line, out=self._magnitudes)
        largest = np.maximum.reduceat(self._magnitudes, self._starts)
        self.sample_peak = max(self.sample_peak, float(largest.max()))
        self.peak = max(self.peak, self.sample_peak)
        if self._interpolator is not None:
            self._look_between(self._interpolator, np.maximum(largest[:-1], largest[1:]))

    def copy(self) -> TruePeak:
        """An independent follower in the same state."""
        twin = TruePeak.__new__(TruePeak)
        twin.__dict__.update(self.__dict__)
        twin._line = self._line.copy()
        return twin

    def _look_between(self, interpolator: _Interpolator, reach: Samples) -> None:
        """Interpolate the blocks that may hold a new peak, the most promising first.

        `reach[k]` is the largest sample that block k's interpolated values depend on.
        """
        matrix, bound = interpolator.matrix, interpolator.bound
        windows = as_strided(
            self._line,
            shape=(reach.size, matrix.shape[0]),
            strides=(self._size * self._line.itemsize, self._line.itemsize),
            writeable=False,
        )
        promising = np.flatnonzero(reach * bound > self.peak)
        promising = promising[np.argsort(-reach[promising], kind="stable")]
        portion = max(1, MAX_SMALL_PRODUCT // matrix.size)
        for start in range(0, promising.size, portion):
            chosen = promising[start : start + portion]
            if reach[chosen[0]] * bound <= self.peak:
                return
            between = windows[chosen] @ matrix
            self.peak = max(self.peak, float(between.max()), -float(between.min()))


@dataclass(frozen=True)
class _Interpolator:
    """The matrix from a block and the next 23 frames to the values between its frames, and
    the L1 norm of its columns, which bounds what it can make of samples within ±1.
    """

    matrix: Samples
    bound: float


@cache
def _interpolator(factor: int, size: int) -> _Interpolator | None:
    """The interpolator of blocks of `size` frames; None when there is nothing to add."""
    if factor == 1:
        return None
    phases = np.array([_phase(step / factor) for step in range(1, factor)])
    matrix = np.zeros((size + _TAPS - 1, size, factor - 1), dtype=np.float32)
    for frame in range(size):
        matrix[frame : frame + _TAPS, frame] = phases.T
    rounding = 1.0 + 1e-5  # of the single-precision product
    bound = float(np.abs(phases).sum(axis=1).max()) * rounding
    return _Interpolator(matrix.reshape(size + _TAPS - 1, -1), bound)


def _phase(offset: float) -> NDArray[np.float64]:
    """Kaiser-windowed sinc for the value `offset` of a frame after the twelfth tap."""
    distance = np.arange(_TAPS) - _BEFORE - offset
    window = np.i0(_KAISER_BETA * np.sqrt(1.0 - (distance / (_TAPS / 2)) ** 2))
    taps = np.sinc(distance) * window
    normalised: NDArray[np.float64] = taps / taps.sum()
    return normalised
