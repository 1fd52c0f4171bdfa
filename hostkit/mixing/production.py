"""Making everything a plan asks for: prints, then each step as soon as what it needs is there."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from hostkit.engine.executors import Executor
from hostkit.engine.isolate import Cancelled
from hostkit.engine.printing import PrintJob, render_print
from hostkit.engine.store import Print, Store
from hostkit.errors import HostkitError
from hostkit.mixing.ducking.steps import duck_stem, make_curve
from hostkit.mixing.glue import make_glue
from hostkit.mixing.master import master_stem, run_master
from hostkit.mixing.recording import StepJob
from hostkit.mixing.stem import render_stem
from hostkit.plan.ducking.steps import CurvePlan, DuckedPlan
from hostkit.plan.plan import Step, TrackPlan
from hostkit.plan.prints import PrintPlan
from hostkit.plan.reasons import UNCHANGED
from hostkit.plan.stems import GluePlan, MasteredPlan, MasterPlan, StemPlan

Status = Literal["rendered", "cached", "failed", "skipped"]


@dataclass(frozen=True)
class Outcome:
    """What became of a track or a stem, and why.

    `print` is None when it failed, or when a stem was skipped because a track of it failed.
    """

    name: str
    status: Status
    reason: str
    print: Print | None = None


class Progress(Protocol):
    """Is told how the work goes, from any thread."""

    def started(self, kind: str, name: str) -> None: ...
    def moved(self, kind: str, name: str, frames: int) -> None: ...
    def done(self, kind: str, outcome: Outcome) -> None: ...


@dataclass(frozen=True)
class Workshop:
    """What production works with; `twice` asks which devices do not repeat."""

    executor: Executor
    store: Store
    progress: Progress
    twice: bool = False


@dataclass(frozen=True)
class _Begun:
    """A job at work."""

    kind: str
    name: str
    token: str
    reason: str
    fingerprint: str


TASKS: dict[type[Any], tuple[Callable[..., Any], type[Any]]] = {
    PrintPlan: (render_print, PrintJob),
    StemPlan: (render_stem, StepJob),
    MasterPlan: (run_master, StepJob),
    MasteredPlan: (master_stem, StepJob),
    GluePlan: (make_glue, StepJob),
    CurvePlan: (make_curve, StepJob),
    DuckedPlan: (duck_stem, StepJob),
}
"""What makes which plan: the task, and the job it takes."""


@dataclass
class Production:
    """One session's prints and steps in the making; `outcomes` by fingerprint."""

    workshop: Workshop
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    _running: dict[Future[Print], _Begun] = field(default_factory=dict)

    def make(
        self,
        tracks: Iterable[TrackPlan],
        steps: Iterable[Step],
        why: Callable[[TrackPlan], str],
    ) -> None:
        """Fills `outcomes`; what is wanted twice is made once. Raises only when given up."""
        prints = {track.fingerprint: track for track in tracks}
        waiting = list({step.fingerprint: step for step in steps}.values())
        try:
            for track in sorted(prints.values(), key=_expected_work, reverse=True):
                self._start_print(track, why(track))
            while self._running or waiting:
                waiting = [step for step in waiting if not self._start_step(step)]
                if self._running:
                    finished, _ = wait(self._running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        self._finish(future)
        except BaseException:
            self.workshop.executor.cancel()
            for begun in self._running.values():
                self.workshop.store.discard(begun.token)
            raise

    def print_of(self, fingerprint: str) -> Print | None:
        """What was made under that fingerprint; None when it failed."""
        return self.outcomes[fingerprint].print

    def _start_print(self, track: TrackPlan, reason: str) -> None:
        if found := self.workshop.store.get(track.fingerprint):
            unchanged = UNCHANGED
            self._note(track.fingerprint, "track", Outcome(track.name, "cached", unchanged, found))
        else:
            self._submit("track", track.name, reason, track.fingerprint, track.print)

    def _start_step(self, step: Step) -> bool:
        """Starts or settles a step if all it needs is settled."""
        if any(need not in self.outcomes for need in step.needs):
            return False
        needed = [self.outcomes[need] for need in step.needs]
        failed = dict.fromkeys(outcome.name for outcome in needed if outcome.print is None)
        if failed:
            reason = f"{', '.join(failed)} failed"
            self._note(step.fingerprint, "stem", Outcome(step.name, "skipped", reason))
        elif found := self.workshop.store.get(step.fingerprint):
            as_before = "its tracks and faders are as before"
            self._note(step.fingerprint, "stem", Outcome(step.name, "cached", as_before, found))
        else:
            changed = list(dict.fromkeys(o.name for o in needed if o.status == "rendered"))
            reason = f"{_some(changed)} changed" if changed else "its mix changed"
            self._submit("stem", step.name, reason, step.fingerprint, step.plan)
        return True

    def _submit(self, kind: str, name: str, reason: str, fingerprint: str, plan: Any) -> None:
        progress, token = self.workshop.progress, secrets.token_hex(8)
        task, job = TASKS[type(plan)]

        def moved(frames: int) -> None:
            progress.moved(kind, name, frames)

        future = self.workshop.executor.submit(
            task, job(plan, fingerprint, self.workshop.store.root, token), moved
        )
        self._running[future] = _Begun(kind, name, token, reason, fingerprint)
        progress.started(kind, name)

    def _finish(self, future: Future[Print]) -> None:
        begun = self._running.pop(future)
        try:
            outcome = Outcome(begun.name, "rendered", begun.reason, future.result())
        except Cancelled:
            raise
        except HostkitError as error:
            outcome = Outcome(begun.name, "failed", str(error))
        finally:
            self.workshop.store.discard(begun.token)
        self._note(begun.fingerprint, begun.kind, outcome)

    def _note(self, fingerprint: str, kind: str, outcome: Outcome) -> None:
        self.outcomes[fingerprint] = outcome
        self.workshop.progress.done(kind, outcome)


def _some(names: list[str], most: int = 3) -> str:
    """The names, or the first few of many.

    >>> _some(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _expected_work(track: TrackPlan) -> int:
    """Longer and more devices first: the last job to end decides when all is done."""
    return track.print.score.end * (1 + len(track.print.effects))
