"""Stems as the tests read them, and how much of what a mix is to be without is in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.files.containers import read_int_samples
from hostkit.audio.quantise import IntSums
from hostkit.delivery.writing.files import FileJob, int_samples_of

STEP_FRAMES = 2**14
"""Frames compared at a time: few enough that those of all stems stay in the cache."""
EXPLAINED = 0.25
"""A stem that explains as much of a residual's energy is what that is."""


@dataclass(frozen=True)
class StemAudio:
    """A stem by name: its file, or how it would be written where no file was asked for."""

    name: str
    source: Path | FileJob

    def int_samples(self, start: int = 0) -> Iterator[IntSums]:
        """Its integer samples from `start` on, in blocks of STEP_FRAMES but the last.

        Only a file can be read from elsewhere than its beginning.
        """
        if isinstance(self.source, Path):
            return read_int_samples(self.source, block_frames=STEP_FRAMES, start=start)
        assert not start
        return _even_blocks(int_samples_of(self.source))


@dataclass(frozen=True)
class LeftOut:
    """What a mix is to be without: a stem of other mixes, less what of it this one has."""

    stem: StemAudio
    kept: StemAudio | None = None


def held_in(mix: Path, kept: Sequence[StemAudio], left_out: Sequence[LeftOut]) -> dict[str, float]:
    """The gain of each stem left out that explains the mix less the stems it keeps.

    Least squares on all of them at once. Empty where something else is the difference.
    """
    own = [part for one in left_out for part in (one.stem, one.kept) if part is not None]
    streams = [StemAudio("", mix).int_samples(), *(part.int_samples() for part in (*kept, *own))]
    count = len(left_out)
    products, shared, energy = np.zeros((count, count)), np.zeros(count), 0.0
    while True:
        blocks = [next(stream, None) for stream in streams]
        longest = max((block.size for block in blocks if block is not None), default=0)
        if not longest:
            break
        rows = iter([_row(block, longest) for block in blocks])
        rest = next(rows) - sum(next(rows) for _ in kept)
        taken = [next(rows) - (next(rows) if one.kept else 0.0) for one in left_out]
        stacked = np.stack(taken)
        products += stacked @ stacked.T
        shared += stacked @ rest
        energy += float(rest @ rest)
    gains = np.linalg.lstsq(products, shared, rcond=None)[0]
    return {
        one.stem.name: float(gain)
        for one, gain, share in zip(left_out, gains, shared, strict=True)
        if energy and gain * share / energy >= EXPLAINED
    }


def _row(block: IntSums | None, size: int) -> NDArray[np.float64]:
    """A block frame by frame; one that ends early is silent from there on."""
    row = np.zeros(size)
    if block is not None:
        row[: block.size] = block.T.reshape(-1)
    return row


def _even_blocks(blocks: Iterator[IntSums]) -> Iterator[IntSums]:
    """The same integer samples in blocks of STEP_FRAMES but the last."""
    held: IntSums | None = None
    for block in blocks:
        held = block if held is None else np.concatenate((held, block), axis=1)
        while held.shape[1] >= STEP_FRAMES:
            yield held[:, :STEP_FRAMES]
            held = held[:, STEP_FRAMES:]
    if held is not None and held.shape[1]:
        yield held
