"""Places to write to that cannot be: links that lead nowhere, files where a folder should be."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from hostkit.errors import Fault, RequestError, StorageError
from hostkit.ground.places import real_path


def dangling_link(path: Path) -> Fault | None:
    """What to say where `path`, or a folder on the way to it, is a link that leads nowhere."""
    for place in (path, *path.parents):
        with suppress(OSError, ValueError):  # no link has a name that no file can have
            if place.is_symlink() and not place.exists():
                return Fault(
                    f"{place}: is a link to {place.readlink()}, which is not there",
                    cure="bring that back, or choose another output",
                )
    return None


def refuse_dangling(path: Path) -> None:
    """Raises StorageError for what cannot be written because of such a link."""
    if said := dangling_link(path):
        raise StorageError(*said)


def refuse_root(folder: Path) -> None:
    """Raises RequestError for the root of a disk: all other folders would lie in that delivery."""
    whole = real_path(folder)
    if whole == whole.parent:
        raise RequestError(
            "is the root of the disk", cure="choose a folder in it (-o)", file=folder
        )


def refuse_file(folder: Path) -> None:
    """Raises RequestError where a file lies in the place of a folder to write to."""
    for place in (folder, *folder.parents):
        if place.exists():
            if not place.is_dir():
                raise RequestError(
                    "is a file, not a folder", cure="choose another folder (-o)", file=place
                )
            return
