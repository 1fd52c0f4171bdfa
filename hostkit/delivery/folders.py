"""The deliveries and audio files of a folder, so that a folder of many can be named."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hostkit.delivery.manifest import MANIFEST
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

    Raises RequestError for a folder without any.
    """
    files: list[Path] = []
    for path in paths:
        inside = _audio_below(path) if path.is_dir() else [path]
        if not inside:
            raise RequestError(f"{path}: there are no audio files in this folder; name another")
        files += inside
    return list(dict.fromkeys(files))


def _audio_below(folder: Path) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES)
    return sorted(path for path in files if path.is_file())
