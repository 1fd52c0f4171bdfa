"""Deliveries as a client's quality control reads them: nothing here knows hostkit.

Samples come from soundfile, metadata from wavinfo and the RIFF chunks themselves, loudness
from the formula of ITU-R BS.1770-4, what should be there from the manifest's JSON.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from scipy import signal
from wavinfo import WavInfoReader


@dataclass(frozen=True)
class File:
    """One delivered audio file and what the manifest says of it."""

    path: Path
    kind: str
    name: str
    entry: dict[str, Any]

    @cached_property
    def info(self) -> Any:
        return soundfile.info(self.path)

    def samples(self) -> np.ndarray:
        """As integers of 32 bits, shape (frames, channels)."""
        found, _ = soundfile.read(self.path, dtype="int32", always_2d=True)
        return found

    def audio(self, start: int = 0) -> np.ndarray:
        """As floats from a frame on (negative: from the end), shape (frames, channels)."""
        with soundfile.SoundFile(self.path) as file:
            file.seek(start, 0 if start >= 0 else 2)
            return file.read(always_2d=True)

    @cached_property
    def metadata(self) -> WavInfoReader:
        return WavInfoReader(str(self.path))

    def chunk(self, name: bytes) -> bytes | None:
        """A RIFF chunk by its name."""
        with self.path.open("rb") as file:
            file.seek(12)
            while len(head := file.read(8)) == 8:
                found, size = struct.unpack("<4sI", head)
                if found == name:
                    return file.read(size)
                file.seek(size + size % 2, 1)
        return None


@dataclass(frozen=True)
class Delivery:
    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return json.loads((self.folder / "manifest.json").read_text())

    @cached_property
    def stems(self) -> dict[str, File]:
        return self._files("stem")

    @cached_property
    def mixes(self) -> dict[str, File]:
        return self._files("mix")

    @property
    def files(self) -> list[File]:
        return [*self.stems.values(), *self.mixes.values()]

    def loops(self, file: File) -> bool:
        return self.manifest["forms"][file.entry["form"]]["kind"] == "loop"

    def _files(self, kind: str) -> dict[str, File]:
        entries = self.manifest["stems" if kind == "stem" else "mixes"]
        return {
            name: File(self.folder / entry["path"], kind, name, entry)
            for name, entry in entries.items()
        }


def peak_db(audio: np.ndarray) -> float:
    return 20 * np.log10(max(float(np.abs(audio).max(initial=0.0)), 1e-12))


def loudness_lufs(audio: np.ndarray, rate: int) -> float:
    """Integrated loudness of stereo at 48 kHz after ITU-R BS.1770-4, annex 1, tables 1 and 2."""
    assert rate == 48_000
    shelf = (
        [1.53512485958697, -2.69169618940638, 1.19839281085285],
        [1, -1.69065929318241, 0.73248077421585],
    )
    high = ([1.0, -2.0, 1.0], [1, -1.99004745483398, 0.99007225036621])
    weighted = audio
    for b, a in (shelf, high):
        weighted = signal.lfilter(b, a, weighted, axis=0)
    power = np.add.reduceat((weighted**2).sum(axis=1), np.arange(0, len(audio), 4800))
    blocks = np.convolve(power[: len(audio) // 4800], np.ones(4), "valid") / 19_200
    loud = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not loud.size:
        return float("-inf")
    return float(-0.691 + 10 * np.log10(loud[loud > loud.mean() / 10].mean()))


def highest_step(audio: np.ndarray, rate: int, at: int) -> float:
    """How much the band over 8 kHz rises around a frame, in dB over the loudest elsewhere.

    A step is a click: it is in all bands at once, in which music is seldom.
    """
    band = signal.sosfilt(signal.butter(6, 8000, "high", fs=rate, output="sos"), audio, axis=0)
    near = rate // 200
    level = np.abs(band).max(axis=1)
    here = level[at - near : at + near].max()
    level[at - near : at + near] = 0
    return float(20 * np.log10((here + 1e-9) / (level.max() + 1e-9)))
