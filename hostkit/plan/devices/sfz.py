"""An SFZ as a session names it: where its files may lie, and what it is known by."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from hostkit.devices.sfz.definition import read_sfz
from hostkit.devices.sfz.keyswitches import Keyswitches
from hostkit.devices.sfz.text import is_inside
from hostkit.devices.sounds import sound_folders
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


def find_sfz(path: Path, folder: Path, content_of: Callable[[Path], ContentFile]) -> FoundSfz:
    """The SFZ that somebody's file in `folder` means by `path`.

    Its files lie below that folder, else below the folder of sounds that it is in, else with
    it. Raises InvalidInput with every problem; RequestError.
    """
    itself = content_of(path)  # that it is a file at all is the session's business
    around = (one for one in (folder, *sound_folders()) if is_inside(one, path))
    root = next(around, path.parent)
    read = read_sfz(path, root)
    files = tuple(content_of(file) for file in (*read.files, *read.samples))
    sums = "\n".join(file.sha256 for file in files)
    content = replace(itself, sha256=hashlib.sha256(sums.encode()).hexdigest(), parts=files[1:])
    return FoundSfz(content, root, read.keyswitches, read.memory_bytes, read.warnings)
