"""Describing plug-in files, each in worker processes that may crash or hang."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any, TypeAlias

from hostkit.devices.description import PluginDescription
from hostkit.errors import WorkError
from hostkit.ground.process.threads import Threads, as_ended, started

WORKER = "hostkit.devices.plugins.scanning.describe"
"""The program of a worker, by name: what it imports stays in its process."""
TIMEOUT_SECONDS = 60.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Broken:
    """One plug-in of a file that cannot be had, and why."""

    name: str
    failure: str


@dataclass(frozen=True)
class Scanned:
    """What one file holds, or why that is not known.

    `failure` is about the file as a whole, `broken` about single plug-ins of several in it.
    `timeout_seconds` is how long each was waited for.
    """

    path: Path
    plugins: tuple[PluginDescription, ...] = ()
    failure: str = ""
    broken: tuple[Broken, ...] = ()
    timeout_seconds: float = TIMEOUT_SECONDS


class HostMissing(WorkError):
    """The library that hosts plug-ins cannot be loaded here; no plug-in is at fault."""


Scanner: TypeAlias = Callable[[Path, Event], Scanned]
"""Describes one file; ends soon after the event is set."""


def scan_file(path: Path, cancelled: Event, timeout_seconds: float = TIMEOUT_SECONDS) -> Scanned:
    """Loads a file's plug-ins in a fresh process and describes them. Never raises for them.

    After one that crashes or hangs for `timeout_seconds`, the next process goes on with those
    behind it. Raises HostMissing.
    """
    progress = _Progress()
    while True:
        ended = _run_worker(path, progress, cancelled, timeout_seconds)
        if cancelled.is_set():
            return Scanned(path, failure="was cancelled")
        if progress.done:
            break
        if progress.at is None:  # before any plug-in was asked for
            return Scanned(path, failure=ended, timeout_seconds=timeout_seconds)
        if not progress.is_described:
            progress.broken.append(Broken(progress.names[progress.at], ended))
        progress.first = progress.at + 1
        if progress.first >= len(progress.names):
            break
    return progress.scanned(path, timeout_seconds)


@dataclass
class _Progress:
    """What a file's workers have said so far; the next one begins at `first`."""

    names: list[str] = field(default_factory=list)
    plugins: list[PluginDescription] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    first: int = 0
    at: int | None = None
    is_described: bool = False
    failure: str = ""
    done: bool = False

    def hear(self, said: dict[str, Any]) -> None:
        """Raises HostMissing, and KeyError, TypeError, IndexError for what is no answer."""
        if "host" in said:
            raise HostMissing(
                f"plug-ins cannot be hosted here: pedalboard does not load: {said['host']}",
                cure="install what it names (on Debian, libatomic1 and libfreetype6), "
                "then try again",
            )
        if "names" in said:
            self.names = [str(name) for name in said["names"]]
        elif "at" in said:
            self.at = int(said["at"])
            self.is_described = False
        elif "plugin" in said:
            self.plugins.append(PluginDescription.from_json(said["plugin"]))
            self.is_described = True
        elif "heard" in said:
            whole = self.plugins.pop().as_json() | said["heard"]
            self.plugins.append(PluginDescription.from_json(whole))
        elif "refused" in said:
            self.broken.append(Broken(self.names[self.at or 0], str(said["refused"])))
        elif "file" in said:
            self.failure = str(said["file"])
            self.done = True
        elif "end" in said:
            self.done = True

    def scanned(self, path: Path, timeout_seconds: float) -> Scanned:
        failure, broken = self.failure, tuple(self.broken)
        if len(self.names) == 1 and broken:
            failure, broken = broken[0].failure, ()
        return Scanned(path, tuple(self.plugins), failure, broken, timeout_seconds)


def _run_worker(path: Path, progress: _Progress, cancelled: Event, timeout_seconds: float) -> str:
    """Runs one worker to its end, and gives what it died of."""
    progress.at = None
    worker = _started_worker(path, progress.first)
    assert worker.stdout is not None
    lines: queue.Queue[bytes] = queue.Queue()
    reader = started(Thread(target=_read_lines, args=(worker.stdout, lines), daemon=True))
    try:
        deadline = time.monotonic() + timeout_seconds
        while not cancelled.is_set():
            try:
                line = lines.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                if time.monotonic() > deadline:
                    return f"did not load within {timeout_seconds:g} s"
                continue
            if not line:
                break
            progress.hear(json.loads(line))
            deadline = time.monotonic() + timeout_seconds
        else:
            return "was cancelled"
        return f"crashed while loading ({_cause(worker.wait(timeout=timeout_seconds))})"
    except (ValueError, KeyError, TypeError, IndexError):
        return "answered what is no description"
    except subprocess.TimeoutExpired:
        return f"did not end within {timeout_seconds:g} s"
    finally:
        _kill(worker)
        reader.join()
        worker.stdout.close()


def _started_worker(path: Path, first: int) -> subprocess.Popen[bytes]:
    """A worker that describes a file's plug-ins from number `first` on, a line of JSON each."""
    return subprocess.Popen(
        [sys.executable, "-m", WORKER, str(path), str(first)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name == "posix",
    )


def _read_lines(stream: IO[bytes], lines: queue.Queue[bytes]) -> None:
    """Hands on every line, and an empty one at the end."""
    for line in stream:
        lines.put(line)
    lines.put(b"")


def _kill(worker: subprocess.Popen[bytes]) -> None:
    """Ends a worker, with whatever the plug-in started."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):  # nothing of it lives
            os.killpg(worker.pid, signal.SIGKILL)
    else:
        worker.kill()
    worker.wait()


def _cause(status: int) -> str:
    if status < 0:
        try:
            return signal.Signals(-status).name
        except ValueError:
            pass
    return f"exit status {status}"


def scan_files(
    paths: Iterable[Path],
    scanner: Scanner = scan_file,
    workers: int | None = None,
) -> Iterator[Scanned]:
    """Scan several at once; gives each as it is done. Closing it ends the workers."""
    cancelled = Event()
    with Threads(workers or os.cpu_count() or 1, "hostkit-scan") as pool:
        jobs = [pool.submit(scanner, path, cancelled) for path in paths]
        try:
            for job in as_ended(jobs):
                yield job.result()
        finally:
            cancelled.set()
            for job in jobs:
                job.cancel()
