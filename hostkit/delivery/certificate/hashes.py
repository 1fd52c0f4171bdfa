"""SHA-256 of files as they are on disk."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from hostkit.errors import StorageError
from hostkit.ground.named_file import is_file, open_named
from hostkit.ground.process.threads import Threads

BYTES_AT_ONCE = 2**18
BYTES_AT_ONCE_BESIDE = 2**22
"""Hashing lets go of Python's lock and has to get it back after each such stretch. Beside code
that works, that takes up to 5 ms: as long as these take to be hashed.
"""


class HashesAhead:
    """The hashes of files that will be asked for, worked out beside other work.

    Reading back a delivery takes a while in which the processes that render leave cores
    idle; hashing lets go of Python's lock. Those that are `known` (absolute paths) are not worked
    out. A context manager: at its end what nobody asked for is cancelled, so that a run that fails
    leaves at once.
    """

    def __init__(self, paths: Iterable[Path], known: Mapping[Path, str] | None = None) -> None:
        self._cancelled = threading.Event()
        self._known = known or {}
        self._pool = Threads(2, "hostkit-hash")
        self._begun = {
            path: self._pool.submit(sha256, path, self._cancelled)
            for path in paths
            if is_file(path) and path.absolute() not in self._known
        }
        self._pool.shutdown(wait=False)

    def of(self, path: Path) -> str | None:
        """The hash of a file; None where it was not there. Raises StorageError."""
        if known := self._known.get(path.absolute()):
            return known
        begun = self._begun.get(path)
        return begun.result() if begun is not None else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._cancelled.set()


def sha256(path: Path, cancelled: threading.Event | None = None) -> str:
    """The hash of one file, as 64 hexadecimal digits; of its beginning where it is cancelled.

    Raises StorageError.
    """
    size = BYTES_AT_ONCE if cancelled is None else BYTES_AT_ONCE_BESIDE
    hasher, room = hashlib.sha256(), memoryview(bytearray(size))
    try:
        with open_named(path) as file:
            while count := file.readinto(room):
                hasher.update(room[:count])
                if cancelled is not None and cancelled.is_set():
                    break
        return hasher.hexdigest()
    except OSError as error:
        raise StorageError(f"cannot be read back: {error.strerror}", file=path) from error
