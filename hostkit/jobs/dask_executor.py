"""Jobs on a Dask cluster: the same processes, on other machines, over a shared store.

A Dask worker only starts jobs and waits: each runs in a process of its own
(`run_isolated`), so a plug-in that crashes takes down neither the worker nor its other
jobs. The store of prints and the output folder lie where every worker sees them under
the same path. A worker that dies is replaced: its jobs start again elsewhere.

Dask runs what it is sent. Use a scheduler only on a network whose members you trust.
"""

from __future__ import annotations

import logging
import multiprocessing
import re
import secrets
import socket
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from hostkit import __version__
from hostkit.errors import HostkitError, RequestError, WorkError
from hostkit.ground.installed import install_line
from hostkit.ground.process.threads import Promise
from hostkit.jobs.isolate import Cancelled, Task, Watch, run_isolated, unwatched

try:
    import distributed
except ImportError:
    raise RequestError(
        "Dask is not installed", cure=f"install it with: {install_line('dask')}"
    ) from None

Job = TypeVar("Job")
Result = TypeVar("Result")

CONNECT_SECONDS = 5
ASK_EVERY_SECONDS = 1.0
"""How often a running job asks the scheduler whether it is still wanted, and reports."""


_ADDRESS = re.compile(r"(?P<how>tcp|tls)://(?P<host>[^/\s:]+|\[[0-9a-fA-F:]+\]):(?P<port>\d{1,5})")
_LARGEST_GREETING = 1_000_000


def check_address(address: str) -> None:
    """That a Dask scheduler speaks at an address. Raises RequestError.

    A scheduler sends its greeting at once, behind its length as 8 bytes; Dask itself waits
    for ever for one from a server that says nothing, or something else.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found["port"]) < 65536:
        raise RequestError(
            f"{address[:80]!r} is no address of a Dask scheduler",
            cure="write it as tcp://host:8786",
        )
    if found["how"] == "tls":
        return  # there the one who asks speaks first
    place = (found["host"].strip("[]"), int(found["port"]))
    try:
        with socket.create_connection(place, CONNECT_SECONDS) as line:
            line.settimeout(CONNECT_SECONDS)
            greeting = line.recv(8, socket.MSG_WAITALL)
    except TimeoutError:
        greeting = b""
    except OSError as error:
        raise RequestError(
            f"no Dask scheduler answers at {address} ({error.strerror or error})",
            cure="start one with: dask scheduler",
        ) from None
    if not 0 < int.from_bytes(greeting, "little") < _LARGEST_GREETING:
        raise RequestError(
            f"what answers at {address} is no Dask scheduler",
            cure="check host and port (a scheduler's is 8786 unless told otherwise)",
        )


class DaskExecutor:
    """Runs jobs on the workers of the scheduler at `address`; a context manager.

    Every worker must see the folder `shared` (the store of prints) and have this version
    of hostkit: RequestError otherwise, and when no scheduler answers.
    """

    def __init__(self, address: str, shared: Path, timeout_seconds: float = 60.0) -> None:
        self._timeout_seconds = timeout_seconds
        self._run = secrets.token_hex(8)
        self._listeners: dict[str, Callable[[int], None]] = {}
        self._futures: dict[str, Any] = {}
        check_address(address)
        for name in ("distributed", "distributed.client"):  # what matters of it is told here
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._address, self._cancelled = address, False
        try:
            self._client = distributed.Client(
                address, timeout=CONNECT_SECONDS, set_as_default=False, name="hostkit"
            )
        except (OSError, ValueError, TimeoutError) as error:
            raise RequestError(
                f"no Dask scheduler answers at {address} ({error})",
                cure="start one with: dask scheduler",
            ) from None
        try:
            self.workers = self._check_workers(address, shared)
        except BaseException:
            self._client.close()
            raise
        self._client.subscribe_topic(self._topic, self._hear)

    @property
    def _topic(self) -> str:
        return f"hostkit-{self._run}"

    def submit(
        self, task: Task[Job, Result], job: Job, progress: Callable[[int], None] = unwatched
    ) -> Promise[Result]:
        """The promise of `task`'s result; `progress` is told about once a second."""
        key = f"hostkit-{self._run}-{secrets.token_hex(8)}"
        self._listeners[key] = progress
        promise: Promise[Result] = Promise()
        promise.set_running_or_notify_cancel()
        remote = self._client.submit(
            run_job, task, job, self._timeout_seconds, self._topic, key, key=key, pure=False
        )
        self._futures[key] = remote  # Dask forgets what nobody holds
        remote.add_done_callback(lambda done: self._settle(key, done, promise))
        return promise

    def submit_beside(
        self, task: Task[Job, Result], job: Job, progress: Callable[[int], None]
    ) -> None:
        """Nothing: what one machine writes, another sees late."""
        del task, job, progress

    @property
    def idle(self) -> int:
        """None, for the same reason."""
        return 0

    def cancel(self) -> None:
        """Cancels: waiting jobs never start, running ones end within a second or two."""
        self._cancelled = True
        try:
            distributed.Event(self._topic, client=self._client).set()
            self._client.cancel(list(self._futures.values()), force=True)
        except (OSError, TimeoutError):  # CommClosedError is an OSError
            return  # the scheduler is gone, and what it held with it

    def _settle(self, key: str, done: Any, promise: Promise[Any]) -> None:
        """Passes on what became of a job; called from a thread of Dask's."""
        self._listeners.pop(key, None)
        self._futures.pop(key, None)
        if done.status == "cancelled":
            promise.set_exception(Cancelled("cancelled") if self._cancelled else self._gone())
            return
        try:
            promise.set_result(done.result(timeout=CONNECT_SECONDS))
        except HostkitError as error:
            promise.set_exception(error)
        except distributed.KilledWorker as error:
            promise.set_exception(
                WorkError(f"several Dask workers died while they did this job: {error}")
            )
        except Exception as error:  # whatever the cluster says is told, not lost in a thread
            promise.set_exception(WorkError(f"Dask: {type(error).__name__}: {error}"))

    def _gone(self) -> WorkError:
        return WorkError(
            f"the Dask scheduler at {self._address} is gone",
            cure="what was finished is kept: start it again with its workers, "
            "and repeat the command",
        )

    def _hear(self, event: tuple[float, Any]) -> None:
        _, (key, frames) = event
        if listener := self._listeners.get(key):
            listener(frames)

    def _check_workers(self, address: str, shared: Path) -> int:
        """The number of jobs at once. Raises RequestError where a worker cannot help."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise RequestError(
                f"the Dask scheduler at {address} has no workers",
                cure=f"start some with: dask worker {address}",
            )
        shared.mkdir(parents=True, exist_ok=True)
        marker = shared / f".seen-{self._run}"
        marker.touch()
        try:
            answers: dict[str, tuple[bool, str]] = self._client.run(look, marker)
        except Exception as error:  # a worker without hostkit cannot even read the question
            raise RequestError(
                f"a Dask worker cannot run hostkit {__version__} ({error})", cure="install it there"
            ) from None
        finally:
            marker.unlink()
        for worker, (sees, version) in sorted(answers.items()):
            if version != __version__:
                raise RequestError(
                    f"the worker {worker} has hostkit {version}, here is {__version__}",
                    cure="install the same version everywhere",
                )
            if not sees:
                raise RequestError(
                    f"the worker {worker} does not see {shared}",
                    cure=(
                        "put the store on a disk that "
                        "all machines share, under the same path, and name it with HOSTKIT_CACHE"
                    ),
                )
        return sum(int(worker["nthreads"]) for worker in workers.values())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self.cancel()
        self._client.close()


def look(marker: Path) -> tuple[bool, str]:
    """Whether this worker sees a file, and its version of hostkit."""
    return marker.exists(), __version__


def run_job(task: Task[Any, Any], job: Any, timeout_seconds: float, topic: str, key: str) -> Any:
    """What a Dask worker does: one job in a process of its own, watched from here."""
    # A worker under Dask's nanny is a daemon, and daemons may not start processes. Ours end
    # with their job, or with the pipe to this worker, so none is left behind.
    multiprocessing.current_process().daemon = False
    worker = distributed.get_worker()
    cancel = distributed.Event(topic, client=worker.client)
    asked = reported = time.monotonic()

    def cancelled() -> bool:
        nonlocal asked
        if time.monotonic() - asked < ASK_EVERY_SECONDS:
            return False
        asked = time.monotonic()
        return bool(cancel.is_set())

    def progress(frames: int) -> None:
        nonlocal reported
        if time.monotonic() - reported >= ASK_EVERY_SECONDS:
            reported = time.monotonic()
            worker.log_event(topic, (key, frames))

    return run_isolated(task, job, Watch(timeout_seconds, cancelled, progress))
