"""Prints as they lie on disk: written with check sums, read block by block and compared.

What is read is what was written: no sample leaves this module before the check sum of its
chunk was found right (`Print.blocks`), whatever happened to the disk.
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from xxhash import xxh3_64, xxh3_64_digest

from hostkit.audio.block import BLOCK_FRAMES, Audio, interleaved, planar
from hostkit.audio.quantise import IntSamples
from hostkit.errors import LostPrint
from hostkit.jobs.record import read_record, write_record

AUDIO, INTEGERS = "<f4", "<i4"
"""The two kinds of samples kept: float audio (prints) and integer samples (stems)."""
SAMPLE_BYTES = 4
CHUNK_FRAMES = BLOCK_FRAMES
"""Frames under one check sum."""
SUM_BYTES = 8
DAMAGED = "was damaged on disk"
NOTE = "note-"


def check_sum(data: bytes | bytearray | memoryview) -> bytes:
    """The check sum of a chunk: SUM_BYTES bytes."""
    return xxh3_64_digest(data)


def samples_in(data: bytes, sample_type: str, channels: int, as_stored: bool) -> Any:
    """Samples as they lie on disk, as a block (channels, frames): a view of them, or contiguous."""
    samples = np.frombuffer(data, dtype=sample_type)
    return samples.reshape(-1, channels).T if as_stored else planar(samples, channels)


@dataclass(frozen=True)
class Print:
    """A finished print: where its samples lie and what is known about it.

    `check_sums` are those of its chunks, one after the other. `clipped_samples` counts the
    integer samples that do not fit their format, `clipped_peak` is the highest amplitude of
    those, else 0.0.
    """

    folder: Path
    sample_type: str
    channels: int
    frames: int
    check_sums: bytes = field(repr=False)
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    clipped_samples: int = 0
    clipped_peak: float = 0.0

    @classmethod
    def read(cls, folder: Path) -> Print:
        """The print in a folder. Raises OSError or ValueError where it holds none."""
        known = read_record(folder, _FIELDS)
        found = cls(
            folder,
            sample_type=known["sample_type"],
            channels=known["channels"],
            frames=known["frames"],
            check_sums=bytes.fromhex(known["check_sums"]),
            seconds=known["seconds"],
            warnings=tuple(known["warnings"]),
            clipped_samples=known["clipped_samples"],
            clipped_peak=known["clipped_peak"],
        )
        if problem := found._contradiction(known["fingerprint"]):
            raise ValueError(f"{folder}: {problem}")
        return found

    def _contradiction(self, fingerprint: str) -> str | None:
        """What of the record cannot be so."""
        size = self.frames * self.channels * SAMPLE_BYTES
        right = {
            "it is another print": fingerprint == self.folder.name,
            "no such samples": self.sample_type in (AUDIO, INTEGERS),
            "no such numbers": min(self.channels - 1, self.frames, self.clipped_samples) >= 0
            and math.isfinite(self.seconds)
            and 0.0 <= self.clipped_peak < math.inf,
            "warnings that are no text": all(type(text) is str for text in self.warnings),
            "too few check sums": len(self.check_sums)
            == SUM_BYTES * -(-self.frames // CHUNK_FRAMES),
            "not as long as it says": self.samples_path.lstat().st_size == size,
            "no file of samples": self.samples_path.is_file()
            and not self.samples_path.is_symlink(),
        }
        return next((text for text, holds in right.items() if not holds), None)

    def note(self, name: str, text: str) -> None:
        """Keeps a few words beside the samples, for as long as these are there."""
        with contextlib.suppress(OSError):  # of a store that can only be read
            (self.folder / f"{NOTE}{name}").write_text(text, encoding="ascii")

    def noted(self, name: str) -> str | None:
        """What was kept under that name; None where nothing was."""
        try:
            return (self.folder / f"{NOTE}{name}").read_text(encoding="ascii")
        except (OSError, ValueError):
            return None

    @property
    def samples_path(self) -> Path:
        return self.folder / "samples"

    def audio(self, block_frames: int = BLOCK_FRAMES, start_frame: int = 0) -> Iterator[Audio]:
        """The audio in order from a frame on, each block of shape (channels, ≤ block_frames)."""
        return self.blocks(AUDIO, block_frames, start_frame)

    def int_samples(
        self,
        block_frames: int = BLOCK_FRAMES,
        start_frame: int = 0,
        *,
        as_stored: bool = False,
    ) -> Iterator[IntSamples]:
        """The integer samples in order from a frame on, in blocks (channels, ≤ block_frames).

        `as_stored` they lie in memory as in the file, frame by frame: several are added up in a
        quarter of the time.
        """
        return self.blocks(INTEGERS, block_frames, start_frame, as_stored=as_stored)

    def blocks(
        self,
        sample_type: str,
        block_frames: int = BLOCK_FRAMES,
        start_frame: int = 0,
        *,
        as_stored: bool = False,
    ) -> Iterator[Any]:
        """The samples in order from a frame on, each block compared before it is given.

        Raises LostPrint where they are not those that were written, and removes the print.
        """
        if sample_type != self.sample_type:
            raise TypeError(f"{self.folder} holds {self.sample_type}, not {sample_type}")
        first, skipped = divmod(start_frame, CHUNK_FRAMES)
        held = np.zeros((self.channels, 0), dtype=sample_type)
        for chunk in self._chunks(first, as_stored):
            held = np.concatenate((held, chunk), axis=1) if held.shape[1] else chunk
            if skipped:
                held, skipped = held[:, skipped:], 0
            while held.shape[1] >= block_frames:
                yield held[:, :block_frames]
                held = held[:, block_frames:]
        if held.shape[1]:
            yield held

    def is_sound(self) -> bool:
        """Whether all of it is as it was written; removed where it is not."""
        try:
            for _ in self._chunks(0, as_stored=True):
                pass
        except LostPrint:
            return False
        return True

    def remove(self) -> None:
        """Removes it, as far as that is allowed."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def damaged(self) -> LostPrint:
        """The error that says so, once it is removed."""
        self.remove()
        return LostPrint(self.folder.name, DAMAGED)

    def _chunks(self, first: int, as_stored: bool) -> Iterator[Any]:
        frame_bytes = self.channels * SAMPLE_BYTES
        try:
            with self.samples_path.open("rb", buffering=0) as file:
                file.seek(first * CHUNK_FRAMES * frame_bytes)
                for start in range(first * CHUNK_FRAMES, self.frames, CHUNK_FRAMES):
                    data = file.read(min(CHUNK_FRAMES, self.frames - start) * frame_bytes)
                    at = start // CHUNK_FRAMES * SUM_BYTES
                    if check_sum(data) != self.check_sums[at : at + SUM_BYTES]:
                        raise self.damaged()
                    yield samples_in(data, self.sample_type, self.channels, as_stored)
        except FileNotFoundError:
            raise LostPrint(self.folder.name, "vanished while it was read") from None
        except OSError as error:
            raise LostPrint(self.folder.name, f"cannot be read ({error.strerror})") from error


_FIELDS = {
    "fingerprint": str,
    "sample_type": str,
    "channels": int,
    "frames": int,
    "check_sums": str,
    "seconds": float,
    "warnings": list,
    "clipped_samples": int,
    "clipped_peak": float,
}
"""What a print's record holds."""


class PrintWriter:
    """Takes a print's audio block by block; `finish` puts it in its place."""

    def __init__(self, folder: Path, fingerprint: str, sample_type: str, channels: int) -> None:
        self.folder = folder
        self.fingerprint = fingerprint
        self.sample_type = sample_type
        self.channels = channels
        self.frames = 0
        self._sums = bytearray()
        self._sum, self._summed_bytes = xxh3_64(), 0
        self._file = (folder / "samples").open("w+b", buffering=0)

    @property
    def _chunk_bytes(self) -> int:
        return CHUNK_FRAMES * self.channels * SAMPLE_BYTES

    def write(self, block: Audio | IntSamples) -> None:
        """Appends a block of shape (channels, frames). Raises OSError."""
        if not block.shape[1]:
            return  # a device still makes up for its latency
        data = interleaved(block, self.sample_type).data.cast("B")
        if self._file.write(data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.frames += block.shape[1]
        self._add(data)

    def _add(self, data: memoryview) -> None:
        """Takes samples into the check sums."""
        while data:
            part = data[: self._chunk_bytes - self._summed_bytes]
            self._sum.update(part)
            self._summed_bytes += len(part)
            if self._summed_bytes == self._chunk_bytes:
                self._sums += self._sum.digest()
                self._sum, self._summed_bytes = xxh3_64(), 0
            data = data[len(part) :]

    def truncate(self, frames: int) -> None:
        """Drops everything from frame `frames` on."""
        if frames >= self.frames:
            return
        whole = frames // CHUNK_FRAMES
        self._file.truncate(frames * self.channels * SAMPLE_BYTES)
        self._file.seek(whole * self._chunk_bytes)
        self.frames = frames
        del self._sums[whole * SUM_BYTES :]
        self._sum, self._summed_bytes = xxh3_64(), 0
        self._add(memoryview(self._file.read()))

    def finish(
        self,
        seconds: float,
        warnings: tuple[str, ...],
        clipped_samples: int = 0,
        clipped_peak: float = 0.0,
    ) -> None:
        """Writes down what is known about the print; nothing can be written after."""
        self._file.close()
        if self._summed_bytes:
            self._sums += self._sum.digest()
        known = {
            "fingerprint": self.fingerprint,
            "sample_type": self.sample_type,
            "channels": self.channels,
            "frames": self.frames,
            "check_sums": self._sums.hex(),
            "seconds": float(seconds),
            "warnings": list(warnings),
            "clipped_samples": clipped_samples,
            "clipped_peak": float(clipped_peak),
        }
        write_record(self.folder, known)

    def close(self) -> None:
        self._file.close()
