"""The deliveries and audio files of a folder, so that a folder of many can be named."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from hostkit.delivery.manifest import MANIFEST
from hostkit.delivery.manifest.read import put_right, read_manifest
from hostkit.disk.move_list import MOVING
from hostkit.errors import RequestError
from hostkit.ground.places import real_path
from hostkit.plan.plan import FULL

AUDIO_SUFFIXES = frozenset(
    {".wav", ".flac", ".aif", ".aiff", ".rf64", ".w64", ".ogg", ".opus", ".mp3"}
)


_DEEPEST = 4
"""So many folders lie around a file of a delivery at most: mixes/, a form's, the delivery's."""


def deliveries(paths: Iterable[Path]) -> list[Path]:
    """The folders named; of one that is none but holds some, those, in the order of names.

    A manifest makes a folder a delivery. A folder without any below it is taken as it is:
    it may be somebody else's. A file stands for the delivery that it is part of, else for its
    folder.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_file():
            around = list(path.parents)[:_DEEPEST]
            whose = (folder for folder in around if read_manifest(folder) is not None)
            found.append(next(whose, path.parent))
            continue
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
            raise RequestError(
                "there are no audio files in this folder", cure="name another", file=path
            )
        files += inside
    return list(dict.fromkeys(files))


def music_files(paths: Iterable[Path], dialogue: Path) -> list[Path]:
    """The files named; of a delivery the stems of its full mix; of another folder its audio.

    The dialogue itself is no music. Raises RequestError for a folder without any, StorageError
    for a delivery that was broken off and cannot be finished.
    """
    files: list[Path] = []
    for path in paths:
        inside = _music_in(path) if path.is_dir() else [path]
        found = [file for file in inside if real_path(file) != real_path(dialogue)]
        if not found:
            raise RequestError(
                "there is no music in this folder itself",
                cure="name the folder of its stems",
                file=path,
            )
        files += found
    return list(dict.fromkeys(files))


def _music_in(folder: Path) -> list[Path]:
    manifest = read_manifest(folder)
    if manifest is not None and FULL in manifest.mixes:
        stems = manifest.mixes[FULL].stems
        return [folder / manifest.stems[stem].file.path for stem in stems]
    return sorted(path for path in folder.iterdir() if _is_audio(path))


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
    """In a delivery its own: what it was delivered as by a profile lies in a folder of it."""
    others = set()
    if (folder / MANIFEST).is_file():
        others = {manifest.parent for manifest in folder.rglob(MANIFEST)} - {folder}
    found = (path for path in folder.rglob("*") if _is_audio(path))
    return sorted(path for path in found if others.isdisjoint(path.parents))


def _is_audio(path: Path) -> bool:
    return path.suffix.lower() in AUDIO_SUFFIXES and path.is_file()
