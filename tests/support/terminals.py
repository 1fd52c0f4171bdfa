"""Running hostkit on a pseudo-terminal, as a person does."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from dataclasses import dataclass
from pathlib import Path

from commands import HOSTKIT, environment


@dataclass(frozen=True)
class Seen:
    """What a command wrote to its terminal, and how it ended."""

    code: int
    text: str


def on_a_terminal(
    *arguments: object, cache: Path, columns: int = 80, seconds: float = 120, **env: str
) -> Seen:
    """Runs `hostkit ARGUMENTS` with a terminal of `columns` by 24 as its three streams."""
    here, there = pty.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    running = subprocess.Popen(
        [*HOSTKIT, *map(str, arguments)],
        stdin=there,
        stdout=there,
        stderr=there,
        env={**environment(cache), "TERM": "xterm-256color", **env},
        start_new_session=True,
    )
    os.close(there)
    written = b""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if select.select([here], [], [], 0.2)[0]:
            try:
                part = os.read(here, 65536)
            except OSError:  # the other end is closed (Linux)
                break
            if not part:
                break
            written += part
    os.close(here)
    return Seen(running.wait(timeout=10), written.decode("utf-8", "replace"))
