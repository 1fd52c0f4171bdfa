"""Changes to libraries: all of them or none, one at a time, and one step can be undone.

Processes that save at once wait for each other, and whoever finds a file other than it
was read changes nothing. What stood there before is kept in the cache folder.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hostkit.audio.whole_file import storage_error, whole_file
from hostkit.errors import RequestError, StorageError
from hostkit.places import cache_folder

STEPS_KEPT = 20
_FOLDER = "preset-changes"


@dataclass(frozen=True)
class FileChange:
    """A file's content before and after; None where there is no file."""

    path: Path
    before: bytes | None
    after: bytes | None


@dataclass
class Changes:
    """Files to be changed in one step; `what` says in words what the step does."""

    what: str
    files: dict[Path, FileChange] = field(default_factory=dict)

    def put(self, path: Path, content: bytes, *, force: bool = False) -> None:
        """A file's new content. Raises RequestError for one that is there, unless `force`.

        So does a name that differs from another only in case: on many disks they are one.
        """
        before = _content(path)
        if before is not None and before != content and not force:
            raise RequestError(f"{path} is there already; --force replaces it")
        if before is None and (twin := _twin(path)):
            raise RequestError(
                f"{path} would be the same file as {twin} on many disks; choose another name"
            )
        self.files[path] = FileChange(path, before, content)

    def remove(self, path: Path) -> None:
        self.files[path] = FileChange(path, _content(path), None)

    def commit(self) -> None:
        """Does all of it. Raises RequestError or StorageError after doing none of it."""
        changes = [change for change in self.files.values() if change.before != change.after]
        if not changes:
            return
        with _one_at_a_time() as journal:
            _check_unchanged(changes, "nothing was changed; try again")
            step = _keep(journal, self.what, changes)
            try:
                _apply(changes)
            except StorageError:
                shutil.rmtree(step, ignore_errors=True)
                raise
            for old in _steps(journal)[:-STEPS_KEPT]:
                shutil.rmtree(old, ignore_errors=True)


def undo() -> str:
    """Takes the last step back and returns what it was.

    Raises RequestError when there is none, or when its files were changed since.
    """
    with _one_at_a_time() as journal:
        steps = _steps(journal)
        if not steps:
            raise RequestError("there is no change of presets to undo")
        what, changes = _read_step(steps[-1])
        back = [FileChange(c.path, c.after, c.before) for c in changes]
        _check_unchanged(back, f"so '{what}' was not undone")
        _apply(back)
        shutil.rmtree(steps[-1], ignore_errors=True)
    return what


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RequestError(f"{path}: cannot be read: {error.strerror}") from None


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


def _check_unchanged(changes: list[FileChange], consequence: str) -> None:
    for change in changes:
        if _content(change.path) != change.before:
            raise RequestError(f"{change.path} was changed meanwhile, {consequence}")


def _apply(changes: list[FileChange]) -> None:
    done: list[FileChange] = []
    try:
        for change in changes:
            _set(change.path, change.after)
            done.append(change)
    except StorageError:
        for change in reversed(done):
            with contextlib.suppress(StorageError):
                _set(change.path, change.before)
        raise


def _set(path: Path, content: bytes | None) -> None:
    try:
        if content is None:
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                path.parent.rmdir()  # only if that left it empty
            return
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(path, error) from error
    with whole_file(path) as file:
        file.write(content)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[Path]:
    """Waits until no other process is changing a library; gives the folder of steps."""
    journal = cache_folder() / _FOLDER
    try:
        journal.mkdir(parents=True, exist_ok=True)
        with (journal / "lock").open("a+b") as file:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX)
            yield journal
    except OSError as error:
        raise storage_error(journal, error) from error


def _steps(journal: Path) -> list[Path]:
    """Oldest first."""
    return sorted(path for path in journal.glob("step-*") if path.is_dir())


def _keep(journal: Path, what: str, changes: list[FileChange]) -> Path:
    """Notes a step before it is done."""
    known = _steps(journal)
    number = int(known[-1].name.removeprefix("step-")) + 1 if known else 1
    part = journal / f"part-{secrets.token_hex(4)}"
    part.mkdir()
    files = []
    for index, change in enumerate(changes):
        entry: dict[str, str | None] = {"path": str(change.path.absolute())}
        for side, content in (("before", change.before), ("after", change.after)):
            entry[side] = None if content is None else f"{index}-{side}"
            if content is not None:
                (part / f"{index}-{side}").write_bytes(content)
        files.append(entry)
    (part / "step.json").write_text(json.dumps({"what": what, "files": files}), encoding="utf-8")
    return part.rename(journal / f"step-{number:08d}")


def _read_step(step: Path) -> tuple[str, list[FileChange]]:
    try:
        data = json.loads((step / "step.json").read_text(encoding="utf-8"))
        changes = [
            FileChange(
                Path(entry["path"]),
                *(
                    None if entry[side] is None else (step / entry[side]).read_bytes()
                    for side in ("before", "after")
                ),
            )
            for entry in data["files"]
        ]
        return str(data["what"]), changes
    except (OSError, ValueError, KeyError, TypeError):
        shutil.rmtree(step, ignore_errors=True)
        raise RequestError(
            "the last change can no longer be undone: its record is damaged"
        ) from None
