"""Many sessions through one pool: whoever is ready works, whatever breaks stays alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from hostkit.delivery.manifest import MANIFEST, Manifest, read_manifest
from hostkit.delivery.profiles.order import Order
from hostkit.disk.outputs import refuse_dangling, refuse_file
from hostkit.errors import HostkitError, RequestError
from hostkit.pipeline import (
    Rendered,
    drift_from_lock,
    order_session,
    plan_order,
    render_session,
)
from hostkit.plan.environment import Environment
from hostkit.plan.plan import Plan, SessionPlan
from hostkit.render.outcome import Outcome, Progress, Resources, Settled
from hostkit.render.ringing import listen

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
    """How sessions are rendered: by which profile, which mixes, with what.

    `names` are the mixes wanted besides the full one, None all of them. `at_once` sessions
    are under way at a time, so that one's last job does not leave the pool idle. `locked`
    refuses sessions that have drifted from their locks. `trim_db` is added to every level.
    """

    resources: Resources
    environment: Environment
    at_once: int
    profile: str | None = None
    names: tuple[str, ...] | None = ()
    locked: bool = False
    trim_db: float = 0.0

    def run(self, tasks: Sequence[SessionTask]) -> Iterator[Result]:
        """Renders every session; results come as they are done. Given up, all jobs end."""
        planning = threading.Lock()
        pool = ThreadPoolExecutor(max(1, min(self.at_once, len(tasks))), "hostkit-session")
        try:
            futures = [pool.submit(self._render, task, planning, len(tasks)) for task in tasks]
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            self.resources.executor.cancel()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _render(self, task: SessionTask, planning: threading.Lock, sessions: int) -> Result:
        try:
            with planning:  # the planner reads files and scans plug-ins once for all
                order, plan = self.planned(task)
                notes = drift_from_lock(order, self.environment, insist=self.locked)
            named = plan.session if sessions > 1 else ""
            progress = SessionProgress(self.resources.progress, named, plan.sample_rate)
            resources = replace(self.resources, progress=progress)
            return Result(task, render_session(order, plan, task.folder, resources, notes))
        except HostkitError as error:
            return Result(task, error=error)

    def planned(self, task: SessionTask) -> tuple[Order, SessionPlan]:
        """A session file to its order and plan. Raises RequestError.

        Mixes that the folder holds already and the session still has are wanted again, so
        that a delivery never holds mixes of one day and stems of another.
        """
        order = order_session(task.session, self.environment, self.profile, self.trim_db)
        names = self.names
        refuse_dangling(task.folder)
        refuse_file(task.folder)
        before = read_manifest(task.folder)
        refuse_others(task.folder, before, order)
        if names is not None and before is not None:
            there = [name for name in before.mixes if name in order.session.mixes]
            names = tuple(dict.fromkeys((*names, *there)))
        return order, plan_order(order, self.environment, names, self._hear)

    def _hear(self, plan: Plan) -> Mapping[str, int]:
        return listen(plan, self.resources.executor, self.resources.store)


def refuse_others(folder: Path, before: Manifest | None, order: Order) -> None:
    """Raises RequestError where a folder holds what another session or profile delivered."""
    if before is None:
        if (folder / MANIFEST).exists():
            raise RequestError(
                f"{folder}: its {MANIFEST} cannot be read, so nobody knows whose files these are",
                cure="move them away, or choose another folder (-o)",
            )
        return
    if (before.session, before.profile) != (order.loaded.name, order.profile_name):
        by = f" by the profile {before.profile}" if before.profile else " without a profile"
        raise RequestError(
            f"{folder}: holds the delivery of {before.session}{by}",
            cure="move it away, or choose another folder (-o)",
        )


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
