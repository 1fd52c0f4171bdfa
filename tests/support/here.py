"""Jobs done in the test's own process."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from hostkit.jobs.isolate import unwatched


class Here:
    """An executor that runs each job at once, in this process."""

    idle = 0

    def submit(
        self, task: Any, job: Any, progress: Callable[[int], None] = unwatched
    ) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(task(job, lambda frames, at=None: progress(frames)))
        except Exception as error:  # whatever it is, the future raises it where it is asked for
            future.set_exception(error)
        return future

    def submit_beside(self, task: Any, job: Any, progress: Callable[[int], None]) -> None:
        """Nothing runs beside anything here."""

    def cancel(self) -> None: ...
