"""The delivery's folder: new files wait beside their places until all are there."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hostkit.audio.whole_file import storage_error, whole_file
from hostkit.delivery.certificate.hashes import sha256
from hostkit.errors import StorageError

INCOMING = ".hostkit-"
"""What the folder of files not yet delivered begins with; then come process and a number."""


@dataclass(frozen=True)
class Folder:
    """A delivery in the making: its place, and where new files wait."""

    place: Path
    incoming: Path

    def new(self, path: str) -> Path:
        """Where a new file is to be written, its folder made."""
        new = self.incoming / path
        new.parent.mkdir(parents=True, exist_ok=True)
        return new

    def current(self, path: str) -> Path:
        """The new file if there is one, else the one kept from before."""
        new = self.incoming / path
        return new if new.exists() else self.place / path


@contextmanager
def incoming_folder(place: Path) -> Iterator[Folder]:
    """A folder for new files in `place`, gone at the end with whatever is left in it.

    What killed runs left behind goes too.
    """
    incoming = place / f"{INCOMING}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        incoming.mkdir(parents=True)
        for left in place.glob(f"{INCOMING}*-*"):
            if not _is_running(left.name.removeprefix(INCOMING).partition("-")[0]):
                shutil.rmtree(left, ignore_errors=True)
        yield Folder(place, incoming)
    except OSError as error:
        raise storage_error(place, error) from error
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def _is_running(pid: str) -> bool:
    """Whether the process that a folder is named after may still be at work."""
    if os.name != "posix" or not pid.isdecimal():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def move_in(folder: Folder, paths: Iterable[str]) -> None:
    """Moves new files to their places, over what was there."""
    for path in paths:
        target = folder.place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder.incoming / path).replace(target)


def write_text(path: Path, content: bytes) -> None:
    """Writes a small file whole, unless it is there with this content. Raises StorageError."""
    try:
        if path.is_file() and path.read_bytes() == content:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(path, error) from error
    with whole_file(path) as file:
        file.write(content)


def remove_outdated(before: Mapping[str, str], now: Mapping[str, str], place: Path) -> None:
    """Removes files of the delivery before that are no part of this one, if unaltered.

    Both map paths to hashes. A manifest is somebody's text: paths elsewhere are left alone.
    """
    staying = {path.casefold() for path in now}
    for old, known_hash in before.items():
        path = place / old
        if old.casefold() in staying or not _inside(path, place) or not path.is_file():
            continue
        try:
            if sha256(path) == known_hash:
                path.unlink()
                _remove_empty(path.parent, place)
        except OSError as error:
            raise StorageError(f"{path}: cannot be removed: {error.strerror}") from error


def _inside(path: Path, place: Path) -> bool:
    return path.resolve().is_relative_to(place.resolve())


def _remove_empty(folder: Path, place: Path) -> None:
    while folder != place and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
