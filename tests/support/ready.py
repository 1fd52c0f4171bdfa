"""A hostkit that has its imports done: each run is a fork of it.

A process that imports numpy and the plug-in host takes a second, and its server of jobs
another; hundreds of runs would spend their time on that. The fork leads a session of its own,
with the streams that it is given: on a terminal, signals, colours and sizes reach it as they
reach a command that was typed. What multiprocessing starts for it is a fork of it too.

How hostkit starts from nothing is tested where that matters, with processes of their own.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import traceback
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import forkserver, resource_tracker, util
from select import select
from typing import Any, NoReturn

import hostkit
from hostkit.__main__ import main

LATE = ("scipy.signal", "multiprocessing.popen_forkserver", "multiprocessing.sharedctypes")
"""What hostkit's modules import only where they use it, or a job for them."""
NOT_YET = ("hostkit.__main__", "hostkit.jobs.dask_executor", "hostkit.jobs.preload")
"""Those have effects, or take long and are hardly used."""
HOSTKIT = hostkit.__main__.__file__
OF_FORKS = {
    "OPENBLAS_NUM_THREADS": "1",  # no threads where there are forks
    # Large pages: a fork copies a list of all pages, which takes 20 ms of a processor otherwise.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "PYTHONMALLOC": "malloc",
}
REQUEST_BYTES = 131_072
NUMBER = struct.Struct("<q")


class Run:
    """A hostkit at work: its process, and its exit code when it has ended."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.process = self._number()

    def __del__(self) -> None:
        self._connection.close()  # where a test failed before the end was asked for

    def code(self, timeout_seconds: float | None = None) -> int:
        self._connection.settimeout(timeout_seconds)
        with self._connection:
            return self._number()

    def _number(self) -> int:
        return int(NUMBER.unpack(self._connection.recv(NUMBER.size, socket.MSG_WAITALL))[0])


class Ready:
    """The one that runs are forks of; it ends with the process that made it."""

    def __init__(self) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="ready-")
        self.address = f"{self._place.name}/socket"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.address)
            listener.listen()
            self._server = subprocess.Popen(
                [sys.executable, __file__, str(listener.fileno())],
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
                env={**os.environ, **OF_FORKS},
            )
        atexit.register(self.close)

    def close(self) -> None:
        if self._server.stdin is not None:
            self._server.stdin.close()
        self._server.wait()
        self._place.cleanup()

    def start(
        self,
        streams: Sequence[int],
        arguments: list[str],
        env: dict[str, str],
        folder: str,
        script: str = HOSTKIT,
    ) -> Run:
        """Starts `python -m hostkit ARGUMENTS` in a folder, with these standard streams.

        Or another script, which then has hostkit's imports done.
        """
        words = [script, *arguments]
        request = {"words": words, "env": env, "folder": folder}
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.address)
        socket.send_fds(connection, [json.dumps(request).encode()], streams)
        connection.shutdown(socket.SHUT_WR)
        return Run(connection)


def _serve(listener: socket.socket) -> None:
    """Returns in a fork that has to run a command."""
    _import_all()
    resource_tracker.ensure_running()  # one for all
    running: dict[int, tuple[int, socket.socket]] = {}
    while sys.stdin not in (ready := select([listener, sys.stdin, *running], [], [])[0]):
        for alive in running.keys() & set(ready):
            process, connection = running.pop(alive)
            _, status = os.waitpid(process, 0)
            os.close(alive)
            with connection, suppress(BrokenPipeError):
                connection.send(NUMBER.pack(os.waitstatus_to_exitcode(status)))
        if listener in ready:
            connection, _ = listener.accept()
            request, streams = _received(connection)
            alive, held = os.pipe()  # at its end the run has ended: it alone holds the other end
            process = os.fork()
            if process == 0:
                return _sit_down(streams, **request)
            for mine in (held, *streams):
                os.close(mine)
            connection.send(NUMBER.pack(process))
            running[alive] = process, connection
    sys.exit()


def _received(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    data, streams, _, _ = socket.recv_fds(connection, REQUEST_BYTES, 3)
    while more := connection.recv(REQUEST_BYTES):
        data += more
    return json.loads(data), streams


def _import_all() -> None:
    own = {module.name for module in pkgutil.walk_packages(hostkit.__path__, "hostkit.")}
    for name in (*sorted(own.difference(NOT_YET)), *LATE):
        importlib.import_module(name)
    gc.freeze()  # so that collecting in the forks does not copy it all


def _sit_down(streams: list[int], words: list[str], env: dict[str, str], folder: str) -> None:
    """In the fork: these streams, this folder, this command line."""
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    options: dict[str, Any] = {"closefd": False, "encoding": "utf-8"}
    sys.stdin, sys.stdout = os.fdopen(0, **options), os.fdopen(1, "w", **options)
    sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace", **options)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    sys.argv = words
    sys.orig_argv = [sys.executable, "-m", "hostkit", *words[1:]]
    util.spawnv_passfds = _fork_in_place_of


def _fork_in_place_of(_python: str, arguments: list[str], passed: list[int]) -> int:
    """What `python -c CODE` would be, with the imports done: multiprocessing's own servers."""
    process = os.fork()
    if process:
        return process
    kept = sorted({0, 1, 2, *passed})
    for before, after in zip(kept, [*kept[1:], os.sysconf("SC_OPEN_MAX")], strict=True):
        os.closerange(before + 1, after)
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    # Both know the servers of the process before; their functions are bound to these objects,
    # so they are made anew in place, which mypy takes for a mistake.
    forkserver._forkserver.__init__()  # type: ignore[misc]  # made anew in place, as said above
    resource_tracker._resource_tracker.__init__()  # type: ignore[misc]  # likewise
    try:
        exec(arguments[-1], {})
    finally:
        os._exit(0)


def _run() -> NoReturn:
    """Runs the script that was asked for, and leaves without taking all modules apart."""
    code = 1
    try:
        if sys.argv[0] == HOSTKIT or not sys.argv[0].endswith(".py"):  # as a shell found it
            main()
        else:
            runpy.run_path(sys.argv[0], run_name="__main__")
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    except BaseException:  # as Python does with what nobody caught
        traceback.print_exc()
    # Python waits for threads so at its own end, which _exit leaves out.
    threading._shutdown()  # type: ignore[attr-defined]  # typeshed leaves private functions out
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
    _run()
