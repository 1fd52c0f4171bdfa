"""Samples that are levels: a float file may hold what is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hostkit.audio.block import Audio
from hostkit.errors import RequestError

MOST = 256.0 - 2.0**-16
"""+48 dBFS: more than any music, and what still fits integer samples of 24 bits in 32."""


def check_levels(audio: Audio, path: Path, start_frame: int, most: float = np.inf) -> None:
    """Raises RequestError for NaN, infinity, or more than `most`: file, channel, sample.

    `audio` has shape (channels, frames); `start_frame` is where it begins in the file.
    """
    if not audio.size:
        return
    high, low = audio.max(), audio.min()
    if np.isfinite(high) and np.isfinite(low) and high <= most and low >= -most:
        return
    with np.errstate(invalid="ignore"):
        channel, frame = np.argwhere(~(np.isfinite(audio) & (np.abs(audio) <= most)))[0]
    raise RequestError(
        f"sample {start_frame + frame} of channel {channel + 1} is "
        f"{audio[channel, frame]}, not a level",
        cure="export the file again",
        file=path,
    )
