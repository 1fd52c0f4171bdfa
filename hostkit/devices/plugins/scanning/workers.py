"""The processes of a scan: each file is described in one of its own, which may crash or hang.

What a process has to import takes longer than most plug-ins do. So a worker imports it once, and
forks for each file that it is asked about. Where that is not known to be safe, or there is no
fork, it describes one file, and ends.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import IO, Any

from hostkit.ground.process.threads import started

WORKER = "hostkit.devices.plugins.scanning.describe"
"""The program of a worker, by name: what it imports stays in its process."""


class Worker:
    """One process; `over` when it can be asked no more."""

    def __init__(self) -> None:
        self.over = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
        )
        assert self._process.stdout is not None
        self._lines: queue.Queue[bytes] = queue.Queue()
        reader = Thread(target=_read_lines, args=(self._process.stdout, self._lines), daemon=True)
        self._reader = started(reader)

    def ask(self, path: Path, first: int) -> None:
        """Has it describe a file's plug-ins from number `first` on."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # that it is over is read
            self._process.stdin.write(json.dumps([str(path), first]).encode() + b"\n")
            self._process.stdin.flush()

    def said(self, seconds: float) -> dict[str, Any]:
        """The next thing that it says; `ended` is the exit status of what described the file.

        Raises Empty when it says nothing for so long.
        """
        line = self._lines.get(timeout=seconds)
        if not line:
            self.over = True
            return {"ended": self._process.wait()}
        try:
            return dict(json.loads(line))
        except (ValueError, TypeError):  # what it was saying when it died
            return {}

    def end(self) -> None:
        """Ends it, with whatever the plug-ins started."""
        self.over = True
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):  # nothing of it lives
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with suppress(BrokenPipeError):
                    stream.close()


class Workers:
    """As many workers as are in use at a time; at the end of the context all are ended."""

    def __init__(self) -> None:
        self._idle: list[Worker] = []
        self._lock = Lock()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        while self._idle:
            self._idle.pop().end()

    def take(self) -> Worker:
        """One that nobody else asks; give it back with `give`."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return Worker()

    def give(self, worker: Worker) -> None:
        if worker.over:
            worker.end()
            return
        with self._lock:
            self._idle.append(worker)


def _read_lines(stream: IO[bytes], lines: queue.Queue[bytes]) -> None:
    """Hands on every line, and an empty one at the end."""
    for line in stream:
        lines.put(line)
    lines.put(b"")


def cause_of(status: int) -> str:
    """What a process died of, by its exit status: the signal's name, where it was one."""
    if status < 0:
        try:
            return signal.Signals(-status).name
        except ValueError:
            pass
    return f"exit status {status}"
