"""Small recordings for tests: what they hold is plain arithmetic."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from scores import RATE


def noise(frames: int, channels: int = 2, seed: int = 1) -> np.ndarray:
    """Noise in 24-bit steps, shape (channels, frames): every frame can be told from the others."""
    steps = np.random.default_rng(seed).integers(-(2**21), 2**21, (channels, frames))
    return (steps / 2**23).astype(np.float32)


def write_take(path: Path, audio: np.ndarray, rate: int = RATE, **how: str) -> Path:
    """An audio file; 24 bits unless `how` says otherwise."""
    path.parent.mkdir(exist_ok=True)
    soundfile.write(path, audio.T, rate, **{"subtype": "PCM_24", **how})
    return path
