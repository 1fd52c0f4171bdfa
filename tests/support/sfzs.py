"""SFZs for tests: samples of steady levels, so that what plays is known at every frame."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soundfile

from hostkit.devices.spec import ContentFile, SfzSpec

RATE = 48_000


def level(path: Path, value: float, frames: int = RATE, channels: int = 1) -> Path:
    """A sample that is `value` throughout."""
    return samples(path, np.full((frames, channels), value))


def samples(path: Path, audio: np.ndarray) -> Path:
    """A sample as 32-bit floats."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, audio.astype(np.float32), RATE, subtype="FLOAT")
    return path


def sfz(folder: Path, text: str, levels: Mapping[str, float], name: str = "made.sfz") -> Path:
    """An SFZ with samples beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for sample, value in levels.items():
        level(folder / f"{sample}.wav", value)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def spec_of(path: Path, root: Path | None = None) -> SfzSpec:
    """The spec that plays it; its hash is of the text alone."""
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    return SfzSpec(ContentFile(path, content), root or path.parent)
