"""A version in the making: its nodes in a thread of their own, which can be cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hostkit.errors import HostkitError, Problem
from hostkit.ground.process.threads import started
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.following import InProgress
from hostkit.jobs.isolate import Cancelled
from hostkit.jobs.store import Store
from hostkit.listening.live.version import SessionVersion
from hostkit.plan.reasons import Reasons
from hostkit.render.outcome import Outcome, Outcomes, Resources, Settled
from hostkit.render.production import Production


@dataclass(frozen=True)
class RenderSettings:
    """Where versions are rendered to, and how: with at most `workers` jobs at once.

    A job without progress for `timeout_seconds` is stopped.
    """

    store: Store
    workers: int
    timeout_seconds: float
    plugin_dirs: tuple[Path, ...] = ()

    def executor(self, niceness: int = 0) -> LocalExecutor:
        return LocalExecutor(self.workers, self.timeout_seconds, niceness=niceness)


@dataclass
class Work:
    """How far the making of a version is, as it is told."""

    expected: dict[str, int] = field(default_factory=dict)
    """Frames of what is to be made, by name; what was there already leaves it again."""
    moved: dict[str, int] = field(default_factory=dict)
    at_work: list[str] = field(default_factory=list)
    done: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        frames = sum(self.expected.values())
        got = sum(min(self.moved.get(name, 0), most) for name, most in self.expected.items())
        return got / frames if frames else float(self.done)


class Making:
    """Makes a version's nodes; `told` is called, from any thread, when something came of it."""

    def __init__(
        self, version: SessionVersion, settings: RenderSettings, told: Callable[[], None]
    ) -> None:
        self.version = version
        self.work = Work()
        self.in_progress: Mapping[str, InProgress] = {}
        self._settings, self._told = settings, told
        self._executor = settings.executor()
        self._thread = threading.Thread(target=self._make, name="hostkit-making", daemon=True)

    def begin(self) -> None:
        started(self._thread)

    def cancel(self) -> None:
        """Ends its jobs; what they finished is kept. What is begun after that ends at once."""
        self._executor.cancel()
        if self._thread.is_alive():
            self._thread.join()

    def _make(self) -> None:
        resources = Resources(self._executor, self._settings.store, self)
        version = self.version

        def ahead(_: Outcomes, in_progress: Mapping[str, InProgress]) -> None:
            self.in_progress = in_progress
            self._told()

        try:
            Production(resources).use(
                version.loaded.name, version.form.nodes, Reasons(), lambda _: None, ahead
            )
        except Cancelled:
            return
        except HostkitError as error:
            self.work.problems = error.problems
        finally:
            with self._executor:
                pass
        self.work.at_work.clear()
        self.work.done = not self.work.problems
        self._told()

    # How the work goes (hostkit.render.outcome.Progress) ----------------------------------

    def expected(self, kind: str, name: str, frames: int) -> None:
        self.work.expected[f"{kind} {name}"] = frames

    def started(self, kind: str, name: str) -> None:
        self.work.at_work.append(f"{kind} {name}")
        self._told()

    def moved(self, kind: str, name: str, frames: int) -> None:
        self.work.moved[f"{kind} {name}"] = frames
        self._told()

    def done(self, kind: str, outcome: Outcome) -> None:
        name = f"{kind} {outcome.name}"
        if outcome.status == "cached":
            self.work.expected.pop(name, None)
        else:
            self.work.moved[name] = self.work.expected.get(name, 0)
        if name in self.work.at_work:
            self.work.at_work.remove(name)
        self._told()

    def finished(self, kind: str, name: str, said: str, status: Settled) -> None: ...
