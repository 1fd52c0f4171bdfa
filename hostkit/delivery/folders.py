"""The deliveries and audio files of a folder, so that a folder of many can be named."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from hostkit.delivery.manifest import MANIFEST, put_right
from hostkit.disk.moving import MOVING
from hostkit.errors import RequestError

AUDIO_SUFFIXES = frozenset({".wav", ".flac", ".aif", ".aiff", ".rf64", ".w64", ".ogg", ".mp3"})


def deliveries(paths: Iterable[Path]) -> list[Path]:
    """The folders named; of one that is none but holds some, those, in the order of names.

    A manifest makes a folder a delivery. A folder without any below it is taken as it is:
    it may be somebody else's.
    """
    found: list[Path] = []
    for path in paths:
        inside = [] if (path / MANIFEST).is_file() else sorted(path.rglob(MANIFEST))
        found += [manifest.parent for manifest in inside] or [path]
    return list(dict.fromkeys(found))


def audio_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and the audio files in and below the folders named.

    Deliveries that they are part of are finished first. Raises RequestError for a folder
    without any, StorageError for a delivery that cannot be finished.
    """
    paths = list(paths)
    finish_around(paths)
    files: list[Path] = []
    for path in paths:
        inside = _audio_below(path) if path.is_dir() else [path]
        if not inside:
            raise RequestError(f"{path}: there are no audio files in this folder; name another")
        files += inside
    return list(dict.fromkeys(files))


def finish_around(paths: Iterable[Path]) -> None:
    """Finishes each delivery, in, above or below these paths, whose run was killed half way.

    For who reads its files without its manifest. Raises StorageError.
    """
    for path in paths:
        above = (path, *path.absolute().parents)
        begun = [folder for folder in above if os.path.lexists(folder / MOVING)]
        for folder in (*begun, *(step.parent for step in path.rglob(MOVING))):
            put_right(folder)


def _audio_below(folder: Path) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES)
    return sorted(path for path in files if path.is_file())
