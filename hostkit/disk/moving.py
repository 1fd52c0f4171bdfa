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

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hostkit.disk.move_list import MOVING, Move, Moves, read_list, write_list
from hostkit.disk.one_move import do_move, put_back, sync_folder
from hostkit.disk.unfinished import (
    clear_unfinished,
    is_unfinished,
    may_be_at_work,
    unfinished_name,
)
from hostkit.errors import CannotMove

WAIT_SECONDS = 60.0


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
        for around in missing:
            with suppress(OSError):  # it holds something, or somebody removed it
                around.rmdir()


def move_together(step: Path, folder: Path, moves: Moves, *, anywhere: bool = False) -> None:
    """Does all of it. Raises OSError after doing none of it.

    `step` lies in `folder`, and the paths of its moves too; `anywhere`, they are absolute.
    """
    write_list(step, moves)
    _disown(step)
    (step / unfinished_name()).touch()
    for inner, _, _ in os.walk(step):
        sync_folder(Path(inner))
    while True:
        settle(folder, anywhere=anywhere)
        try:
            step.rename(folder / MOVING)  # from here on it is decided
            break
        except OSError:
            if not (folder / MOVING).exists():
                raise
    sync_folder(folder)
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
            _carry_out(folder, read_list(folder, anywhere))
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
            do_move(move, step, folder)
        for parent in {(folder / move.path).parent for move in moves.moves}:
            sync_folder(parent)
    except OSError:
        for move in reversed(begun):
            put_back(move, step, folder)
        _leave(step, moves.undone_as)
        raise
    _leave(step, moves.done_as)


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
