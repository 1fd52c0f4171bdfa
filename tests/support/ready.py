"""A hostkit that has its imports done: each run is a fork of it, on a terminal of its own.

A process that imports numpy and the plug-in host takes a second; a table of many runs would
spend its time on that. The fork leads a session of its own, with the terminal as its standard
streams, so signals, colours and sizes reach it as they reach a command that was typed.
"""

from __future__ import annotations

import fcntl
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import termios
from typing import Any

from hostkit.__main__ import main

LOADED = (
    "hostkit.cli.rendering",
    "hostkit.cli.standing",
    "hostkit.cli.show.summary",
    "hostkit.audition.studio",
    "hostkit.audition.files",
    "hostkit.audition.verify",
    "hostkit.delivery.ducking.bundle",
    "hostkit.delivery.certificate.verify",
    "scipy.signal",
)
REQUEST_BYTES = 65_536


class Ready:
    """The server's other end: starts runs, one after the other, and tells their exit codes."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        self._server = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()]
        )
        theirs.close()

    def start(self, terminal: int, arguments: list[str], env: dict[str, str], folder: str) -> int:
        """Starts `hostkit ARGUMENTS` in a folder on a terminal; returns the process."""
        request = json.dumps({"arguments": arguments, "env": env, "folder": folder})
        socket.send_fds(self._socket, [request.encode()], [terminal])
        return int(self._socket.recv(REQUEST_BYTES))

    def code(self) -> int:
        """Waits for the end of what was started last."""
        return int(self._socket.recv(REQUEST_BYTES))

    def close(self) -> None:
        self._socket.close()
        self._server.wait()


def _serve(requests: socket.socket) -> None:
    """Returns at the end of the requests, and in a fork that has to run a command."""
    for name in LOADED:
        importlib.import_module(name)
    while True:
        data, terminals, _, _ = socket.recv_fds(requests, REQUEST_BYTES, 1)
        if not data:
            sys.exit()
        process = os.fork()
        if process == 0:
            requests.close()
            _sit_down(terminals[0], **json.loads(data))
            return
        os.close(terminals[0])
        requests.send(str(process).encode())
        _, status = os.waitpid(process, 0)
        requests.send(str(os.waitstatus_to_exitcode(status)).encode())


def _sit_down(terminal: int, arguments: list[str], env: dict[str, str], folder: str) -> None:
    """In the fork: this terminal, this folder, this command line."""
    os.setsid()
    for stream in range(3):
        os.dup2(terminal, stream)
    os.close(terminal)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    options: dict[str, Any] = {"closefd": False, "encoding": "utf-8"}
    sys.stdin, sys.stdout = os.fdopen(0, **options), os.fdopen(1, "w", **options)
    sys.stderr = os.fdopen(2, "w", errors="backslashreplace", **options)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    sys.argv = ["hostkit", *arguments]


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
    main()
