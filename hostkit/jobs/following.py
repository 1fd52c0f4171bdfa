"""A print that another job is still writing, read as it comes.

A mixer that waits for its last track can mix what there is of it already, on a core that
would have nothing to do. It reads the writer's own file in `incoming`, which stays readable
when the folder moves to its place; so this is not for Windows, where an open file holds its
folder fast.

What it saves is the shorter of the two, where a core is idle: in the benchmark's session a
minute of a track takes 0.43 s of a core, of its stem 0.41 s, of a file 0.2 s, so 0.4 s of some
1.2 that a change takes for each minute of music. On cores that others keep busy it saves
nothing, and costs nothing (medians of eight changes: 19.7 s with it, 19.1 s without).
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from hostkit.audio.block import BLOCK_FRAMES, Audio, interleaved
from hostkit.audio.quantise import IntSamples
from hostkit.errors import StorageError
from hostkit.jobs.prints import (
    AUDIO,
    CHUNK_FRAMES,
    INTEGERS,
    SAMPLE_BYTES,
    SUM_BYTES,
    Print,
    check_sum,
    samples_in,
)
from hostkit.jobs.store import Store

CAN_FOLLOW = sys.platform != "win32"
LOOK_SECONDS = 0.004


@dataclass(frozen=True)
class InProgress:
    """A print that is being written, as a job is told of it: where, of what, under which token."""

    store_root: Path
    name: str
    fingerprint: str
    token: str

    def followed(self, wait: Callable[[], None]) -> FollowedPrint:
        """To be read as it grows."""
        return FollowedPrint(Store(self.store_root), self.name, self.fingerprint, self.token, wait)


class FollowedPrint:
    """A print in the making: of the track `name`, under the token it is written with.

    `frames` is its length once its last block was given, until then None: more will come.
    `wait` is called while there is nothing to read, to say that this is no hanging.
    """

    def __init__(
        self, store: Store, name: str, fingerprint: str, token: str, wait: Callable[[], None]
    ) -> None:
        self._store, self._name, self._fingerprint, self._token = store, name, fingerprint, token
        self._wait = wait
        self._read = _Read()
        self.frames: int | None = None

    def audio(self, block_frames: int = BLOCK_FRAMES, start_frame: int = 0) -> Iterator[Audio]:
        """The audio in order, each block of shape (channels, ≤ block_frames)."""
        return self.blocks(AUDIO, block_frames, start_frame)

    def int_samples(
        self, block_frames: int = BLOCK_FRAMES, *, as_stored: bool = False
    ) -> Iterator[IntSamples]:
        """The integer samples in order, each block as `Print.int_samples` gives it."""
        return self.blocks(INTEGERS, block_frames, as_stored=as_stored)

    def blocks(
        self,
        sample_type: str,
        block_frames: int = BLOCK_FRAMES,
        start_frame: int = 0,
        *,
        as_stored: bool = False,
    ) -> Iterator[Any]:
        """The samples in order, from the start of a chunk on.

        Raises StorageError when the print is cancelled, or when another process finished the
        same print first and it is not the same: then a device of it does not repeat. Raises
        LostPrint when it is damaged. Who stops before the end has to `settle`.
        """
        try:
            yield from self._blocks(sample_type, block_frames, start_frame, as_stored)
        except OSError as error:
            raise self._vanished(error) from error

    def settle(self) -> None:
        """Waits until the print is done, and compares it with what was read of it.

        Raises as `blocks` does.
        """
        try:
            while (done := self._done_or_wait()) is None:
                pass
            self._compare(done)
        except OSError as error:
            raise self._vanished(error) from error

    def _blocks(
        self, sample_type: str, block_frames: int, start_frame: int, as_stored: bool
    ) -> Iterator[Any]:
        done, taken = None, start_frame
        begun = self._begun()
        if begun is not None:
            file, channels = begun
            frame_bytes = channels * SAMPLE_BYTES
            with file:
                file.seek(start_frame * frame_bytes)
                first_chunk = start_frame // CHUNK_FRAMES
                self._read = _Read(os.fstat(file.fileno()), channels, sample_type, first_chunk)
                while done is None:
                    size = block_frames * frame_bytes
                    if os.fstat(file.fileno()).st_size > taken * frame_bytes + size:
                        data = file.read(size)
                        self._read.add(data)
                        taken += block_frames
                        yield samples_in(data, sample_type, channels, as_stored)
                    else:
                        done = self._done_or_wait()
        while done is None:
            done = self._done_or_wait()
        self._compare(done)
        self.frames = done.frames
        yield from done.blocks(sample_type, block_frames, taken, as_stored=as_stored)

    def _begun(self) -> tuple[BinaryIO, int] | None:
        """The open file that is being written, and its channels; None when it is done by now."""
        while True:
            if begun := self._store.begun(self._token):
                with contextlib.suppress(FileNotFoundError):  # it moved to its place meanwhile
                    return begun[0].open("rb", buffering=0), begun[1]
            if self._done_or_wait() is not None:
                return None

    def _done_or_wait(self) -> Print | None:
        """The print if it is done, else None after a moment. Raises StorageError."""
        cancelled = not self._store.is_in_progress(self._token)
        done = self._store.find(self._fingerprint)
        if done is None:
            if cancelled:
                raise StorageError(f"the print of {self._name} was cancelled", cure="render again")
            self._wait()
            time.sleep(LOOK_SECONDS)
        return done

    def _compare(self, done: Print) -> None:
        """Whether what was read is in the print, even if another process made that one.

        Raises LostPrint where the disk changed it, StorageError where it is another take:
        a stem must not be put together from two.
        """
        if self._read.is_start_of(done):
            return
        if self._read.is_of(done.samples_path):
            raise done.damaged()
        raise StorageError(
            f"{self._name} was rendered twice at once, and not alike: a device of it "
            "does not repeat (hostkit render --twice names it)",
            cure="render again",
        )

    def _vanished(self, error: OSError) -> StorageError:
        return StorageError(
            f"the print of {self._name} vanished while it was read ({error.strerror})",
            cure="render again",
        )


class _Read:
    """What was read of a file from a chunk on: its check sums, and the chunk not yet full."""

    def __init__(
        self,
        status: os.stat_result | None = None,
        channels: int = 1,
        sample_type: str = AUDIO,
        first_chunk: int = 0,
    ) -> None:
        self._status, self._sample_type, self._first = status, sample_type, first_chunk
        self._chunk_bytes = CHUNK_FRAMES * channels * SAMPLE_BYTES
        self._sums, self._rest = bytearray(), bytearray()

    def add(self, data: bytes) -> None:
        if not self._rest and len(data) == self._chunk_bytes:  # as nearly always: nothing is copied
            self._sums += check_sum(data)
            return
        self._rest += data
        while len(self._rest) >= self._chunk_bytes:
            self._sums += check_sum(self._rest[: self._chunk_bytes])
            del self._rest[: self._chunk_bytes]

    def is_of(self, path: Path) -> bool:
        return self._status is not None and os.path.samestat(self._status, path.stat())

    def is_start_of(self, done: Print) -> bool:
        """Whether the print goes so from there on. Raises LostPrint."""
        if not done.check_sums.startswith(self._sums, self._first * SUM_BYTES):
            return False
        frames = len(self._rest) // (done.channels * SAMPLE_BYTES)
        start = (self._first + len(self._sums) // SUM_BYTES) * CHUNK_FRAMES
        block = next(done.blocks(self._sample_type, frames, start)) if frames else None
        return block is None or interleaved(block, self._sample_type).tobytes() == self._rest
