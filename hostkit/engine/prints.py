"""Prints as they lie on disk: read block by block, and written so."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio
from hostkit.audio.quantise import Codes
from hostkit.errors import StorageError

AUDIO, CODES = "<f4", "<i4"
"""The two kinds of samples kept: float audio (prints) and integer codes (stems)."""
SAMPLE_BYTES = 4
RECORD = "print.json"


@dataclass(frozen=True)
class Print:
    """A finished print: where its samples lie and what is known about it.

    `clipped_samples` counts those that did not fit when codes were made.
    """

    folder: Path
    sample_type: str
    channels: int
    frames: int
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    clipped_samples: int = 0

    @classmethod
    def read(cls, folder: Path) -> Print:
        """The print in a folder. Raises OSError, ValueError, KeyError, TypeError for none."""
        data = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        found = cls(
            folder,
            sample_type=str(data["sample_type"]),
            channels=int(data["channels"]),
            frames=int(data["frames"]),
            seconds=float(data["seconds"]),
            warnings=tuple(str(text) for text in data["warnings"]),
            clipped_samples=int(data["clipped_samples"]),
        )
        if found.samples_path.stat().st_size != found.frames * found.channels * SAMPLE_BYTES:
            raise ValueError(f"{folder} is not as long as it says")
        return found

    @property
    def samples_path(self) -> Path:
        return self.folder / "samples"

    def audio(self, block_frames: int = BLOCK_FRAMES, start_frame: int = 0) -> Iterator[Audio]:
        """The audio in order from a frame on, each block of shape (channels, ≤ block_frames)."""
        yield from self._blocks(AUDIO, block_frames, start_frame)

    def codes(self, block_frames: int = BLOCK_FRAMES) -> Iterator[Codes]:
        """The codes in order, each block of shape (channels, ≤ block_frames)."""
        yield from self._blocks(CODES, block_frames)

    def _blocks(self, sample_type: str, block_frames: int, start_frame: int = 0) -> Iterator[Any]:
        if sample_type != self.sample_type:
            raise TypeError(f"{self.folder} holds {self.sample_type}, not {sample_type}")
        try:
            with self.samples_path.open("rb", buffering=0) as file:
                file.seek(start_frame * self.channels * SAMPLE_BYTES)
                while data := file.read(block_frames * self.channels * SAMPLE_BYTES):
                    yield np.frombuffer(data, dtype=sample_type).reshape(-1, self.channels).T
        except OSError as error:
            raise StorageError(
                f"a print vanished while it was read ({error.strerror}: {self.samples_path}); "
                "render again"
            ) from error


class PrintWriter:
    """Takes a print's audio block by block; `finish` puts it in its place."""

    def __init__(self, folder: Path, sample_type: str, channels: int) -> None:
        self.folder = folder
        self.sample_type = sample_type
        self.channels = channels
        self.frames = 0
        self._file = (folder / "samples").open("wb", buffering=0)

    def write(self, block: Audio | Codes) -> None:
        """Appends a block of shape (channels, frames). Raises OSError."""
        if not block.shape[1]:
            return  # a device still makes up for its latency
        data = np.ascontiguousarray(block.T, dtype=self.sample_type).data.cast("B")
        if self._file.write(data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.frames += block.shape[1]

    def truncate(self, frames: int) -> None:
        """Drops everything from frame `frames` on."""
        if frames < self.frames:
            self._file.truncate(frames * self.channels * SAMPLE_BYTES)
            self.frames = frames

    def finish(self, seconds: float, warnings: tuple[str, ...], clipped_samples: int = 0) -> None:
        """Writes down what is known about the print; nothing can be written after."""
        self._file.close()
        known = {
            "sample_type": self.sample_type,
            "channels": self.channels,
            "frames": self.frames,
            "seconds": seconds,
            "warnings": warnings,
            "clipped_samples": clipped_samples,
        }
        (self.folder / RECORD).write_text(json.dumps(known), encoding="utf-8")

    def close(self) -> None:
        self._file.close()
