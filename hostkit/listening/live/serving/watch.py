"""Files that are saved: told as soon as they are, with all that a session depends on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from watchfiles import watch

from hostkit.ground.file_names import is_text
from hostkit.ground.process.threads import started

STEP_MS = 10
"""Saves that come together are one."""
AT_ONCE_MS = 200
LOOK_AGAIN_MS = 300
"""What the system did not tell of is found so late."""


class Watcher:
    """Calls `changed` with the files of a session that were saved, made or taken away.

    `files` gives those that count, anew after each change: a session comes to name others.
    """

    def __init__(
        self,
        files: Callable[[], frozenset[Path]],
        changed: Callable[[frozenset[Path]], None],
    ) -> None:
        self._files, self._changed = files, changed
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hostkit-watch", daemon=True)

    def start(self) -> None:
        started(self._thread)

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        states = _states(self._files())
        while not self._stopped.is_set():
            states = self._look(states)

    def _look(self, states: dict[Path, object]) -> dict[Path, object]:
        """Looks until the folders to look at are others; gives how the files were then."""
        folders = _folders(states)
        for _ in self._times_to_look(folders):
            now = _states(frozenset(states))
            changed = frozenset(file for file, state in now.items() if state != states[file])
            if changed:
                self._changed(changed)
            states = {**_states(self._files()), **now}  # what is saved meanwhile is yet to be told
            if _folders(states) != folders:
                break
        return states

    def _times_to_look(self, folders: tuple[Path, ...]) -> Iterator[object]:
        """When something was saved in these folders, and now and then."""
        told_of = [folder for folder in folders if is_text(folder)]  # watchfiles takes no others
        with suppress(FileNotFoundError):  # one was removed just now
            if told_of:
                yield from watch(
                    *told_of,
                    stop_event=self._stopped,
                    step=STEP_MS,
                    debounce=AT_ONCE_MS,
                    recursive=False,
                    rust_timeout=LOOK_AGAIN_MS,
                    yield_on_timeout=True,
                    raise_interrupt=False,
                )
        while not self._stopped.wait(LOOK_AGAIN_MS / 1000):
            yield None


def _states(files: frozenset[Path]) -> dict[Path, object]:
    return {file: _state(file) for file in (file.absolute() for file in files)}


def _folders(files: Iterable[Path]) -> tuple[Path, ...]:
    """Where files are, or will be."""
    folders = {file if file.is_dir() else file.parent for file in files}
    return tuple(sorted(folder for folder in folders if folder.is_dir()))


def _state(file: Path) -> object:
    """What tells one content of a file from another; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
