"""From float samples to the integers a file holds, and back.

An integer sample is a sample as a whole number: amplitude 1.0 is `SampleFormat.full_scale`.
Stems are quantised first and mixes are sums of those very numbers, which is why they sum exactly.

Rounding is to the nearest number, halves to the even one (IEEE 754 §4.3.1). 16-bit samples
are dithered first with triangular noise of ±1 step (TPDF: Lipshitz, Wannamaker,
Vanderkooy, JAES 40(5), 1992); 24-bit samples are not: their rounding error lies at −144
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

IntSamples = NDArray[np.int32]
"""Samples as integers, shape `(channels, frames)`."""
IntSums = NDArray[np.signedinteger[Any]]
"""Their sums, the same shape: int32, or int64 where those of float files may leave that."""

_ROUNDING_STEPS = 2
"""Rounding and dither move a sample by less than this when its level changes."""
_DRAWS_PER_COUNTER = 4  # a Philox counter step yields four 64-bit numbers


@dataclass(frozen=True)
class Quantised:
    """A block of integer samples, and how many of them did not fit the format.

    `clipped_peak` is the highest amplitude of those; 0.0 where there are none.
    """

    samples: IntSamples
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
    """Round float audio to integer samples, saturating at the ends of the range.

    Without `clip` what does not fit is counted and kept, as far as 32 bits go.

    `start_frame` is the block's place in its file: the dither of a frame depends only on
    seed, channel and frame number, so any partition into blocks gives the same numbers.
    Raises QualityError where a sample is not a number or infinite.

    >>> from hostkit.audio.formats import PCM24
    >>> made = quantise(np.array([[0.5, -1.0, 1.5]], dtype=np.float32), PCM24)
    >>> made.samples.tolist(), made.clipped_samples, made.clipped_peak
    ([[4194304, -8388608, 8388607]], 1, 1.5)
    """
    scaled = audio * np.float32(sample_format.full_scale)  # exact: a power of two
    if sample_format.dithered:
        scaled += dither(scaled.shape[0], start_frame, scaled.shape[1], dither_seed)
    np.rint(scaled, out=scaled)
    clipped, peak = _saturate(scaled, sample_format, start_frame, clip=clip)
    return Quantised(scaled.astype(np.int32), clipped, peak / sample_format.full_scale)


def to_step(samples: IntSums, step: int) -> IntSums:
    """The nearest multiples of `step`, a power of two; halves to the even one.

    >>> to_step(np.array([[5, 6, -7]], dtype=np.int32), 4).tolist()
    [[4, 8, -8]]
    """
    if step == 1:
        return samples
    return (np.rint(samples / step) * step).astype(np.int64)  # exact: floats of 53 bits


def saturate(samples: IntSums, sample_format: SampleFormat) -> Quantised:
    """Clip integer samples, such as sums of them, into the format's range; the input stays."""
    lowest, highest = sample_format.lowest, sample_format.highest
    top, bottom = int(samples.max(initial=0)), int(samples.min(initial=0))
    if top <= highest and bottom >= lowest:
        return Quantised(samples.astype(np.int32, copy=False), 0)
    outside = int(np.count_nonzero((samples > highest) | (samples < lowest)))
    fitting = np.clip(samples, lowest, highest).astype(np.int32, copy=False)
    return Quantised(fitting, outside, max(top, -bottom) / sample_format.full_scale)


def lower_by_db(clipped_peak: float, sample_format: SampleFormat) -> float:
    """By how many tenths of a dB audio of that peak has to be lower to fit, dither included.

    >>> from hostkit.audio.formats import PCM16, PCM24
    >>> lower_by_db(1.32, PCM24), lower_by_db(1.0, PCM16), lower_by_db(0.0, PCM24)
    (2.5, 0.1, 0.0)
    """
    if not clipped_peak:
        return 0.0
    room = (sample_format.highest - _ROUNDING_STEPS) / sample_format.full_scale
    return tenths_up(gain_to_db(clipped_peak / room))


def require_in_range(samples: IntSamples, sample_format: SampleFormat) -> None:
    """ValueError for integer samples that a file of this format cannot hold."""
    lowest, highest = sample_format.lowest, sample_format.highest
    if samples.size and (samples.min() < lowest or samples.max() > highest):
        raise ValueError(f"integer samples leave {lowest}…{highest}; saturate() them first")


def dequantise(samples: IntSamples, sample_format: SampleFormat) -> Audio:
    """The float audio of integer samples; exact: none has more than 24 significant bits.

    >>> from hostkit.audio.formats import PCM16
    >>> dequantise(np.array([[-32768, 1]], dtype=np.int32), PCM16)
    array([[-1.0000000e+00,  3.0517578e-05]], dtype=float32)
    """
    audio = samples.astype(np.float32, order="C")
    audio *= np.float32(1.0 / sample_format.full_scale)
    return audio


def seed_for(name: str) -> int:
    """A seed of its own for every name, so that the noise of several does not add up in step.

    >>> seed_for("strings") == seed_for("strings") != seed_for("brass")
    True
    """
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


def dither(channels: int, start_frame: int, frames: int, seed: int) -> Audio:
    """Triangular noise in −1…1 (unit: one step), shape `(channels, frames)`.

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
    lowest, highest = sample_format.lowest, sample_format.highest
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
    held = sample_format if clip else FLOAT32  # whose integer samples are all that 32 bits hold
    np.clip(scaled, held.lowest, held.highest, out=scaled)
    return outside, max(float(top), -float(bottom))
