"""Reading what earlier steps left in the store, in step, straight or round a loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio, silence
from hostkit.audio.formats import SampleFormat
from hostkit.audio.quantise import IntSamples, saturate
from hostkit.jobs.prints import Print
from hostkit.jobs.store import Store

ROUND_SECONDS = 10
"""For so long at least devices go round a loop before they are heard."""


def from_store(store: Store, fingerprints: Iterable[str]) -> list[Print]:
    """The prints of those fingerprints. Raises LostPrint when one has gone."""
    return [store.take(fingerprint) for fingerprint in fingerprints]


def fitting_int_samples(
    stem: Print, sample_format: SampleFormat, block_frames: int = BLOCK_FRAMES
) -> Iterator[IntSamples]:
    """A stem's integer samples as a file of the format holds them: what does not fit is clipped."""
    for samples in stem.int_samples(block_frames):
        yield saturate(samples, sample_format).samples if stem.clipped_samples else samples


def rounds_before(loop_frames: int, sample_rate: int) -> int:
    """How often devices go round a loop of that length until they repeat themselves."""
    return -(-ROUND_SECONDS * sample_rate // loop_frames)


def straight(found: Print) -> Callable[[], Audio]:
    """Gives a print's audio a block at a time, then silence for ever."""
    return _next_of(_then_silence(found.audio(BLOCK_FRAMES), found.channels))


def looped(found: Print, loop_frames: int) -> Callable[[], Audio]:
    """Gives a loop's audio a block at a time, for ever.

    What the print has after `loop_frames` is laid over its start, as often as it takes: the
    last frame is followed by the first as it was in the print, where nothing was cut.
    """
    return _next_of(_in_blocks(_folded(found, loop_frames), found.channels))


def summed(sources: Sequence[Callable[[], Audio]]) -> Callable[[], Audio]:
    """The sum of sources, added up in their order."""

    def next_block() -> Audio:
        total = sources[0]().copy()
        for source in sources[1:]:
            total += source()
        return total

    return next_block


def _next_of(blocks: Iterator[Audio]) -> Callable[[], Audio]:
    return lambda: next(blocks)


def _then_silence(blocks: Iterator[Audio], channels: int) -> Iterator[Audio]:
    for block in blocks:
        missing = BLOCK_FRAMES - block.shape[1]
        yield np.concatenate((block, silence(channels, missing)), axis=1) if missing else block
    while True:
        yield silence(channels, BLOCK_FRAMES)


def _folded(found: Print, loop_frames: int) -> Iterator[Audio]:
    """Stretches of the loop, round and round."""
    while True:
        start = 0
        while start < loop_frames:
            frames = min(BLOCK_FRAMES, loop_frames - start)
            total = silence(found.channels, frames)
            for layer in range(start, max(found.frames, 1), loop_frames):
                part = _read(found, layer, frames)
                total[:, : part.shape[1]] += part
            yield total
            start += frames


def _read(found: Print, start: int, frames: int) -> Audio:
    return next(found.audio(frames, start), silence(found.channels, 0))


def _in_blocks(parts: Iterator[Audio], channels: int) -> Iterator[Audio]:
    """The same stream in blocks of BLOCK_FRAMES."""
    held = silence(channels, 0)
    for part in parts:
        held = np.concatenate((held, part), axis=1)
        while held.shape[1] >= BLOCK_FRAMES:
            yield held[:, :BLOCK_FRAMES]
            held = held[:, BLOCK_FRAMES:]
