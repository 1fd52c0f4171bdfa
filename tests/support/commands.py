"""Running hostkit as a user does: another process, its exit code, its output."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOSTKIT = [sys.executable, "-m", "hostkit"]
TIMEOUT_SECONDS = 120


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
    **env: str,
) -> Ran:
    """Runs `hostkit ARGUMENTS`; `limit_kb` bounds the size of any file it writes.

    `small_disk` is a folder that holds 1 MB while it runs (`in_small_disk`), `sealed` one
    that cannot be written to (`read_only`).

    No command may ever show a traceback, so that is looked at here, every time.
    """
    command = [*HOSTKIT, *map(str, arguments)]
    if limit_kb is not None:
        blocks = limit_kb * 2  # of 512 bytes, as POSIX counts them
        command = ["sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh", *command]
    if small_disk is not None:
        command = in_small_disk(small_disk, command)
    if sealed is not None:
        command = read_only(sealed, command)
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        env=environment(cache, **env),
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "a fault in hostkit" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def wait_for_the_end_of(session: int) -> None:
    """Nothing is left of what a process started, which leads a session of its own."""
    deadline = time.monotonic() + 20
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
