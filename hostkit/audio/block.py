"""The one audio type: float32, shape `(channels, frames)`, full scale ±1.0."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Audio: TypeAlias = NDArray[np.float32]

BLOCK_FRAMES = 65_536
"""Frames handled at a time when streaming; a multiple of every device buffer size."""


def silence(channels: int, frames: int) -> Audio:
    """Zeros of shape `(channels, frames)`."""
    return np.zeros((channels, frames), dtype=np.float32)
