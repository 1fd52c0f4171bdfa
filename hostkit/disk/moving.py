"""Files that change together: after a kill all are as they were, or the next command goes on.

What is new waits in a folder of its own, the step. When all of it is there, whole and on
the disk, a list of what moves where is written into the step, and the step takes the name
`.hostkit-moving`. From that moment it is decided: whoever finds a folder of that name
carries the list out before reading anything (`settle`). Each move is a rename, and what was
at its place is set aside first, so that an error on the way puts everything back.

    .hostkit-moving/moves.json     the list
    .hostkit-moving/files/…        what is new
    .hostkit-moving/replaced/…     what was there before
    .hostkit-moving/.hostkit-…     nothing; its name says who is at it

That there can be only one folder of that name keeps two runs apart.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hostkit.disk.unfinished import (
    PART,
    clear_unfinished,
    is_unfinished,
    may_be_at_work,
    unfinished_name,
)
from hostkit.errors import CannotMove

MOVING = ".hostkit-moving"
LIST = "moves.json"
FILES, REPLACED = "files", "replaced"
WAIT_SECONDS = 60.0
MAX_LIST_BYTES = 50_000_000


@dataclass(frozen=True)
class Move:
    """What stands at `path` becomes another file, or goes.

    `waiting` and `aside` are places in the step: of what comes, and of what was there.
    `before` and `after` are the SHA-256 of both, None for no file. A file that is to go
    stays when it is not the one of `before` any more; one that is replaced is replaced.
    """

    path: Path
    waiting: str
    aside: str
    before: str | None
    after: str | None

    def back(self) -> Move:
        """The move that undoes this one."""
        return Move(self.path, self.aside, self.waiting, self.after, self.before)


@dataclass(frozen=True)
class Moves:
    """All moves of a step. Its folder is then called `done_as`, or `undone_as` where an error
    put everything back; None where it is not needed any more.
    """

    moves: tuple[Move, ...]
    done_as: str | None = None
    undone_as: str | None = None


@contextmanager
def new_step(folder: Path, *, anywhere: bool = False) -> Iterator[Path]:
    """A folder in `folder` for files that are to be moved, gone at the end.

    Folders around it that had to be made, and nothing was moved to, go with it. What killed runs
    left goes, too. Raises OSError.
    """
    settle(folder, anywhere=anywhere)
    clear_unfinished(folder)
    step = folder / unfinished_name()
    missing = [around for around in (folder, *folder.parents) if not around.exists()]
    try:
        step.mkdir(parents=True)
        yield step
    finally:
        shutil.rmtree(step, ignore_errors=True)
        with suppress(OSError):  # one that holds something
            for around in missing:
                around.rmdir()


def move_together(step: Path, folder: Path, moves: Moves, *, anywhere: bool = False) -> None:
    """Does all of it. Raises OSError after doing none of it.

    `step` lies in `folder`, and the paths of its moves too; `anywhere`, they are absolute.
    """
    listed = [{**asdict(move), "path": move.path.as_posix()} for move in moves.moves]
    text = json.dumps({**asdict(moves), "moves": listed})
    with (step / LIST).open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _disown(step)
    (step / unfinished_name()).touch()
    for inner, _, _ in os.walk(step):
        _sync(Path(inner))
    while True:
        settle(folder, anywhere=anywhere)
        try:
            step.rename(folder / MOVING)  # from here on it is decided
            break
        except OSError:
            if not (folder / MOVING).exists():
                raise
    _sync(folder)
    _carry_out(folder, moves)


def settle(folder: Path, *, anywhere: bool = False) -> None:
    """Finishes what a killed run has decided to do in `folder`; waits for one that is at it.

    `anywhere` is for a folder of ours alone, whose lists name places outside it. Raises
    OSError when it cannot be finished, nor put back.
    """
    step = folder / MOVING
    deadline = time.monotonic() + WAIT_SECONDS
    while os.path.lexists(step):
        owner = _owner(step)
        if owner is not None and may_be_at_work(owner, step):
            if time.monotonic() > deadline:
                raise CannotMove("another hostkit is moving files in", cure="wait for it")
            time.sleep(0.02)
            continue
        mine = unfinished_name()
        try:
            if owner is None:
                (step / mine).touch()
            else:
                (step / owner).rename(step / mine)
        except FileNotFoundError:
            continue  # somebody else was quicker
        try:
            _carry_out(folder, _read_list(folder, anywhere))
        except OSError:
            if (step / mine).exists():  # it could not be put back either
                raise


def _owner(step: Path) -> str | None:
    with suppress(OSError), os.scandir(step) as entries:
        return next((entry.name for entry in entries if is_unfinished(entry.name)), None)
    return None


def _carry_out(folder: Path, moves: Moves) -> None:
    """Every move that is not done yet; after an error, back with those that are."""
    step = folder / MOVING
    begun: list[Move] = []
    try:
        for move in moves.moves:
            begun.append(move)
            _do(move, step, folder)
        for parent in {(folder / move.path).parent for move in moves.moves}:
            _sync(parent)
    except OSError:
        for move in reversed(begun):
            _put_back(move, step, folder)
        _leave(step, moves.undone_as)
        raise
    _leave(step, moves.done_as)


def _do(move: Move, step: Path, folder: Path) -> None:
    place, waiting, aside = folder / move.path, step / move.waiting, step / move.aside
    if move.after is None:
        if place.is_file() and _sha256(place) == move.before:
            _move(place, aside)
            _remove_empty(place.parent, folder)
    elif os.path.lexists(waiting):
        if os.path.lexists(place) and not os.path.lexists(aside):
            _set_aside(place, aside)
        _move(waiting, place)


def _put_back(move: Move, step: Path, folder: Path) -> None:
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


def _leave(step: Path, name: str | None) -> None:
    """The step is over: it gets its other name, or goes, first out of everybody's way."""
    if name is not None:
        _disown(step)
    left = step.with_name(name or unfinished_name())
    step.rename(left)
    if name is None:
        shutil.rmtree(left, ignore_errors=True)


def _disown(step: Path) -> None:
    while (owner := _owner(step)) is not None:
        (step / owner).unlink()


def _remove_empty(parent: Path, folder: Path) -> None:
    """Folders that nothing is left in, up to `folder`; elsewhere only the nearest."""
    with suppress(OSError):
        while parent != folder:
            parent.rmdir()
            if not parent.is_relative_to(folder):
                return
            parent = parent.parent


def _read_list(folder: Path, anywhere: bool) -> Moves:
    """The list of a step that somebody else began. Raises OSError for one that is not ours."""
    step = folder / MOVING
    try:
        if (step / LIST).stat().st_size > MAX_LIST_BYTES:
            raise ValueError("too long")
        data = json.loads((step / LIST).read_text(encoding="utf-8"))
        moves = tuple(_checked(entry, folder, anywhere) for entry in data["moves"])
        names = [data[key] for key in ("done_as", "undone_as")]
        if any(name is not None and (not anywhere or Path(name).name != name) for name in names):
            raise ValueError("another name")
        return Moves(moves, *names)
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise CannotMove(
            f"{step} is not a list of moves that hostkit wrote", cure="remove it"
        ) from error


def _checked(entry: Any, folder: Path, anywhere: bool) -> Move:
    """A move as written down; in a folder that may be anybody's, only inside it."""
    move = Move(
        Path(entry["path"]),
        str(entry["waiting"]),
        str(entry["aside"]),
        entry["before"],
        entry["after"],
    )
    step, root = (folder / MOVING).resolve(), folder.resolve()
    inside = [(step / name).resolve().is_relative_to(step) for name in (move.waiting, move.aside)]
    inside.append(anywhere or (root / move.path).parent.resolve().is_relative_to(root))
    if not all(inside):
        raise ValueError("leads elsewhere")
    return move


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    """Makes renames in a folder durable, where the system lets folders be opened."""
    if os.name != "posix" or not folder.is_dir():
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
