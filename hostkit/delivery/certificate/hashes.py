"""SHA-256 of files as they are on disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from hostkit.engine.isolate import Report
from hostkit.errors import StorageError


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


def sha256(path: Path) -> str:
    """The hash of one file, as 64 hexadecimal digits. Raises StorageError."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StorageError(f"{path}: cannot be read back: {error.strerror}") from error
