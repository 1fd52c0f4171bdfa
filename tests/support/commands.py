"""Running hostkit as a user does: another process, its exit code, its output.

`hostkit` is a fork of one that has its imports done (`ready`), so that hundreds of runs do not
import the same. `HOSTKIT` is the command line for a process from its very start.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ready import HOSTKIT as SCRIPT
from ready import Ready

HOSTKIT = [sys.executable, "-m", "hostkit"]
TIMEOUT_SECONDS = 240
"""For what hangs: a machine that has much else to do may take ten times as long as usual."""
WAIT_SECONDS = 60


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def environment(cache: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "HOSTKIT_CACHE": str(cache), **more}


@cache
def ready() -> Ready:
    """The one that all tests of this process share."""
    return Ready()


def in_small_disk(folder: Path, command: list[str]) -> list[str]:
    """The command with a file system of 1 MB for itself in `folder` (Linux)."""
    mount = 'mount -t tmpfs -o size=1m tmpfs "$1" && shift && exec "$@"'
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    return [*alone, "sh", "-c", mount, "sh", str(folder), *command]


def read_only(folder: Path, command: list[str]) -> list[str]:
    """The command where nothing can be written below `folder` (Linux)."""
    mount = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    return [*alone, "sh", "-c", mount, "sh", str(folder), *command]


def hostkit(
    *arguments: object,
    cache: Path,
    limit_kb: int | None = None,
    small_disk: Path | None = None,
    sealed: Path | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
    **env: str,
) -> Ran:
    """Runs `hostkit ARGUMENTS`; `limit_kb` bounds the size of any file it writes.

    `small_disk` is a folder that holds 1 MB while it runs (`in_small_disk`), `sealed` one
    that cannot be written to (`read_only`).

    No command may ever show a traceback, so that is looked at here, every time.
    """
    words, variables = list(map(str, arguments)), environment(cache, **env)
    around: list[str] = []
    if limit_kb is not None:
        blocks = limit_kb * 2  # of 512 bytes, as POSIX counts them
        around = ["sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh"]
    if small_disk is not None:
        around = in_small_disk(small_disk, around)
    if sealed is not None:
        around = read_only(sealed, around)
    command = [*around, *HOSTKIT, *words]
    ran = (
        _started(command, variables, timeout_seconds)
        if around
        else _forked(words, variables, timeout_seconds)
    )
    assert "Traceback" not in ran.err, ran.err
    assert "a fault in hostkit" not in ran.err, ran.err
    return ran


def _started(command: list[str], variables: dict[str, str], timeout_seconds: float) -> Ran:
    """By a process from its very start."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
        env=variables,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def run_script(script: Path, *arguments: object, timeout_seconds: float = TIMEOUT_SECONDS) -> Ran:
    """A Python script in a process that has done nothing yet but hostkit's imports."""
    return _forked(list(map(str, arguments)), dict(os.environ), timeout_seconds, str(script))


def _forked(
    words: list[str], variables: dict[str, str], timeout_seconds: float, script: str = SCRIPT
) -> Ran:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with Path(os.devnull).open() as nothing:
            streams = [stream.fileno() for stream in (nothing, out, err)]
            run = ready().start(streams, words, variables, str(Path.cwd()), script)
        try:
            code = run.code(timeout_seconds)
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.killpg(run.process, signal.SIGKILL)
            raise
        for stream in (out, err):
            stream.seek(0)
        return Ran(code, out.read().decode(), err.read().decode())


def wait_for_the_end_of(session: int) -> None:
    """Nothing is left of what a process started, which leads a session of its own."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        listing = subprocess.run(
            ["ps", "-eo", "sid,stat"], capture_output=True, text=True, check=True
        )
        rows = [row.split() for row in listing.stdout.splitlines()[1:]]
        if not any(int(sid) == session and not stat.startswith("Z") for sid, stat in rows):
            return
        time.sleep(0.1)
    raise AssertionError("processes of a dead render go on")


def sums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its path in it."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
