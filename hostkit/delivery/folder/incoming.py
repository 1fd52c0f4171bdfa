"""The delivery's folder: new files wait beside their places until all are there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hostkit.audio.files.whole_file import REMOVED, storage_error, whole_file
from hostkit.delivery.certificate.hashes import sha256
from hostkit.disk.move_list import FILES, REPLACED, Move, Moves
from hostkit.disk.moving import move_together, new_step
from hostkit.disk.outputs import refuse_dangling
from hostkit.errors import RequestError, StorageError
from hostkit.ground.places import real_path

NAMED_AT_ONCE = 3
"""So many files in the way are named; the rest is counted."""


@dataclass(frozen=True)
class Folder:
    """A delivery in the making: its place, and where new files wait."""

    place: Path
    incoming: Path

    def new(self, path: str) -> Path:
        """Where a new file is to be written, its folder made.

        Raises StorageError where the delivery was removed meanwhile: it is not made again.
        """
        new = self.waiting(path)
        self.expect_there()
        new.parent.mkdir(parents=True, exist_ok=True)
        return new

    def expect_there(self) -> None:
        """Raises StorageError where somebody removed the delivery in the making."""
        if not self.incoming.is_dir():
            raise StorageError(*REMOVED, file=self.place)

    def waiting(self, path: str) -> Path:
        return self.incoming / FILES / path

    def current(self, path: str) -> Path:
        """The new file if there is one, else the one kept from before."""
        new = self.waiting(path)
        return new if new.exists() else self.place / path

    def put(self, path: str, content: bytes) -> str:
        """A small file, unless it is there with this content; its SHA-256."""
        there = self.place / path
        if not there.is_file() or there.read_bytes() != content:
            with whole_file(self.new(path)) as file:
                file.write(content)
        return hashlib.sha256(content).hexdigest()


@contextmanager
def incoming_folder(place: Path) -> Iterator[Folder]:
    """A folder for new files in `place`, gone at the end with whatever is left in it.

    What killed runs left behind goes too. Raises StorageError, whatever went wrong where somebody
    removed it meanwhile.
    """
    try:
        with new_step(place) as step:
            folder = Folder(place, step)
            try:
                yield folder
            except (RequestError, StorageError, OSError):
                folder.expect_there()
                raise
    except OSError as error:
        raise storage_error(place, error) from error


def move_in(folder: Folder, now: Mapping[str, str], before: Mapping[str, str]) -> tuple[str, ...]:
    """New files take their places, and those of the delivery before that are no part go.

    Gives the paths of those that went. `now` and `before` map paths to hashes. A file that hostkit
    did not deliver is never replaced, and one that was altered since never removed. Raises
    RequestError, naming what is in the way.
    """
    new = [path for path in now if folder.waiting(path).exists()]
    _refuse_to_replace(folder.place, {path: now[path] for path in new}, before)
    staying = {path.casefold() for path in now}
    going = [
        path
        for path in before
        if path.casefold() not in staying and _inside(folder.place / path, folder.place)
    ]
    there = [path for path in going if (folder.place / path).exists()]
    moves = [
        Move(Path(path), f"{FILES}/{path}", f"{REPLACED}/{number}", before.get(path), now.get(path))
        for number, path in enumerate((*new, *going))
    ]
    if moves:
        move_together(folder.incoming, folder.place, Moves(tuple(moves)))
    return tuple(path for path in there if not (folder.place / path).exists())


def _refuse_to_replace(place: Path, new: Mapping[str, str], before: Mapping[str, str]) -> None:
    delivered = {path.casefold() for path in before}
    taken = []
    for path, found in new.items():
        there = place / path
        if not _inside(there, place):
            raise RequestError(
                f"{there} leads out of {place}",
                cure="take the link away, or choose another folder (-o)",
            )
        refuse_dangling(there)
        if there.is_dir() or (
            there.exists() and path.casefold() not in delivered and sha256(there) != found
        ):
            taken.append(path)
    if taken:
        more = len(taken) - NAMED_AT_ONCE
        named = ", ".join(taken[:NAMED_AT_ONCE]) + (f" and {more} more" if more > 0 else "")
        raise RequestError(
            f"{named}: there already, and not delivered by hostkit",
            cure="move it away, or choose another folder (-o)",
            file=place,
        )


def _inside(path: Path, place: Path) -> bool:
    return real_path(path.parent).is_relative_to(real_path(place))
