"""The speech band, cut out in linear phase, so that band and rest sum to the input.

The rest is what the band leaves (x − band), so the two null exactly whatever the filter
is; and the output is written as `rest_gain·x + (band_gain − rest_gain)·band`, in which
equal gains leave nothing of the filter at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.block import Audio, silence

LOW_HZ, HIGH_HZ = 300.0, 4000.0

HALF_LENGTH_SECONDS = 0.01
"""The filter looks this far ahead and back: its edges are about 180 Hz wide."""

_KAISER_BETA = 5.65  # 60 dB of stop-band attenuation


def half_length(sample_rate: int) -> int:
    """Frames the filter looks ahead, and back."""
    return round(HALF_LENGTH_SECONDS * sample_rate)


@lru_cache(maxsize=8)
def taps(sample_rate: int) -> NDArray[np.float64]:
    """The symmetric impulse response, `2·half_length + 1` long.

    Below 8.8 kHz there is no room for the upper edge, and the band reaches to the top.
    """
    from scipy.signal import firwin  # slow to import, and only this needs it

    edges = [LOW_HZ, HIGH_HZ] if sample_rate > 2.2 * HIGH_HZ else [LOW_HZ]
    length = 2 * half_length(sample_rate) + 1
    response: NDArray[np.float64] = firwin(
        length, edges, window=("kaiser", _KAISER_BETA), pass_zero=False, fs=sample_rate
    )
    return response


def band_of(padded: Audio, sample_rate: int) -> NDArray[np.float64]:
    """The band of audio that has `half_length` frames more on either side, without them."""
    from scipy.signal import oaconvolve

    band: NDArray[np.float64] = oaconvolve(
        padded.astype(np.float64), taps(sample_rate)[np.newaxis, :], mode="valid", axes=1
    )
    return band


def with_context(blocks: Iterator[Audio], context: int) -> Iterator[Audio]:
    """Each block with `context` frames of what is before and after it, silence at the ends.

    >>> two = iter([np.array([[1.0, 2.0]]), np.array([[3.0]])])
    >>> [block.tolist() for block in with_context(two, 1)]
    [[[0.0, 1.0, 2.0, 3.0]], [[2.0, 3.0, 0.0]]]
    """
    waiting: Audio | None = None
    before: Audio | None = None
    for block in _then_enough(blocks, context):
        if waiting is not None:
            padded = _padded(before, waiting, block, context)
            yield padded
            before = padded[:, : waiting.shape[1] + context]
        waiting = block
    if waiting is not None:
        yield _padded(before, waiting, silence(waiting.shape[0], context), context)


def _then_enough(blocks: Iterator[Audio], context: int) -> Iterator[Audio]:
    """The blocks themselves; the last must not be the whole of somebody's context.

    A last block shorter than the context is joined to the one before it.
    """
    waiting: Audio | None = None
    for block in blocks:
        if waiting is not None:
            if block.shape[1] < context:
                block = np.concatenate((waiting, block), axis=1)
            else:
                yield waiting
        waiting = block
    if waiting is not None:
        yield waiting


def _padded(before: Audio | None, block: Audio, after: Audio, context: int) -> Audio:
    head = silence(block.shape[0], context)
    if before is not None:
        there = min(context, before.shape[1])
        head[:, context - there :] = before[:, before.shape[1] - there :]
    return np.concatenate((head, block, after[:, :context]), axis=1)
