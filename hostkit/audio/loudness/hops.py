"""The meter's time grid: hops of 10 ms, blocks inside them, chunks of them."""

from __future__ import annotations

from dataclasses import dataclass

HOPS_PER_SECOND = 100
HOPS_PER_CHUNK = 48
"""The meter works chunk by chunk, whatever the sizes of the blocks pushed into it; this is
what makes its results independent of them. A multiple of `true_peak.BLOCK_FRAMES`."""

MAX_SMALL_PRODUCT = 250_000
"""OpenBLAS keeps a matrix product of m·n·k up to 2¹⁸ on the calling thread. Staying below
leaves the other cores to other workers, and makes the result independent of their number."""

_BEST_BLOCK = 32


@dataclass(frozen=True)
class HopGrid:
    """Frames per hop, and per block of the K-weighting, at a sample rate.

    A hop is the whole number of frames nearest to 10 ms; its blocks are equal and near 32.

    >>> HopGrid.at(48_000)
    HopGrid(sample_rate=48000, hop_frames=480, block_frames=32)
    >>> HopGrid.at(44_100)
    HopGrid(sample_rate=44100, hop_frames=441, block_frames=21)
    """

    sample_rate: int
    hop_frames: int
    block_frames: int

    @classmethod
    def at(cls, sample_rate: int) -> HopGrid:
        hop = max(1, round(sample_rate / HOPS_PER_SECOND))
        divisors = [size for size in range(1, hop + 1) if hop % size == 0]
        return cls(sample_rate, hop, min(divisors, key=lambda size: abs(size - _BEST_BLOCK)))

    @property
    def blocks_per_hop(self) -> int:
        return self.hop_frames // self.block_frames

    @property
    def chunk_frames(self) -> int:
        return self.hop_frames * HOPS_PER_CHUNK
