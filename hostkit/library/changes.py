"""Changes to libraries: all of them or none, one at a time, and one step can be undone.

Processes that save at once wait for each other, and whoever finds a file other than it
was read changes nothing. What stood there before is kept in the cache folder. A step that
was killed while its files moved is finished by the next command (`hostkit.disk.steps`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from hostkit.audio.files.whole_file import storage_error, whole_file
from hostkit.disk.move_list import FILES, REPLACED, Move, Moves
from hostkit.disk.moving import move_together, new_step, settle
from hostkit.disk.outputs import refuse_dangling
from hostkit.disk.steps import steps_folder
from hostkit.errors import RequestError, StorageError

STEPS_KEPT = 20
RECORD = "step.json"


@dataclass(frozen=True)
class FileChange:
    """A file's content before and after; None where there is no file."""

    path: Path
    before: bytes | None
    after: bytes | None

    @property
    def becomes(self) -> str:
        """What happens to the file, in a word."""
        if self.after is None:
            return "removed"
        return "written" if self.before is None else "replaced"


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
        before = _content(path)
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
        self.files[path] = FileChange(path, _content(path), None)

    def _check_open(self, path: Path) -> None:
        for folder in self.sealed:
            if path.resolve().is_relative_to(folder.resolve()):
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
        with _one_at_a_time() as journal, new_step(journal, anywhere=True) as step:
            for change in changes:
                if _content(change.path) != change.before:
                    raise RequestError(
                        "was changed meanwhile, nothing was changed",
                        cure="try again",
                        file=change.path,
                    )
            moves = Moves(_wait(step, self.what, changes), done_as=_next_name(journal))
            move_together(step, journal, moves, anywhere=True)
            for old in _steps(journal)[:-STEPS_KEPT]:
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
    with _one_at_a_time() as journal:
        settle(journal, anywhere=True)
        steps = _steps(journal)
        if not steps:
            raise RequestError("there is no change of presets to undo")
        what, moves = _read_step(steps[-1])
        for move in moves:
            if _sha256(_content(move.path)) != move.after:
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
        before = _content(step / move.aside) if move.before is not None else None
        changes.files[move.path] = FileChange(move.path, _content(move.path), before)
    return changes


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RequestError(f"cannot be read: {error.strerror}", file=path) from None


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


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[Path]:
    """Waits until no other process is changing a library; gives the folder of steps."""
    journal = steps_folder()
    with _lock_file(journal) as file:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX)
            yield journal
        except OSError as error:
            raise storage_error(Path(error.filename or journal), error) from error


def _lock_file(journal: Path) -> BinaryIO:
    try:
        journal.mkdir(parents=True, exist_ok=True)
        return (journal / "lock").open("a+b")
    except OSError as error:
        raise StorageError(
            f"what is needed to take a change back cannot be kept there: {error.strerror}",
            cure="set HOSTKIT_CACHE to a folder that can be written",
            file=journal,
        ) from error


def _steps(journal: Path) -> list[Path]:
    """Oldest first."""
    return sorted(path for path in journal.glob("step-*") if path.is_dir())


def _next_name(journal: Path) -> str:
    known = _steps(journal)
    number = int(known[-1].name.removeprefix("step-")) + 1 if known else 1
    return f"step-{number:08d}"


def _wait(step: Path, what: str, changes: list[FileChange]) -> tuple[Move, ...]:
    """Puts what comes into the step, with the record that undoing reads."""
    moves = tuple(
        Move(
            change.path.absolute(),
            f"{FILES}/{number}",
            f"{REPLACED}/{number}",
            _sha256(change.before),
            _sha256(change.after),
        )
        for number, change in enumerate(changes)
    )
    for move, change in zip(moves, changes, strict=True):
        if change.after is not None:
            _write(step / move.waiting, change.after)
    listed = [{**asdict(move), "path": str(move.path)} for move in moves]
    _write(step / RECORD, json.dumps({"what": what, "moves": listed}).encode())
    return moves


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with whole_file(path) as file:
        file.write(content)


def _sha256(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()


def _read_step(step: Path) -> tuple[str, list[Move]]:
    """What a step did. Raises RequestError for one that cannot be undone any more."""
    try:
        data = json.loads((step / RECORD).read_text(encoding="utf-8"))
        moves = [Move(**{**entry, "path": Path(entry["path"])}) for entry in data["moves"]]
        for move in moves:
            kept = step / move.aside
            if move.before is not None and _sha256(kept.read_bytes()) != move.before:
                raise ValueError("another file")
        return str(data["what"]), moves
    except (OSError, ValueError, KeyError, TypeError):
        shutil.rmtree(step, ignore_errors=True)
        raise RequestError(
            "the last change can no longer be undone: its record is damaged"
        ) from None
