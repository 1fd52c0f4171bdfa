"""The steps by which libraries were changed, kept in the cache folder so that they can be undone.

Processes that change libraries at once wait for each other (`one_at_a_time`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from hostkit.audio.files.whole_file import storage_error, whole_file
from hostkit.disk.move_list import FILES, REPLACED, Move
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


def content_of(path: Path) -> bytes | None:
    """What is in a file; None where there is none. Raises RequestError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RequestError(f"cannot be read: {error.strerror}", file=path) from None


@contextlib.contextmanager
def one_at_a_time() -> Iterator[Path]:
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


def kept_steps(journal: Path) -> list[Path]:
    """The folders of steps that can be undone, oldest first."""
    return sorted(path for path in journal.glob("step-*") if path.is_dir())


def next_name(journal: Path) -> str:
    """What the folder of the next step is called."""
    known = kept_steps(journal)
    number = int(known[-1].name.removeprefix("step-")) + 1 if known else 1
    return f"step-{number:08d}"


def put_into(step: Path, what: str, changes: list[FileChange]) -> tuple[Move, ...]:
    """Puts what comes into the step, with the record that undoing reads."""
    moves = tuple(
        Move(
            change.path.absolute(),
            f"{FILES}/{number}",
            f"{REPLACED}/{number}",
            sha256_of(change.before),
            sha256_of(change.after),
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


def sha256_of(content: bytes | None) -> str | None:
    """The hash of a file's content; None of no file."""
    return None if content is None else hashlib.sha256(content).hexdigest()


def read_step(step: Path) -> tuple[str, list[Move]]:
    """What a step did, in words, and its moves.

    Raises RequestError for one that cannot be undone: a damaged one is set aside, so that the one
    before it can be.
    """
    try:
        return _read_step(step)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        aside = _set_aside(step)
        raise RequestError(
            "the last change cannot be undone: its record is damaged",
            cure=f"what it replaced is in {aside / REPLACED}; undo again for the change before",
        ) from None
    except OSError as error:
        raise RequestError(
            f"the last change cannot be undone: its record cannot be read: {error.strerror}",
            file=step / RECORD,
        ) from None


def _read_step(step: Path) -> tuple[str, list[Move]]:
    data = json.loads((step / RECORD).read_text(encoding="utf-8"))
    moves = [Move(**{**entry, "path": Path(entry["path"])}) for entry in data["moves"]]
    for move in moves:
        kept = step / move.aside
        if move.before is not None and sha256_of(kept.read_bytes()) != move.before:
            raise ValueError("another file")
    return str(data["what"]), moves


def _set_aside(step: Path) -> Path:
    aside = step.with_name(f"damaged-{step.name}-{secrets.token_hex(4)}")
    try:
        return step.rename(aside)
    except OSError as error:
        raise storage_error(step, error) from error
