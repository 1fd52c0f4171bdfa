"""The loudness meter: push blocks, ask for the result."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from hostkit.audio.block import Audio, silence
from hostkit.audio.layout import ChannelLayout
from hostkit.audio.loudness.energies import Energies, Series
from hostkit.audio.loudness.hops import HopGrid
from hostkit.audio.loudness.k_weighting import KWeighting, Matrix
from hostkit.audio.loudness.true_peak import TruePeak
from hostkit.ground.levels import gain_to_db


@dataclass(frozen=True)
class Loudness:
    """All measures of one signal; −inf stands for silence.

    A momentary or short-term maximum of a signal shorter than its window counts the
    silence before it; integrated loudness needs 400 ms and the range 3 s of signal.
    """

    integrated_lufs: float
    max_momentary_lufs: float
    max_short_term_lufs: float
    loudness_range_lu: float
    true_peak_dbtp: float
    sample_peak_dbfs: float


class Meter:
    """Measures loudness and peaks of a stream of blocks.

    Memory is a fraction of a second of audio plus 8 bytes per 10 ms. The results are the
    same, to the bit, however the signal was cut into blocks. Who wants no more than
    `energies()` leaves out the peaks, which are half of the work.

    >>> from hostkit.audio.block import silence
    >>> from hostkit.audio.layout import STEREO
    >>> meter = Meter(48_000, STEREO)
    >>> meter.push(silence(2, 48_000))
    >>> meter.result().integrated_lufs
    -inf
    """

    def __init__(self, sample_rate: int, layout: ChannelLayout, *, peaks: bool = True) -> None:
        channels = layout.channels
        self._grid = HopGrid.at(sample_rate)
        self._weights = layout.loudness_weights
        self._weighting = KWeighting(self._grid)
        self._states = [KWeighting.at_rest() for _ in range(channels)]
        self._peaks = TruePeak(sample_rate, channels, self._grid.chunk_frames) if peaks else None
        self._waiting = silence(channels, self._grid.chunk_frames)
        self._waiting_frames = 0
        self._log = array("d")
        self.frames = 0

    def push(self, block: Audio) -> None:
        """Take the next `(channels, frames)` of the signal, any number of frames."""
        start, frames = 0, block.shape[1]
        while start < frames:
            count = min(frames - start, self._waiting.shape[1] - self._waiting_frames)
            end = self._waiting_frames + count
            self._waiting[:, self._waiting_frames : end] = block[:, start : start + count]
            start, self._waiting_frames = start + count, end
            if end == self._waiting.shape[1]:
                powers, self._states = self._powers(self._waiting)
                self._log.frombytes(powers.tobytes())
                if self._peaks is not None:
                    self._peaks.push(self._waiting)
                self._waiting_frames = 0
        self.frames += frames

    def taken(self) -> Series:
        """The powers of the hops completed since the last call, which are then forgotten.

        For signals too long to be kept whole; `energies()` then has only what is left.
        """
        taken, self._log = self._log, array("d")
        return np.frombuffer(taken)

    def energies(self) -> Energies:
        """The energy over time of what was pushed so far."""
        last, _ = self._powers(self._rest())
        hops = -(-self._waiting_frames // self._grid.hop_frames)
        powers = np.concatenate((np.frombuffer(self._log), last[:hops]))
        return Energies(self._grid.sample_rate, self._grid.hop_frames, self.frames, powers)

    def result(self) -> Loudness:
        """All measures of what was pushed so far; pushing may go on."""
        if self._peaks is None:
            raise ValueError("this meter was made without peaks; it has energies() only")
        energies = self.energies()
        peaks = self._peaks.copy()
        peaks.push(self._rest())
        peaks.push(np.zeros_like(self._waiting))
        return Loudness(
            integrated_lufs=energies.integrated_lufs(),
            max_momentary_lufs=energies.max_momentary_lufs(),
            max_short_term_lufs=energies.max_short_term_lufs(),
            loudness_range_lu=energies.loudness_range_lu(),
            true_peak_dbtp=gain_to_db(peaks.peak),
            sample_peak_dbfs=gain_to_db(peaks.sample_peak),
        )

    def _rest(self) -> Audio:
        """The chunk that is not yet full, silence after it."""
        rest = np.zeros_like(self._waiting)
        rest[:, : self._waiting_frames] = self._waiting[:, : self._waiting_frames]
        return rest

    def _powers(self, chunk: Audio) -> tuple[Series, list[Matrix]]:
        """Weighted mean square of each hop of a chunk, and the filters' states after it."""
        total = np.zeros(chunk.shape[1] // self._grid.hop_frames)
        states = []
        for channel, weight, state in zip(chunk, self._weights, self._states, strict=True):
            if weight == 0.0:
                states.append(state)
                continue
            energies, state_after = self._weighting.hop_energies(channel, state)
            total += energies * (weight / self._grid.hop_frames)
            states.append(state_after)
        return total, states


def measure(blocks: Iterable[Audio], sample_rate: int, layout: ChannelLayout) -> Loudness:
    """The loudness of a whole stream of blocks."""
    meter = Meter(sample_rate, layout)
    for block in blocks:
        meter.push(block)
    return meter.result()
