"""From float samples to the integers a file holds, and back.

A code is a sample as an integer: amplitude 1.0 is `SampleFormat.full_scale`. Stems are
quantised first and mixes are sums of those codes, which is why they sum exactly.

Rounding is to the nearest code, halves to the even one (IEEE 754 §4.3.1). 16-bit codes
are dithered first with triangular noise of ±1 code (TPDF: Lipshitz, Wannamaker,
Vanderkooy, JAES 40(5), 1992); 24-bit codes are not: their rounding error lies at −144
dBFS, under the noise of any converter.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.block import Audio
from hostkit.audio.formats import FLOAT32, SampleFormat
from hostkit.errors import QualityError
from hostkit.ground.levels import gain_to_db, tenths_up

Codes = NDArray[np.int32]
"""Samples as integers, shape `(channels, frames)`."""
CodeSums = NDArray[np.signedinteger[Any]]
"""Codes added up, the same shape: int32, or int64 where those of float files may leave that."""

_ROUNDING_CODES = 2
"""Rounding and dither move a sample by less than this when its level changes."""
_DRAWS_PER_COUNTER = 4  # a Philox counter step yields four 64-bit numbers


@dataclass(frozen=True)
class Quantised:
    """A block of codes, and how many of its samples did not fit the format.

    `clipped_peak` is the highest amplitude of those; 0.0 where there are none.
    """

    codes: Codes
    clipped_samples: int
    clipped_peak: float = 0.0


def quantise(
    audio: Audio,
    sample_format: SampleFormat,
    *,
    start_frame: int = 0,
    dither_seed: int = 0,
    clip: bool = True,
) -> Quantised:
    """Round float audio to codes, saturating at the ends of the range.

    Without `clip` what does not fit is counted and kept, as far as 32 bits go.

    `start_frame` is the block's place in its file: the dither of a frame depends only on
    seed, channel and frame number, so any partition into blocks gives the same codes.
    Raises QualityError where a sample is not a number or infinite.

    >>> from hostkit.audio.formats import PCM24
    >>> made = quantise(np.array([[0.5, -1.0, 1.5]], dtype=np.float32), PCM24)
    >>> made.codes.tolist(), made.clipped_samples, made.clipped_peak
    ([[4194304, -8388608, 8388607]], 1, 1.5)
    """
    scaled = audio * np.float32(sample_format.full_scale)  # exact: a power of two
    if sample_format.dithered:
        scaled += dither(scaled.shape[0], start_frame, scaled.shape[1], dither_seed)
    np.rint(scaled, out=scaled)
    clipped, peak = _saturate(scaled, sample_format, start_frame, clip=clip)
    return Quantised(scaled.astype(np.int32), clipped, peak / sample_format.full_scale)


def to_step(codes: CodeSums, step: int) -> CodeSums:
    """The nearest multiples of `step`, a power of two; halves to the even one.

    >>> to_step(np.array([[5, 6, -7]], dtype=np.int32), 4).tolist()
    [[4, 8, -8]]
    """
    if step == 1:
        return codes
    return (np.rint(codes / step) * step).astype(np.int64)  # exact: floats of 53 bits


def saturate(codes: CodeSums, sample_format: SampleFormat) -> Quantised:
    """Clip codes, such as a sum of codes, into the format's range; the input is not changed."""
    lowest, highest = sample_format.lowest_code, sample_format.highest_code
    top, bottom = int(codes.max(initial=0)), int(codes.min(initial=0))
    if top <= highest and bottom >= lowest:
        return Quantised(codes.astype(np.int32, copy=False), 0)
    outside = int(np.count_nonzero((codes > highest) | (codes < lowest)))
    fitting = np.clip(codes, lowest, highest).astype(np.int32, copy=False)
    return Quantised(fitting, outside, max(top, -bottom) / sample_format.full_scale)


def lower_by_db(clipped_peak: float, sample_format: SampleFormat) -> float:
    """By how many tenths of a dB audio of that peak has to be lower to fit, dither included.

    >>> from hostkit.audio.formats import PCM16, PCM24
    >>> lower_by_db(1.32, PCM24), lower_by_db(1.0, PCM16), lower_by_db(0.0, PCM24)
    (2.5, 0.1, 0.0)
    """
    if not clipped_peak:
        return 0.0
    room = (sample_format.highest_code - _ROUNDING_CODES) / sample_format.full_scale
    return tenths_up(gain_to_db(clipped_peak / room))


def require_in_range(codes: Codes, sample_format: SampleFormat) -> None:
    """ValueError for codes that a file of this format cannot hold."""
    lowest, highest = sample_format.lowest_code, sample_format.highest_code
    if codes.size and (codes.min() < lowest or codes.max() > highest):
        raise ValueError(f"codes leave {lowest}…{highest}; saturate() them first")


def dequantise(codes: Codes, sample_format: SampleFormat) -> Audio:
    """The float audio of codes; exact, since no code has more than 24 significant bits.

    >>> from hostkit.audio.formats import PCM16
    >>> dequantise(np.array([[-32768, 1]], dtype=np.int32), PCM16)
    array([[-1.0000000e+00,  3.0517578e-05]], dtype=float32)
    """
    audio = codes.astype(np.float32)
    audio *= np.float32(1.0 / sample_format.full_scale)
    return audio


def seed_for(name: str) -> int:
    """A seed of its own for every name, so that the noise of several does not add up in step.

    >>> seed_for("strings") == seed_for("strings") != seed_for("brass")
    True
    """
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


def dither(channels: int, start_frame: int, frames: int, seed: int) -> Audio:
    """Triangular noise in −1…1 (unit: one code), shape `(channels, frames)`.

    Counter-based (Philox4x64: Salmon et al., SC11), keyed by seed and channel: frame n of
    a channel has one value whatever was asked for before.
    """
    noise = np.empty((channels, frames), dtype=np.float32)
    counter, skipped = divmod(start_frame, _DRAWS_PER_COUNTER)
    for channel in range(channels):
        generator = np.random.Philox(key=np.array([seed, channel], dtype=np.uint64))
        generator.advance(counter)
        draws = generator.random_raw(skipped + frames)[skipped:]
        high = (draws >> np.uint64(32)).astype(np.float32)
        low = (draws & np.uint64(0xFFFF_FFFF)).astype(np.float32)
        noise[channel] = (high - low) * np.float32(2.0**-32)
    return noise


def _saturate(
    scaled: Audio, sample_format: SampleFormat, start_frame: int, *, clip: bool
) -> tuple[int, float]:
    """Clip whole-numbered floats in place; returns how many lay outside, and how far."""
    if scaled.size == 0:
        return 0, 0.0
    lowest, highest = sample_format.lowest_code, sample_format.highest_code
    top, bottom = scaled.max(), scaled.min()
    if top <= highest and bottom >= lowest:
        return 0, 0.0
    if not (np.isfinite(top) and np.isfinite(bottom)):
        channel, frame = np.argwhere(~np.isfinite(scaled))[0]
        raise QualityError(
            f"sample {start_frame + frame} of channel {channel + 1} is "
            f"{scaled[channel, frame]}, not a level; the device that made it is broken "
            "or was driven past its range"
        )
    outside = int(np.count_nonzero((scaled > highest) | (scaled < lowest)))
    held = sample_format if clip else FLOAT32  # whose codes are all that 32 bits hold
    np.clip(scaled, held.lowest_code, held.highest_code, out=scaled)
    return outside, max(float(top), -float(bottom))
