"""Describing plug-in files, each in a worker process that may crash or hang."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TypeAlias

from hostkit.plugins.description import PluginDescription

TIMEOUT_SECONDS = 60.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Scanned:
    """What one file holds, or why that is not known."""

    path: Path
    plugins: tuple[PluginDescription, ...] = ()
    failure: str = ""


Scanner: TypeAlias = Callable[[Path, Event], Scanned]
"""Describes one file; gives up soon after the event is set."""


def scan_file(path: Path, given_up: Event, timeout_seconds: float = TIMEOUT_SECONDS) -> Scanned:
    """Load a file's plug-ins in a fresh process and describe them. Never raises for them."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "hostkit.plugins.describe", str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name == "posix",
    )
    try:
        answer = _answer(worker, given_up, timeout_seconds)
    finally:
        if worker.returncode is None:
            _kill(worker)
    if given_up.is_set():
        return Scanned(path, failure="was given up")
    if answer is None:
        return Scanned(path, failure=f"did not load within {timeout_seconds:g} s")
    return _read(path, answer, worker.returncode)


def _answer(
    worker: subprocess.Popen[bytes], given_up: Event, timeout_seconds: float
) -> bytes | None:
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline and not given_up.is_set():
        try:
            return worker.communicate(timeout=_POLL_SECONDS)[0]
        except subprocess.TimeoutExpired:
            continue
    return None


def _kill(worker: subprocess.Popen[bytes]) -> None:
    """End a worker that lives, with whatever the plug-in started."""
    if os.name == "posix":
        os.killpg(worker.pid, signal.SIGKILL)
    else:
        worker.kill()
    worker.communicate()


def _read(path: Path, answer: bytes, status: int) -> Scanned:
    try:
        found = json.loads(answer)
        if isinstance(found, dict):
            return Scanned(path, failure=str(found["error"]))
        return Scanned(path, tuple(PluginDescription.from_json(plugin) for plugin in found))
    except (ValueError, KeyError, TypeError):
        return Scanned(path, failure=f"crashed while loading ({_cause(status)})")


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
    given_up = Event()
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        jobs = [pool.submit(scanner, path, given_up) for path in paths]
        try:
            for job in as_completed(jobs):
                yield job.result()
        finally:
            given_up.set()
            for job in jobs:
                job.cancel()
