"""Changes to libraries: all of them or none, one at a time, and one step can be undone.

Processes that save at once wait for each other, and whoever finds a file other than it
was read changes nothing. What stood there before is kept in the cache folder. A step that
was killed while its files moved is finished by the next command (`hostkit.disk.steps`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hostkit.disk.move_list import Move, Moves
from hostkit.disk.moving import move_together, new_step, settle
from hostkit.disk.outputs import refuse_dangling
from hostkit.errors import RequestError
from hostkit.ground.places import real_path
from hostkit.library.journal import (
    STEPS_KEPT,
    FileChange,
    content_of,
    kept_steps,
    next_name,
    one_at_a_time,
    put_into,
    read_step,
    sha256_of,
)


@dataclass
class Changes:
    """Files to be changed in one step; `what` says in words what the step does.

    Nothing below a `sealed` folder is changed: it is a library of somebody else's.
    """

    what: str
    sealed: tuple[Path, ...] = ()
    files: dict[Path, FileChange] = field(default_factory=dict)

    def put(self, path: Path, content: bytes, *, force: bool = False) -> None:
        """A file's new content. Raises RequestError for one that is there, unless `force`.

        So does a name that differs from another only in case: on many disks they are one.
        """
        self._check_open(path)
        refuse_dangling(path)
        before = content_of(path)
        if before is not None and before != content and not force:
            raise RequestError("is there already", cure="--force replaces it", file=path)
        if before is None and (twin := _twin(path)):
            raise RequestError(
                f"would be the same file as {twin} on many disks",
                cure="choose another name",
                file=path,
            )
        self.files[path] = FileChange(path, before, content)

    def remove(self, path: Path) -> None:
        """Raises RequestError."""
        self._check_open(path)
        self.files[path] = FileChange(path, content_of(path), None)

    def _check_open(self, path: Path) -> None:
        for folder in self.sealed:
            if real_path(path).is_relative_to(real_path(folder)):
                raise RequestError(
                    "is in a library that is not yours",
                    cure=f"copy it into your own, or name that library: --in {folder}",
                    file=path,
                )

    @property
    def real(self) -> list[FileChange]:
        """Those that leave a file other than it is."""
        return [change for change in self.files.values() if change.before != change.after]

    def commit(self) -> None:
        """Does all of it. Raises RequestError or StorageError after doing none of it."""
        changes = self.real
        if not changes:
            return
        with one_at_a_time() as journal, new_step(journal, anywhere=True) as step:
            for change in changes:
                if content_of(change.path) != change.before:
                    raise RequestError(
                        "was changed meanwhile, nothing was changed",
                        cure="try again",
                        file=change.path,
                    )
            moves = Moves(put_into(step, self.what, changes), done_as=next_name(journal))
            move_together(step, journal, moves, anywhere=True)
            for old in kept_steps(journal)[:-STEPS_KEPT]:
                shutil.rmtree(old, ignore_errors=True)


Commit = Callable[[Changes], None]
"""What is done with changes when all of them are known: `Changes.commit`, or a `Rehearsal`."""


@dataclass
class Rehearsal:
    """Does nothing, and knows what would have been done."""

    files: list[FileChange] = field(default_factory=list)

    def __call__(self, changes: Changes) -> None:
        self.files += changes.real


def undo(commit: Commit | None = None) -> str:
    """Takes the last step back and returns what it was; with a `commit`, tells that instead.

    Raises RequestError when there is none, or when its files were changed since.
    """
    with one_at_a_time() as journal:
        settle(journal, anywhere=True)
        steps = kept_steps(journal)
        if not steps:
            raise RequestError("there is no change of presets to undo")
        what, moves = read_step(steps[-1])
        for move in moves:
            if sha256_of(content_of(move.path)) != move.after:
                raise RequestError(
                    f"was changed meanwhile, so '{what}' was not undone", file=move.path
                )
        if commit:
            commit(_back(what, steps[-1], moves))
            return what
        back = Moves(tuple(move.back() for move in moves), undone_as=steps[-1].name)
        move_together(steps[-1], journal, back, anywhere=True)
    return what


def _back(what: str, step: Path, moves: list[Move]) -> Changes:
    """What taking a step back changes."""
    changes = Changes(f"undo {what}")
    for move in moves:
        before = content_of(step / move.aside) if move.before is not None else None
        changes.files[move.path] = FileChange(move.path, content_of(move.path), before)
    return changes


def _twin(path: Path) -> Path | None:
    """What is there already under a name that differs from `path` in case only."""
    for part in (path, *path.parents):
        if not part.parent.is_dir():
            continue
        for entry in part.parent.iterdir():
            if entry.name != part.name and entry.name.casefold() == part.name.casefold():
                return entry
        if part.exists():
            return None
    return None
