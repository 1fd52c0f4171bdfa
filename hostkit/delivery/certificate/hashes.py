"""SHA-256 of files as they are on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hostkit.errors import StorageError
from hostkit.ground.named_file import is_file, open_named
from hostkit.jobs.isolate import Report


@dataclass(frozen=True)
class HashJob:
    paths: tuple[Path, ...]


def hash_files(job: HashJob, report: Report) -> dict[Path, str]:
    """The hash of each file. Raises StorageError when one cannot be read."""
    sums = {}
    for number, path in enumerate(job.paths, start=1):
        sums[path] = sha256(path)
        report(number)
    return sums


class HashesAhead:
    """The hashes of files that will be asked for, worked out beside other work.

    Reading back a delivery takes a while in which the processes that render leave cores
    idle; hashing lets go of Python's lock.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="hostkit-hash")
        self._begun = {path: self._pool.submit(sha256, path) for path in paths if is_file(path)}
        self._pool.shutdown(wait=False)

    def of(self, path: Path) -> str | None:
        """The hash of a file; None where it was not there. Raises StorageError."""
        begun = self._begun.get(path)
        return begun.result() if begun is not None else None


def sha256(path: Path) -> str:
    """The hash of one file, as 64 hexadecimal digits. Raises StorageError."""
    try:
        with open_named(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StorageError(f"cannot be read back: {error.strerror}", file=path) from error
