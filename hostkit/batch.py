"""Many sessions through one pool: whoever is ready works, whatever breaks stays alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from hostkit.delivery.before import look_at
from hostkit.errors import HostkitError
from hostkit.ground.process.threads import Threads, as_ended
from hostkit.pipeline import Rendered, RenderRequest, hearing_with, make_delivery, plan_delivery
from hostkit.plan.environment import Environment
from hostkit.render.outcome import Outcome, Progress, Resources, Settled

VIEW_RATE = 48_000
"""The sample rate in which the shared progress view counts."""


@dataclass(frozen=True)
class SessionTask:
    """A session file and the folder its delivery goes to."""

    session: Path
    folder: Path


@dataclass(frozen=True)
class Result:
    """What became of a session: it was rendered, or `error` says why not."""

    task: SessionTask
    rendered: Rendered | None = None
    error: HostkitError | None = None


@dataclass(frozen=True)
class Batch:
    """How sessions are rendered: what is wanted of each, and with what.

    `at_once` sessions are under way at a time, so that one's last job does not leave the pool
    idle.
    """

    resources: Resources
    environment: Environment
    at_once: int
    request: RenderRequest = field(default_factory=RenderRequest)

    def run(self, tasks: Sequence[SessionTask]) -> Iterator[Result]:
        """Renders every session; results come as they are done. Cancelled, all jobs end."""
        planning = threading.Lock()
        pool = Threads(max(1, min(self.at_once, len(tasks))), "hostkit-session")
        try:
            futures = [pool.submit(self._render, task, planning, len(tasks)) for task in tasks]
            for future in as_ended(futures):
                yield future.result()
        except BaseException:
            self.resources.executor.cancel()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _render(self, task: SessionTask, planning: threading.Lock, sessions: int) -> Result:
        try:
            hear = hearing_with(self.resources)
            with ExitStack() as stack:
                with planning:  # the planner reads files and scans plug-ins once for all
                    # What lies there is hashed while one core is at the plan.
                    before = look_at(task.folder, task.session)
                    stack.enter_context(before.hashes)
                    planned = plan_delivery(
                        task.session, task.folder, self.request, self.environment, hear
                    )
                plan = planned.plan
                named = plan.session if sessions > 1 else ""
                progress = SessionProgress(self.resources.progress, named, plan.sample_rate)
                resources = replace(self.resources, progress=progress)
                return Result(task, make_delivery(planned, resources, before))
        except HostkitError as error:
            return Result(task, error=error)


@dataclass(frozen=True)
class SessionProgress:
    """One session's share in a progress view, named in it where there are several."""

    view: Progress
    session: str
    sample_rate: int

    def expected(self, kind: str, name: str, frames: int) -> None:
        self.view.expected(kind, self._named(name), frames * VIEW_RATE // self.sample_rate)

    def started(self, kind: str, name: str) -> None:
        self.view.started(kind, self._named(name))

    def moved(self, kind: str, name: str, frames: int) -> None:
        self.view.moved(kind, self._named(name), frames * VIEW_RATE // self.sample_rate)

    def done(self, kind: str, outcome: Outcome) -> None:
        self.view.done(kind, replace(outcome, name=self._named(outcome.name)))

    def finished(self, kind: str, name: str, said: str, status: Settled) -> None:
        self.view.finished(kind, self._named(name), said, status)

    def _named(self, name: str) -> str:
        return f"{self.session}/{name}" if self.session else name
