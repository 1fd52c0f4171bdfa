"""Making everything a plan asks for: prints, then each step as soon as what it needs is there."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from hostkit.engine.coming import CAN_FOLLOW
from hostkit.engine.executors import Executor
from hostkit.engine.isolate import Cancelled
from hostkit.engine.printing import PrintJob, render_print
from hostkit.engine.prints import Print
from hostkit.engine.store import Store
from hostkit.errors import HostkitError
from hostkit.mixing.ducking.steps import duck_stem, make_curve
from hostkit.mixing.glue import make_glue
from hostkit.mixing.linear_part import estimate_response
from hostkit.mixing.master import master_stem, run_master
from hostkit.mixing.recording import StepJob
from hostkit.mixing.stem import render_stem
from hostkit.plan.ducking.steps import CurvePlan, DuckedPlan
from hostkit.plan.plan import Step, TrackPlan
from hostkit.plan.prints import PrintPlan
from hostkit.plan.reasons import UNCHANGED
from hostkit.plan.stems import GluePlan, MasteredPlan, MasterPlan, ResponsePlan, StemPlan

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
    """What production works with; `twice` asks which devices do not repeat.

    `follow` lets stems begin before their last print is done, where a core is idle; not so
    where others are about to need it.
    """

    executor: Executor
    store: Store
    progress: Progress
    twice: bool = False
    follow: bool = True


@dataclass(frozen=True)
class _Begun:
    """A job at work; `needs` are fingerprints of what it is made of."""

    kind: str
    name: str
    token: str
    reason: str
    fingerprint: str
    needs: tuple[str, ...] = ()


TASKS: dict[type[Any], Callable[..., Print]] = {
    PrintPlan: render_print,
    StemPlan: render_stem,
    MasterPlan: run_master,
    ResponsePlan: estimate_response,
    MasteredPlan: master_stem,
    GluePlan: make_glue,
    CurvePlan: make_curve,
    DuckedPlan: duck_stem,
}
"""What makes which plan."""


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
                waiting = [step for step in waiting if not self._start_step(step, {})]
                waiting = [s for s in waiting if not self._start_step(s, self._coming(s))]
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
            root, token = self.workshop.store.root, secrets.token_hex(8)
            job = PrintJob(track.print, track.fingerprint, root, token)
            self._submit(job, _Begun("track", track.name, token, reason, track.fingerprint))

    def _start_step(self, step: Step, coming: Mapping[str, _Begun]) -> bool:
        """Starts or settles a step if all it needs is settled or coming in."""
        if any(need not in self.outcomes and need not in coming for need in step.needs):
            return False
        if skipped := self._skipped(step.name, step.needs):
            self._note(step.fingerprint, "stem", skipped)
        elif found := self.workshop.store.get(step.fingerprint):
            as_before = "its tracks and faders are as before"
            self._note(step.fingerprint, "stem", Outcome(step.name, "cached", as_before, found))
        else:
            self._submit_step(step, coming)
        return True

    def _submit_step(self, step: Step, coming: Mapping[str, _Begun]) -> None:
        made = (coming.get(need) or self.outcomes[need] for need in step.needs)
        changed = [m.name for m in made if isinstance(m, _Begun) or m.status == "rendered"]
        changed = list(dict.fromkeys(changed))
        reason = f"{_some(changed)} changed" if changed else "its mix changed"
        store, token = self.workshop.store, secrets.token_hex(8)
        for begun in coming.values():
            store.expect(begun.token)
        tokens = tuple((need, begun.token) for need, begun in coming.items())
        job = StepJob(step.plan, step.fingerprint, store.root, token, tokens)
        self._submit(
            job, _Begun("stem", step.name, token, reason, step.fingerprint, tuple(step.needs))
        )

    def _coming(self, step: Step) -> dict[str, _Begun]:
        """The last print that a stem needs, where it is being written and a core is idle."""
        follows = self.workshop.follow and CAN_FOLLOW and isinstance(step.plan, StemPlan)
        needs = {need: self.outcomes.get(need) for need in step.needs}
        unsettled = [need for need, outcome in needs.items() if outcome is None]
        if not follows or len(unsettled) != 1 or not self.workshop.executor.idle:
            return {}
        if self._skipped(step.name, step.needs):
            return {}  # what failed is told when all is settled
        return {b.fingerprint: b for b in self._running.values() if b.fingerprint in unsettled}

    def _skipped(self, name: str, needs: Iterable[str]) -> Outcome | None:
        """The outcome of a step that cannot be made because something it needs failed."""
        settled = [self.outcomes[need] for need in needs if need in self.outcomes]
        failed = dict.fromkeys(outcome.name for outcome in settled if outcome.print is None)
        return Outcome(name, "skipped", f"{', '.join(failed)} failed") if failed else None

    def _submit(self, job: PrintJob | StepJob[Any], begun: _Begun) -> None:
        progress = self.workshop.progress

        def moved(frames: int) -> None:
            progress.moved(begun.kind, begun.name, frames)

        future = self.workshop.executor.submit(TASKS[type(job.plan)], job, moved)
        self._running[future] = begun
        progress.started(begun.kind, begun.name)

    def _finish(self, future: Future[Print]) -> None:
        begun = self._running.pop(future)
        try:
            outcome = Outcome(begun.name, "rendered", begun.reason, future.result())
        except Cancelled:
            raise
        except HostkitError as error:
            failed = Outcome(begun.name, "failed", str(error))
            outcome = self._skipped(begun.name, begun.needs) or failed
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
