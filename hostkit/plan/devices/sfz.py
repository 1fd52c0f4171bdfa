"""An SFZ as a plan knows it: by all that belongs to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from hostkit.devices.sfz.definition import read_sfz
from hostkit.devices.sfz.keyswitches import Keyswitches
from hostkit.devices.spec import ContentFile


@dataclass(frozen=True)
class FoundSfz:
    """An SFZ with the hash of all that belongs to it; no file of it lies outside `root`.

    `memory_bytes` is what its samples take in a job that plays it.
    """

    content: ContentFile
    root: Path
    keyswitches: Keyswitches
    memory_bytes: int
    warnings: tuple[str, ...]


def find_sfz(path: Path, root: Path, content_of: Callable[[Path], ContentFile]) -> FoundSfz:
    """The SFZ at `path`, none of whose files may lie outside `root`.

    Raises InvalidInput with every problem; RequestError.
    """
    itself = content_of(path)  # that it is a file at all is the session's business
    read = read_sfz(path, root, to_the_end=True)
    files = tuple(content_of(file) for file in (*read.files, *read.samples))
    sums = "\n".join(file.sha256 for file in files)
    content = replace(itself, sha256=hashlib.sha256(sums.encode()).hexdigest(), parts=files[1:])
    return FoundSfz(content, root, read.keyswitches, read.memory_bytes, read.warnings)
