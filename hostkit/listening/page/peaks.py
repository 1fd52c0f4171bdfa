"""Waveforms as a page draws them: the lowest and highest sample of every few frames."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.block import Audio

FINE_FRAMES = 512
COARSE_POINTS = 16
"""So many fine points make a coarse one."""
_FULL_SCALE = 127


@dataclass(frozen=True)
class Peaks:
    """Peaks over all channels, int8 `(points, 2)`: lowest and highest, 127 as full scale.

    Rounded outwards, so that nothing which sounds is drawn as silence. What is louder than full
    scale is drawn at it.
    """

    frames: int
    fine: NDArray[np.int8] = field(repr=False)
    coarse: NDArray[np.int8] = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """As `canvas.js` reads it: levels from fine to coarse, bytes in base64."""
        levels = ((FINE_FRAMES, self.fine), (FINE_FRAMES * COARSE_POINTS, self.coarse))
        return {
            "frames": self.frames,
            "levels": [
                {"frames": frames, "data": b64encode(points.tobytes()).decode()}
                for frames, points in levels
            ],
        }


class PeaksMeter:
    """Takes audio block by block, of any lengths; holds two bytes for 512 frames."""

    def __init__(self) -> None:
        self._frames = 0
        self._points: list[NDArray[np.int8]] = []
        self._rest: NDArray[np.float32] = np.zeros((2, 0), dtype=np.float32)

    def add(self, block: Audio) -> None:
        """Of shape `(channels, frames)`, any number of channels."""
        self._frames += block.shape[1]
        ends = np.stack([block.min(axis=0), block.max(axis=0)])
        ends = np.concatenate([self._rest, ends], axis=1)
        whole = ends.shape[1] // FINE_FRAMES * FINE_FRAMES
        self._points.append(_points(ends[:, :whole]))
        self._rest = ends[:, whole:]

    def peaks(self) -> Peaks:
        """Of all that was added; the last point may stand for fewer frames."""
        points = self._points
        if self._rest.size:
            missing = FINE_FRAMES - self._rest.shape[1]
            points = [*points, _points(np.pad(self._rest, ((0, 0), (0, missing)), mode="edge"))]
        fine = np.concatenate(points) if points else np.zeros((0, 2), dtype=np.int8)
        starts = np.arange(0, len(fine), COARSE_POINTS)
        coarse = np.zeros((len(starts), 2), dtype=np.int8)
        if len(fine):
            coarse[:, 0] = np.minimum.reduceat(fine[:, 0], starts)
            coarse[:, 1] = np.maximum.reduceat(fine[:, 1], starts)
        return Peaks(self._frames, fine, coarse)


def _points(ends: NDArray[np.float32]) -> NDArray[np.int8]:
    lowest = ends[0].reshape(-1, FINE_FRAMES).min(axis=1)
    highest = ends[1].reshape(-1, FINE_FRAMES).max(axis=1)
    rounded = np.stack([np.floor(lowest * _FULL_SCALE), np.ceil(highest * _FULL_SCALE)], axis=1)
    points: NDArray[np.int8] = np.clip(rounded, -_FULL_SCALE, _FULL_SCALE).astype(np.int8)
    return points
