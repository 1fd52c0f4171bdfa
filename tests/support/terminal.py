"""hostkit on a pseudo-terminal: what a person would see, at any size, while it works."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from select import select

import pyte
from commands import HOSTKIT, environment
from ready import Ready

TIMEOUT_SECONDS = 200  # of a machine that has much else to do
LINES = 50


@dataclass(frozen=True)
class Seen:
    """What a command left on its terminal: everything sent, and what the screen shows."""

    code: int
    sent: str
    screen: tuple[str, ...]
    column: int
    """Where the cursor stands."""

    @property
    def text(self) -> str:
        """The screen as one line: lines are folded between words."""
        return " ".join(self.screen)

    @property
    def cursor_is_back(self) -> bool:
        return self.sent.rfind("\x1b[?25h") >= self.sent.rfind("\x1b[?25l")


class Terminal:
    """A command on a terminal of `columns`; `sent` grows as it works.

    It runs in the folder of its cache: a fork of `ready`, or a process from its very start.
    """

    def __init__(
        self,
        arguments: Sequence[object],
        cache: Path,
        columns: int = 80,
        ready: Ready | None = None,
        **env: str,
    ) -> None:
        self._screen = pyte.HistoryScreen(columns, LINES, history=5_000)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = pty.openpty()
        self.sent = b""
        self._set_width(columns)
        variables = environment(cache, **{"TERM": "xterm-256color", **env})
        for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
            if name not in env:
                variables.pop(name, None)
        words = [str(argument) for argument in arguments]
        cache.mkdir(exist_ok=True)
        if ready is not None:
            run = ready.start([slave] * 3, words, variables, str(cache.parent))
            self.process, self._code = run.process, run.code
        else:
            started = subprocess.Popen(
                [*HOSTKIT, *words],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=variables,
                cwd=cache.parent,
                start_new_session=True,
                preexec_fn=_take_the_terminal,
            )
            self.process, self._code = started.pid, started.wait
        os.close(slave)

    def resize(self, columns: int) -> None:
        """Gives the window another width, as a hand on its corner does.

        The command waits meanwhile: what it sent before was for the width before.
        """
        os.kill(self.process, signal.SIGSTOP)
        self.wait(0.1)
        self._set_width(columns)
        os.kill(self.process, signal.SIGCONT)

    def _set_width(self, columns: int) -> None:
        size = struct.pack("HHHH", LINES, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)
        self._screen.resize(LINES, columns)

    def until(self, seen: Callable[[str], bool]) -> str:
        """Reads on until what was sent satisfies; fails if the command ends before."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not seen(self.sent.decode(errors="replace")):
            assert self._read(deadline), self.sent.decode(errors="replace")
        return self.sent.decode(errors="replace")

    def wait(self, seconds: float) -> None:
        """Lets it work for a while."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            if select([self._master], [], [], left)[0]:
                self._read(ends + TIMEOUT_SECONDS)

    def press_ctrl_c(self) -> None:
        os.write(self._master, b"\x03")

    def terminate(self) -> None:
        os.kill(self.process, signal.SIGTERM)

    def close(self) -> int:
        """Closes the window; the exit code."""
        os.close(self._master)
        return self._code()

    def ended(self) -> Seen:
        """Reads to the end. No command may ever show a traceback, so that is looked at here."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while self._read(deadline):
            pass
        code = self._code()
        os.close(self._master)
        sent = self.sent.decode(errors="replace")
        assert "Traceback" not in sent, sent
        past = ["".join(row[x].data for x in sorted(row)) for row in self._screen.history.top]
        screen = [line.rstrip() for line in (*past, *self._screen.display)]
        while screen and not screen[-1]:
            screen.pop()
        return Seen(code, sent, tuple(screen), self._screen.cursor.x)

    def _read(self, deadline: float) -> bool:
        left = deadline - time.monotonic()
        assert left > 0, f"it goes on: {self.sent.decode(errors='replace')}"
        if not select([self._master], [], [], left)[0]:
            return True
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # the other end is closed: Linux says EIO
            return False
        self.sent += data
        self._stream.feed(data)
        return bool(data)


def _take_the_terminal() -> None:
    """In the child: its standard input becomes the terminal that Ctrl-C comes from."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background job would ignore it


def on_terminal(
    *arguments: object, cache: Path, columns: int = 80, ready: Ready | None = None, **env: str
) -> Seen:
    """Runs `hostkit ARGUMENTS` to its end."""
    return Terminal(arguments, cache, columns, ready, **env).ended()
