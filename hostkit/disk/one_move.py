"""One move of a step, done or put back: renames, durable, of files that may be in the way."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from hostkit.disk.move_list import Move
from hostkit.disk.unfinished import PART, unfinished_name


def do_move(move: Move, step: Path, folder: Path) -> None:
    """Raises OSError that names the move's own place, wherever its files wait or are set aside."""
    place, waiting, aside = folder / move.path, step / move.waiting, step / move.aside
    try:
        if move.after is None:
            if place.is_file() and _sha256(place) == move.before:
                _move(place, aside)
                _remove_empty(place.parent, folder)
        elif os.path.lexists(waiting):
            if os.path.lexists(place) and not os.path.lexists(aside):
                _set_aside(place, aside)
            _move(waiting, place)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(place)) from error


def put_back(move: Move, step: Path, folder: Path) -> None:
    place, waiting, aside = folder / move.path, step / move.waiting, step / move.aside
    if move.after is not None and not os.path.lexists(waiting) and place.is_file():
        _move(place, waiting)
    if os.path.lexists(aside):
        _move(aside, place)
    else:
        _remove_empty(place.parent, folder)


def _set_aside(place: Path, aside: Path) -> None:
    """Under another name as well where the disk can do that, so that no moment is without it."""
    aside.parent.mkdir(parents=True, exist_ok=True)
    if not place.is_file() or place.is_symlink():
        if place.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place))
        _move(place, aside)
        return
    try:
        os.link(place, aside)
    except OSError:
        _move(place, aside)


def _move(source: Path, target: Path) -> None:
    """A rename; to another disk, a copy that appears whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.replace(target)
        return
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    part = target.with_name(unfinished_name(PART))
    try:
        shutil.copy(source, part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    source.unlink()


def _remove_empty(parent: Path, folder: Path) -> None:
    """Folders that nothing is left in, up to `folder`; elsewhere only the nearest."""
    with suppress(OSError):
        while parent != folder:
            parent.rmdir()
            if not parent.is_relative_to(folder):
                return
            parent = parent.parent


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Makes renames in a folder durable, where the system lets folders be opened."""
    if os.name != "posix" or not folder.is_dir():
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
