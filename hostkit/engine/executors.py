"""Where jobs run: an executor takes a task and a job and promises a result."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from hostkit.engine.isolate import Task, Watch, run_isolated, warm_up

Job = TypeVar("Job")
Result = TypeVar("Result")


class Executor(Protocol):
    """Runs each job in a fresh process somewhere (`hostkit.engine.isolate`)."""

    def submit(
        self, task: Task[Job, Result], job: Job, progress: Callable[[int], None]
    ) -> Future[Result]:
        """The promise of `task`'s result; `progress` is told frames from another thread."""
        ...

    def cancel(self) -> None:
        """Gives up: running jobs are killed, waiting ones never start."""
        ...


class LocalExecutor:
    """As many processes at once as `workers`, on this machine."""

    def __init__(self, workers: int, timeout_seconds: float = 60.0) -> None:
        self._timeout_seconds = timeout_seconds
        self._cancelled = threading.Event()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="hostkit-job")
        warm_up()

    def submit(
        self, task: Task[Job, Result], job: Job, progress: Callable[[int], None]
    ) -> Future[Result]:
        watch = Watch(self._timeout_seconds, self._cancelled.is_set, progress)
        return self._pool.submit(_run, task, job, watch)

    def cancel(self) -> None:
        self._cancelled.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self._pool.shutdown(wait=True)
        else:
            self.cancel()


def _run(task: Task[Any, Any], job: Any, watch: Watch) -> Any:
    return run_isolated(task, job, watch)
