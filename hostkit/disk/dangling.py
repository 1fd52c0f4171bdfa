"""Links that lead nowhere: nothing is written through them, and they are not written over."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from hostkit.errors import StorageError


def dangling_link(path: Path) -> str | None:
    """What to say where `path`, or a folder on the way to it, is a link that leads nowhere."""
    for place in (path, *path.parents):
        with suppress(OSError, ValueError):  # no link has a name that no file can have
            if place.is_symlink() and not place.exists():
                return (
                    f"{place}: is a link to {place.readlink()}, which is not there; "
                    "bring that back, or choose another output"
                )
    return None


def refuse_dangling(path: Path) -> None:
    """Raises StorageError for what cannot be written because of such a link."""
    if said := dangling_link(path):
        raise StorageError(said)
