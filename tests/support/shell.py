"""A real shell on a pseudo-terminal, in which somebody types and presses Tab."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from select import select

from needed import needed

TIMEOUT_SECONDS = 200  # of a machine that has much else to do
QUIET_SECONDS = 0.5

STUB = """\
#!/bin/sh
# As hostkit where the shell asks for names, or is told of them; else notes its arguments.
case "$_HOSTKIT_COMPLETE$1" in
    complete_*|--*-completion) exec "{python}" -m hostkit "$@" ;;
esac
[ $# = 0 ] || printf '%s\\n' "$@" > "{noted}.part" && mv "{noted}.part" "{noted}"
"""


class Shell:
    """`name` in `folder`, which is its home and holds the `hostkit` that it finds."""

    def __init__(self, name: str, folder: Path, environment: Mapping[str, str]) -> None:
        needed(shutil.which(name), f"the shell {name}", f"apt install {name}")
        self.name, self.folder = name, folder
        self._noted = folder / "noted"
        stub = folder / "bin" / "hostkit"
        stub.parent.mkdir(exist_ok=True)
        stub.write_text(STUB.format(python=sys.executable, noted=self._noted))
        stub.chmod(0o755)
        # Where this is missing, fish reads the manuals of all programs for ten seconds.
        (folder / ".local/share/fish/generated_completions").mkdir(parents=True, exist_ok=True)
        self._environment = {
            **environment,
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / ".config"),
            "XDG_DATA_HOME": str(folder / ".local" / "share"),
            "PATH": f"{stub.parent}:{environment['PATH']}",
            "TERM": "xterm",
        }
        for other in ("ZDOTDIR", "BASH_ENV", "ENV"):
            self._environment.pop(other, None)

    def type(self, line: str) -> list[str]:
        """Types a line into a new shell, and Enter; the arguments that hostkit was given.

        A Tab in a line is pressed, not pasted: the shell is waited for before and after it.
        """
        self._noted.unlink(missing_ok=True)
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execvpe(self.name, [self.name, "-i"], self._environment)
        try:
            _until_quiet(terminal)
            for part in line.replace("\t", "\0\t\0").split("\0"):
                os.write(terminal, part.encode())
                _until_quiet(terminal)
            os.write(terminal, b"\r")
            deadline = time.monotonic() + TIMEOUT_SECONDS
            while not self._noted.exists() and time.monotonic() < deadline:
                _until_quiet(terminal)
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(terminal)
        return self._noted.read_text().splitlines()

    def installs(self) -> None:
        """Types `hostkit --install-completion`, and sees that it says so."""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execvpe(
                self.name,
                [self.name, "-c", "hostkit --install-completion; true"],
                self._environment,
            )
        said = _until_quiet(terminal, 60 * QUIET_SECONDS)
        os.waitpid(child, 0)
        os.close(terminal)
        assert f"{self.name} completes hostkit by" in said, said


def _until_quiet(terminal: int, seconds: float = QUIET_SECONDS) -> str:
    """Reads until nothing has come for a while, or the other end is closed."""
    said = b""
    while select([terminal], [], [], seconds)[0]:
        try:
            data = os.read(terminal, 65_536)
        except OSError:  # Linux's word for the end
            break
        if not data:
            break
        said += data
    return said.decode(errors="replace")
