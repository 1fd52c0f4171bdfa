"""The speech band, cut out in linear phase, so that band and rest sum to the input.

The rest is what the band leaves (x − band), so the two null exactly whatever the filter
is; and the output is written as `rest_gain·x + (band_gain − rest_gain)·band`, in which
equal gains leave nothing of the filter at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from hostkit.audio.block import Audio, silence

LOW_HZ, HIGH_HZ = 300.0, 4000.0

HALF_LENGTH_SECONDS = 0.01
"""The filter looks this far ahead and back: its edges are about 180 Hz wide."""

_KAISER_BETA = 5.65  # 60 dB of stop-band attenuation
_FFT_FRAMES = 16_384


def half_length(sample_rate: int) -> int:
    """Frames the filter looks ahead, and back."""
    return round(HALF_LENGTH_SECONDS * sample_rate)


def taps(sample_rate: int) -> NDArray[np.float64]:
    """The symmetric impulse response, `2·half_length + 1` long, 0 dB in mid-band.

    Below 8.8 kHz there is no room for the upper edge, and the band reaches to the top.
    """
    half = half_length(sample_rate)
    places = np.arange(-half, half + 1)
    high = HIGH_HZ / sample_rate if sample_rate > 2.2 * HIGH_HZ else 0.5
    low = LOW_HZ / sample_rate
    ideal = 2 * high * np.sinc(2 * high * places) - 2 * low * np.sinc(2 * low * places)
    response: NDArray[np.float64] = ideal * np.kaiser(places.size, _KAISER_BETA)
    centre = float(np.cos(np.pi * (low + high) * places) @ response)
    response /= centre
    return response


@lru_cache(maxsize=8)
def _spectrum(sample_rate: int) -> NDArray[np.complex128]:
    spectrum: NDArray[np.complex128] = np.fft.rfft(taps(sample_rate), _FFT_FRAMES)
    return spectrum


def band_of(padded: Audio, sample_rate: int) -> NDArray[np.float64]:
    """The band of audio that has `half_length` frames more on either side, without them.

    Overlap-save: each transform gives as many frames as its filter leaves unspoilt.
    """
    overlap = 2 * half_length(sample_rate)
    step = _FFT_FRAMES - overlap
    frames = padded.shape[1] - overlap
    pieces = -(-frames // step)
    room = np.zeros((padded.shape[0], pieces * step + overlap))
    room[:, : padded.shape[1]] = padded
    windows = sliding_window_view(room, _FFT_FRAMES, axis=1)[:, ::step]
    filtered = np.fft.irfft(np.fft.rfft(windows) * _spectrum(sample_rate), _FFT_FRAMES)
    band: NDArray[np.float64] = filtered[:, :, overlap:].reshape(padded.shape[0], -1)[:, :frames]
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
