"""One job, one fresh process: progress out, killed when it hangs, named when it dies.

`run_isolated` is the only way anything that hosts a device is run, here or on another
machine: an executor is asked to call it, whichever executor it is.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any, Protocol, TypeVar

from hostkit.errors import DeviceCrashed, DeviceError, DeviceHung, HostkitError, WorkError
from hostkit.ground.process.interrupts import CODES
from hostkit.jobs.family import allow_files, end_family, lead_a_family, resident_bytes

Job = TypeVar("Job", contravariant=True)
Result = TypeVar("Result", covariant=True)

PRELOAD = [
    "hostkit.jobs.preload",
    "hostkit.render.track.printing",
    "hostkit.render.stem.stem",
    "hostkit.delivery.writing.files",
    "hostkit.delivery.certificate.sums",
    "hostkit.render.track.outputs",
    "hostkit.render.master.master",
    "hostkit.render.master.linear_part",
    "hostkit.render.master.residual",
    "hostkit.render.ducked",
    "hostkit.render.click",
]
"""What the process server imports, by name: nothing here depends on it."""
POLL_SECONDS = 0.2
REPORT_EVERY_SECONDS = 0.1
DEVICE_NAME_BYTES = 256
LOADING = "loading "
"""What the name of a device begins with while it is opened."""
LOADING_TIMES = 5
"""Opening a device may take so many times as long as anything else: it reads its samples."""
_STARTING = threading.Lock()


class Report(Protocol):
    """What a job says while it works; each call counts as progress."""

    def __call__(self, frames: int, *, at: str | None = None) -> None:
        """`frames` done so far; `at` names the device about to be called."""
        ...


class Task(Protocol[Job, Result]):
    """A module-level function that does one job."""

    def __call__(self, job: Job, report: Report) -> Result: ...


def unwatched(_frames: int) -> None:
    """For jobs of which nobody asks how far they are."""


@dataclass(frozen=True)
class Watch:
    """How a running job is looked after.

    `timeout_seconds` is the longest silence allowed, `cancelled` is asked between looks,
    `progress` is told the frames done. `memory_bytes` is the most that it may have in use
    (None: no limit; it is kept on Linux). `niceness` is how far it stands back where processors
    are scarce (POSIX: 0 not at all, 19 most).
    """

    timeout_seconds: float = 60.0
    cancelled: Callable[[], bool] = lambda: False
    progress: Callable[[int], None] = unwatched
    memory_bytes: int | None = None
    niceness: int = 0

    def limit_of(self, device: str) -> float:
        """The longest silence allowed while it is in `device`, in seconds.

        >>> Watch(60.0).limit_of("Kars"), Watch(60.0).limit_of("loading Kars")
        (60.0, 300.0)
        """
        return self.timeout_seconds * (LOADING_TIMES if device.startswith(LOADING) else 1)


class Cancelled(WorkError):
    """The run was cancelled before this job was done."""


def context() -> BaseContext:
    """How job processes are started: from a server that has the imports done already.

    Plain fork is not safe once a plug-in host's threads exist; where there is no fork
    (Windows), each process starts from nothing.
    """
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    chosen = multiprocessing.get_context("forkserver")
    chosen.set_forkserver_preload(PRELOAD)
    return chosen


def warm_up() -> None:
    """Starts the process server ahead of the first job, without waiting for it.

    This module imports little, so that a command can do this before it imports the rest.
    """
    if sys.platform != "win32":
        from multiprocessing import resource_tracker
        from multiprocessing.forkserver import ensure_running

        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # jobs are the parallelism here
        context()
        resource_tracker.ensure_running()  # it unblocks the signal, so it comes first
        # What the server starts with, it and all jobs keep: signals are for the parent alone.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, CODES)
        try:
            ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def run_isolated(task: Task[Job, Result], job: Job, watch: Watch) -> Result:
    """Runs `task(job, report)` in a process of its own and returns its result.

    Raises what the task raised if it is a HostkitError; DeviceCrashed when the process
    died, DeviceHung when it said nothing for `watch.timeout_seconds` (both name the device
    it was in); Cancelled when the watch said so. The process is gone in every case.
    """
    warm_up()  # the server hears of no signal, whoever is the first to need it
    receiver, sender = multiprocessing.Pipe(duplex=False)
    chosen = context()
    device = chosen.RawArray("c", DEVICE_NAME_BYTES)
    given = (task, job, watch.niceness, sender, device)
    process = chosen.Process(target=_work, args=given, daemon=True)  # type: ignore[attr-defined]  # typeshed has Process on the concrete contexts only
    with _without_main():
        process.start()
    sender.close()
    try:
        return _watch(process, receiver, device, watch)  # type: ignore[no-any-return]  # it came through a pipe
    finally:
        _end(process)
        receiver.close()


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Hides the script that was started while a job's process is.

    multiprocessing would run it again in every process; tasks lie in modules and need
    nothing of it. It takes five times as long as the rest of starting a job.
    """
    with _STARTING:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def _watch(process: BaseProcess, receiver: Connection, device: Any, watch: Watch) -> Any:
    heard = looked = time.monotonic()
    while True:
        if watch.cancelled():
            raise Cancelled("cancelled")
        if time.monotonic() - looked >= POLL_SECONDS:
            _check_memory(process, device, watch)
            looked = time.monotonic()
        try:
            if not receiver.poll(POLL_SECONDS):
                silent = time.monotonic() - heard
                if silent > watch.limit_of(_name(device)):
                    raise DeviceHung(
                        f"{_name(device)} made no progress for {silent:.0f} s and was stopped",
                        cure="remove it, or allow it longer with --timeout",
                    )
                continue
            kind, *content = receiver.recv()
        except (EOFError, ConnectionResetError):
            process.join()
            raise DeviceCrashed(
                f"{_name(device)} crashed ({_cause(process)}); the rest went on"
            ) from None
        heard = time.monotonic()
        if kind == "result":
            return content[0]
        if kind == "error":
            raise content[0]
        watch.progress(content[0])


def _check_memory(process: BaseProcess, device: Any, watch: Watch) -> None:
    used = resident_bytes(process.pid or 0) if watch.memory_bytes is not None else None
    if used is not None and watch.memory_bytes is not None and used > watch.memory_bytes:
        raise DeviceError(
            f"{_name(device)} used {used / 1e9:.1f} GB of memory, more than the "
            f"{watch.memory_bytes / 1e9:.1f} GB that a job may have, and was stopped",
            cure="render fewer at once with --jobs, or allow more with --memory-limit",
        )


def _name(device: Any) -> str:
    return bytes(device.value).decode(errors="replace") or "the start of the job"


def _cause(process: BaseProcess) -> str:
    code = process.exitcode or 0
    if code >= 0:
        return f"its process ended with code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


def _end(process: BaseProcess) -> None:
    if process.pid is not None:
        end_family(process.pid)
    if process.is_alive():
        process.kill()
    process.join()
    process.close()


def _work(task: Task[Any, Any], job: Any, niceness: int, sender: Connection, device: Any) -> None:
    """The job's side of the pipe. A closed pipe means nobody is waiting: stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where there is no server, as on Windows
    lead_a_family()
    allow_files()
    if sys.platform != "win32":
        os.nice(niceness)
    _silence_native_output()
    try:
        message = ("result", task(job, _Reporter(sender, device)))
    except HostkitError as error:
        message = ("error", error)
    except BrokenPipeError:
        return
    except Exception as error:  # whatever it is, it is told by name, not as a dead process
        message = ("error", WorkError(f"{type(error).__name__}: {error} (a fault in hostkit)"))
    with contextlib.suppress(BrokenPipeError):
        sender.send(message)
        sender.close()
    end_family(os.getpid())
    # Plug-ins may hang or crash while they are unloaded; the work is done.
    os._exit(0)


class _Reporter:
    """Sends progress no more often than anybody looks.

    The name of the device goes into shared memory, where it survives a crash and costs
    nothing to change between devices of a chain.
    """

    def __init__(self, sender: Connection, device: Any) -> None:
        self._sender, self._device = sender, device
        self._sent = 0.0

    def __call__(self, frames: int, *, at: str | None = None) -> None:
        if at is not None:
            self._device.value = at.encode(errors="replace")[: DEVICE_NAME_BYTES - 1]
        now = time.monotonic()
        if now - self._sent >= REPORT_EVERY_SECONDS:
            self._sender.send(("progress", frames))
            self._sent = now


def _silence_native_output() -> None:
    """Plug-ins print to the process's own outputs; that is not for our user's terminal."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
