"""Power over time, kept small: an hour is 1.4 MB."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.block import Audio
from hostkit.audio.layout import ChannelLayout
from hostkit.audio.loudness.energies import Energies
from hostkit.audio.loudness.meter import Meter
from hostkit.ducking.phrase import Phrase

Powers = NDArray[np.float32]
"""K-weighted mean square of each hop, as `Energies` has it, in single precision."""


@dataclass(frozen=True)
class HopPowers:
    """The powers of a whole signal."""

    sample_rate: int
    hop_frames: int
    frames: int
    powers: Powers

    @property
    def hop_seconds(self) -> float:
        return self.hop_frames / self.sample_rate

    def from_both_sides(self) -> HopPowers:
        """A mono signal as it is heard from left and right alike: 3.01 LU louder."""
        return replace(self, powers=2.0 * self.powers)

    def during(self, phrase: Phrase, start_seconds: float = 0.0) -> Energies:
        """A phrase of a signal that begins at `start_seconds`, widened to whole hops."""
        edges = (phrase.onset_seconds, phrase.offset_seconds)
        start, stop = (max(0, round((at - start_seconds) * self.sample_rate)) for at in edges)
        first = min(start // self.hop_frames, self.powers.size)
        last = max(first, min(-(-stop // self.hop_frames), self.powers.size))
        frames = max(0, min(self.frames, last * self.hop_frames) - first * self.hop_frames)
        powers = self.powers[first:last].astype(np.float64)
        return Energies(self.sample_rate, self.hop_frames, frames, powers)


class HopLog:
    """Measures the powers of a stream of blocks."""

    def __init__(self, sample_rate: int, layout: ChannelLayout) -> None:
        self._meter = Meter(sample_rate, layout, peaks=False)
        self._log = array("f")

    def push(self, block: Audio) -> None:
        self._meter.push(block)
        self._log.frombytes(self._meter.taken().astype(np.float32).tobytes())

    def powers(self) -> HopPowers:
        rest = self._meter.energies()
        self._log.frombytes(rest.powers.astype(np.float32).tobytes())
        powers = np.frombuffer(self._log, dtype=np.float32)
        return HopPowers(rest.sample_rate, rest.hop_frames, rest.frames, powers)


def powers_of(blocks: Iterable[Audio], sample_rate: int, layout: ChannelLayout) -> HopPowers:
    """The powers of a whole stream of blocks."""
    log = HopLog(sample_rate, layout)
    for block in blocks:
        log.push(block)
    return log.powers()
