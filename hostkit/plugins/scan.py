"""Describing plug-in files, each in a worker process that may crash or hang."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from hostkit.plugins.description import PluginDescription

TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class Scanned:
    """What one file holds, or why that is not known."""

    path: Path
    plugins: tuple[PluginDescription, ...] = ()
    failure: str = ""


Scanner: TypeAlias = Callable[[Path], Scanned]


def scan_file(path: Path, timeout_seconds: float = TIMEOUT_SECONDS) -> Scanned:
    """Load a file's plug-ins in a fresh process and describe them. Never raises for them."""
    command = [sys.executable, "-m", "hostkit.plugins.describe", str(path)]
    worker = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name == "posix",
    )
    try:
        answer, _ = worker.communicate(timeout=timeout_seconds)
    except subprocess.TimeoutExpired:
        return Scanned(path, failure=f"did not load within {timeout_seconds:g} s")
    finally:
        if worker.returncode is None:
            _kill(worker)
    return _read(path, answer, worker.returncode)


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
    """Scan several at once; gives each as it is done."""
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        jobs = [pool.submit(scanner, path) for path in paths]
        try:
            for job in as_completed(jobs):
                yield job.result()
        finally:
            for job in jobs:
                job.cancel()
