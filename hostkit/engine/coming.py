"""A print that another job is still writing, read as it comes.

A mixer that waits for its last track can mix what there is of it already, on a core that
would have nothing to do. It reads the writer's own file in `incoming`, which stays readable
when the folder moves to its place; so this is not for Windows, where an open file holds its
folder fast.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio
from hostkit.engine.prints import AUDIO, SAMPLE_BYTES, Print
from hostkit.engine.store import Store
from hostkit.errors import StorageError

CAN_FOLLOW = sys.platform != "win32"
LOOK_SECONDS = 0.004
_COMPARED_BYTES = 2**20


class Coming:
    """A print in the making: of the track `name`, under the token it is written with.

    `frames` is its length once its last block was given, until then None: more will come.
    `wait` is called while there is nothing to read, to say that this is no hanging.
    """

    def __init__(
        self, store: Store, name: str, fingerprint: str, token: str, wait: Callable[[], None]
    ) -> None:
        self._store, self._name, self._fingerprint, self._token = store, name, fingerprint, token
        self._wait = wait
        self.frames: int | None = None

    def audio(self, block_frames: int = BLOCK_FRAMES) -> Iterator[Audio]:
        """The audio in order, each block of shape (channels, ≤ block_frames).

        Raises StorageError when the print is given up, or when another process finished the
        same print first and it is not the same: then a device of it does not repeat.
        """
        try:
            yield from self._audio(block_frames)
        except OSError as error:
            raise StorageError(
                f"the print of {self._name} vanished while it was read ({error.strerror}); "
                "render again"
            ) from error

    def _audio(self, block_frames: int) -> Iterator[Audio]:
        done, taken_bytes = None, 0
        begun = self._begun()
        if begun is not None:
            file, channels = begun
            size = block_frames * channels * SAMPLE_BYTES
            with file:
                while done is None:
                    if os.fstat(file.fileno()).st_size > taken_bytes + size:
                        taken_bytes += size
                        yield np.frombuffer(file.read(size), dtype=AUDIO).reshape(-1, channels).T
                    else:
                        done = self._done_or_wait()
                self._compare(file, done, taken_bytes)
        while done is None:
            done = self._done_or_wait()
        self.frames = done.frames
        taken = taken_bytes // (done.channels * SAMPLE_BYTES)
        yield from done.audio(block_frames, start_frame=taken)

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
        given_up = not self._store.is_coming(self._token)
        done = self._store.get(self._fingerprint)
        if done is None:
            if given_up:
                raise StorageError(f"the print of {self._name} was given up; render again")
            self._wait()
            time.sleep(LOOK_SECONDS)
        return done

    def _compare(self, file: BinaryIO, done: Print, taken_bytes: int) -> None:
        """Whether what was read is in the print, even if another process made that one.

        Raises StorageError where it is not: a stem must not be put together from two takes.
        """
        with done.samples_path.open("rb") as kept:
            if os.path.samestat(os.fstat(file.fileno()), os.fstat(kept.fileno())):
                return
            file.seek(0)
            for start in range(0, taken_bytes, _COMPARED_BYTES):
                count = min(_COMPARED_BYTES, taken_bytes - start)
                if file.read(count) != kept.read(count):
                    raise StorageError(
                        f"{self._name} was rendered twice at once, and not alike: a device of it "
                        "does not repeat (hostkit render --twice names it); render again"
                    )
