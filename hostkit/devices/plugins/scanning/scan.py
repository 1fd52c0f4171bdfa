"""Describing plug-in files, each in worker processes that may crash or hang."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any, TypeAlias

from hostkit.devices.description import PluginDescription
from hostkit.devices.plugins.scanning.folders import manifest_bytes
from hostkit.devices.plugins.scanning.workers import Worker, Workers, cause_of
from hostkit.errors import WorkError
from hostkit.ground.process.threads import Threads, as_ended

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


def scan_file(
    path: Path,
    cancelled: Event,
    timeout_seconds: float = TIMEOUT_SECONDS,
    workers: Workers | None = None,
) -> Scanned:
    """Loads a file's plug-ins in a fresh process and describes them. Never raises for them.

    After one that crashes or hangs for `timeout_seconds`, the next process goes on with those
    behind it. Without `workers` it has one of its own. Raises HostMissing.
    """
    if workers is None:
        with Workers() as own:
            return scan_file(path, cancelled, timeout_seconds, own)
    progress = _Progress()
    while True:
        worker = workers.take()
        try:
            ended = _describe(worker, path, progress, cancelled, timeout_seconds)
        except BaseException:
            worker.end()
            raise
        workers.give(worker)
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


def _describe(
    worker: Worker, path: Path, progress: _Progress, cancelled: Event, timeout_seconds: float
) -> str:
    """Asks a worker for what is still to be known of a file, and gives what that ended with."""
    progress.at = None
    worker.ask(path, progress.first)
    deadline = time.monotonic() + timeout_seconds
    while not cancelled.is_set():
        try:
            said = worker.said(_POLL_SECONDS)
        except queue.Empty:
            if time.monotonic() > deadline:
                worker.end()
                return f"did not load within {timeout_seconds:g} s"
            continue
        if "ended" in said:
            return f"crashed while loading ({cause_of(said['ended'])})"
        try:
            progress.hear(said)
        except (ValueError, KeyError, TypeError, IndexError):
            worker.end()
            return "answered what is no description"
        deadline = time.monotonic() + timeout_seconds
    worker.end()
    return "was cancelled"


def scan_files(
    paths: Iterable[Path],
    scanner: Scanner | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Iterator[Scanned]:
    """Scan several at once; gives each as it is done. Closing it ends the workers.

    One more than there are cores, as an instrument that is silent is waited for by the clock; those
    with the most to tell are begun first.
    """
    cancelled = Event()
    with Workers() as workers, Threads((os.cpu_count() or 1) + 1, "hostkit-scan") as pool:
        scan = scanner or partial(scan_file, timeout_seconds=timeout_seconds, workers=workers)
        ordered = sorted(paths, key=manifest_bytes, reverse=True)
        jobs = [pool.submit(scan, path, cancelled) for path in ordered]
        try:
            for job in as_ended(jobs):
                yield job.result()
        finally:
            cancelled.set()
            for job in jobs:
                job.cancel()
