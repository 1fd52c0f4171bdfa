"""Where jobs run: an executor takes a task and a job and promises a result."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from hostkit.ground.process.interrupts import uninterrupted
from hostkit.ground.process.threads import Promise, Threads
from hostkit.jobs.family import fair_share_bytes
from hostkit.jobs.isolate import Cancelled, Task, Watch, run_isolated, unwatched, warm_up
from hostkit.jobs.job import Job as NodeJob

Job = TypeVar("Job")
Result = TypeVar("Result")


class Executor(Protocol):
    """Runs each job in a fresh process somewhere (`hostkit.jobs.isolate`)."""

    def submit(
        self, task: Task[Job, Result], job: Job, progress: Callable[[int], None] = unwatched
    ) -> Future[Result]:
        """The promise of `task`'s result; `progress` is told frames from another thread."""
        ...

    def submit_beside(
        self, task: Task[Job, Result], job: Job, progress: Callable[[int], None]
    ) -> Future[Result] | None:
        """Starts a job that follows others at once, beside those submitted: it mostly waits.

        None where it could not read what they write, or there are enough of its kind.
        """
        ...

    def cancel(self) -> None:
        """Cancels: running jobs are killed, waiting ones never start."""
        ...

    @property
    def idle(self) -> int:
        """How many jobs more would start at once, beside those submitted, on this machine."""
        ...


class LocalExecutor:
    """As many processes at once as `workers`, on this machine.

    Each may use `memory_bytes`, by default the machine's memory over the workers, and what its
    samples are known to take. Where more than one may run, as many again may follow them. With a
    `niceness` (`Watch`) they stand back for what somebody waits for.
    """

    def __init__(
        self,
        workers: int,
        timeout_seconds: float = 60.0,
        memory_bytes: int | None = None,
        *,
        niceness: int = 0,
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._niceness = niceness
        self._memory_bytes = memory_bytes
        self._share_bytes = fair_share_bytes(workers)
        self._cancelled = threading.Event()
        self._workers = workers
        self._unfinished: set[Future[Any]] = set()
        self._following: set[Future[Any]] = set()
        self._pool = Threads(workers, "hostkit-job")
        self._beside = Threads(workers, "hostkit-beside")
        warm_up()

    def submit(
        self, task: Task[Job, Result], job: Job, progress: Callable[[int], None] = unwatched
    ) -> Promise[Result]:
        return self._submit(self._pool, self._unfinished, task, job, progress)

    def submit_beside(
        self, task: Task[Job, Result], job: Job, progress: Callable[[int], None]
    ) -> Promise[Result] | None:
        if self._workers == 1 or len(self._following) == self._workers:
            return None
        return self._submit(self._beside, self._following, task, job, progress)

    def _submit(
        self,
        pool: Threads,
        unfinished: set[Future[Any]],
        task: Task[Job, Result],
        job: Job,
        progress: Callable[[int], None],
    ) -> Promise[Result]:
        allowed = self._memory_bytes
        if allowed is None and self._share_bytes is not None:
            allowed = self._share_bytes + (job.memory_bytes if isinstance(job, NodeJob) else 0)
        watch = Watch(
            self._timeout_seconds, self._cancelled.is_set, progress, allowed, self._niceness
        )
        try:
            future = pool.submit(_run, task, job, watch)
        except RuntimeError:  # the pool is shut down
            raise Cancelled("cancelled") from None
        unfinished.add(future)
        future.add_done_callback(unfinished.discard)
        return future

    @property
    def idle(self) -> int:
        return max(0, self._workers - len(self._unfinished))

    def cancel(self) -> None:
        # Waiting jobs are not taken from the pool but end at once, as Cancelled: whoever
        # waits for a future that a pool has dropped waits for ever.
        with uninterrupted():
            self._cancelled.set()
            self._shut_down()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self._shut_down()
        else:
            self.cancel()

    def _shut_down(self) -> None:
        for pool in (self._pool, self._beside):
            pool.shutdown(wait=True)


def _run(task: Task[Any, Any], job: Any, watch: Watch) -> Any:
    if watch.cancelled():
        raise Cancelled("cancelled")
    return run_isolated(task, job, watch)
