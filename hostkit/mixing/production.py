"""Making everything a plan asks for: prints, then each step as soon as what it needs is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from hostkit.engine.coming import CAN_FOLLOW
from hostkit.engine.executors import Executor
from hostkit.engine.in_use import name_of_this
from hostkit.engine.isolate import Cancelled
from hostkit.engine.printing import PrintJob, render_print
from hostkit.engine.prints import Print
from hostkit.engine.store import Store
from hostkit.errors import HostkitError, LostPrint, StorageError
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


Settled = Literal["done", "cached"]


class Progress(Protocol):
    """Is told how the work goes, from any thread.

    Everything is `expected` before it is started or found to be there; `frames` are then about
    how many it takes. What is not rendered but written or proved is `finished`, not `done`:
    `said` is what became of it.
    """

    def expected(self, kind: str, name: str, frames: int) -> None: ...
    def started(self, kind: str, name: str) -> None: ...
    def moved(self, kind: str, name: str, frames: int) -> None: ...
    def done(self, kind: str, outcome: Outcome) -> None: ...
    def finished(self, kind: str, name: str, said: str, status: Settled) -> None: ...


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


MOST_LOSSES = 2
"""So often a print is made again that the store lost; then the disk is at fault."""


@dataclass
class Production:
    """One session's prints and steps in the making; `outcomes` by fingerprint.

    What the store lost or the disk damaged is made again, and `lost` says so.
    """

    workshop: Workshop
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    _running: dict[Future[Print], _Begun] = field(default_factory=dict)
    _losses: list[LostPrint] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)

    def make(
        self,
        tracks: Iterable[TrackPlan],
        steps: Iterable[Step],
        why: Callable[[TrackPlan], str],
    ) -> None:
        """Fills `outcomes` where they lack; what is wanted twice is made once.

        Raises only when given up.
        """
        prints = {track.fingerprint: track for track in tracks}
        wanted = {step.fingerprint: step for step in steps}
        longest_first = sorted(prints.values(), key=_expected_work, reverse=True)
        self._names |= {fingerprint: track.name for fingerprint, track in prints.items()}
        self._names |= {fingerprint: step.name for fingerprint, step in wanted.items()}
        self._expect(prints, wanted.values())
        try:
            while True:
                for track in longest_first:
                    if not self._is_begun(track.fingerprint):
                        self._start_print(track, why(track))
                for follow in (False, True):
                    for step in wanted.values():
                        if not self._is_begun(step.fingerprint):
                            self._start_step(step, self._coming(step) if follow else {})
                if not self._running and all(map(self._is_begun, (*prints, *wanted))):
                    return
                if self._running:
                    finished, _ = wait(self._running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        self._finish(future)
        except BaseException:
            self.workshop.executor.cancel()
            for begun in self._running.values():
                self.workshop.store.discard(begun.token)
            raise

    @property
    def lost(self) -> tuple[str, ...]:
        """What was made again because the store lost it, a sentence each."""
        said = ((self._names[loss.fingerprint], loss.became) for loss in self._losses)
        return tuple(f"the print of {name} {became}; rendered again" for name, became in said)

    def lose(self, loss: LostPrint) -> None:
        """Notes that something made or found is no more, so that `make` makes it again.

        Raises StorageError where that happens again and again.
        """
        if loss.fingerprint not in self._names:
            raise loss
        if self.outcomes.pop(loss.fingerprint, None) is None:
            return  # somebody else missed it first, and it is being made
        if sum(one.fingerprint == loss.fingerprint for one in self._losses) == MOST_LOSSES:
            raise StorageError(
                f"the print of {self._names[loss.fingerprint]} {loss.became}, each time it is "
                f"made; check the disk of {self.workshop.store.root}, or set HOSTKIT_CACHE to "
                "a folder on another"
            )
        self._losses.append(loss)

    def _is_begun(self, fingerprint: str) -> bool:
        """Whether it is being made, or settled."""
        return fingerprint in self.outcomes or any(
            begun.fingerprint == fingerprint for begun in self._running.values()
        )

    def _found(self, fingerprint: str) -> Print | None:
        """What the store has; what is damaged there is noted as lost."""
        try:
            return self.workshop.store.find(fingerprint)
        except LostPrint as loss:
            self._losses.append(loss)
            return None

    def _became(self, fingerprint: str) -> str | None:
        """What became of the one there was before, where the store lost it."""
        losses = (loss for loss in self._losses if loss.fingerprint == fingerprint)
        return next((f"its print {loss.became}" for loss in losses), None)

    def _expect(self, prints: Mapping[str, TrackPlan], steps: Iterable[Step]) -> None:
        """Tells of all there is to make. A step takes as long as the longest it is made of."""
        frames = {key: track.print.score.end for key, track in prints.items()}
        for step in steps:
            frames[step.fingerprint] = max((frames.get(need, 0) for need in step.needs), default=0)
        for fingerprint, expected in frames.items():
            if fingerprint not in self.outcomes:
                kind = "track" if fingerprint in prints else "stem"
                self.workshop.progress.expected(kind, self._names[fingerprint], expected)

    def print_of(self, fingerprint: str) -> Print | None:
        """What was made under that fingerprint; None when it failed."""
        return self.outcomes[fingerprint].print

    def _start_print(self, track: TrackPlan, reason: str) -> None:
        if found := self._found(track.fingerprint):
            unchanged = UNCHANGED
            self._note(track.fingerprint, "track", Outcome(track.name, "cached", unchanged, found))
        else:
            root, token = self.workshop.store.root, name_of_this()
            reason = self._became(track.fingerprint) or reason
            job = PrintJob(track.print, track.fingerprint, root, token)
            self._submit(job, _Begun("track", track.name, token, reason, track.fingerprint))

    def _start_step(self, step: Step, coming: Mapping[str, _Begun]) -> None:
        """Starts or settles a step if all it needs is settled or coming in."""
        if any(need not in self.outcomes and need not in coming for need in step.needs):
            return
        if skipped := self._skipped(step.name, step.needs):
            self._note(step.fingerprint, "stem", skipped)
        elif found := self._found(step.fingerprint):
            as_before = "its tracks and faders are as before"
            self._note(step.fingerprint, "stem", Outcome(step.name, "cached", as_before, found))
        else:
            self._submit_step(step, coming)

    def _submit_step(self, step: Step, coming: Mapping[str, _Begun]) -> None:
        made = (coming.get(need) or self.outcomes[need] for need in step.needs)
        changed = [m.name for m in made if isinstance(m, _Begun) or m.status == "rendered"]
        changed = list(dict.fromkeys(changed))
        reason = f"{_some(changed)} changed" if changed else "its mix changed"
        reason = self._became(step.fingerprint) or reason
        store, token = self.workshop.store, name_of_this()
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
        outcome: Outcome | None
        try:
            outcome = Outcome(begun.name, "rendered", begun.reason, future.result())
        except Cancelled:
            raise
        except LostPrint as loss:
            # What was lost is made again, and then this, which needs it.
            outcome = self._lost(begun, loss)
        except HostkitError as error:
            failed = Outcome(begun.name, "failed", str(error))
            outcome = self._skipped(begun.name, begun.needs) or failed
        finally:
            self.workshop.store.discard(begun.token)
        if outcome is not None:
            if outcome.print is not None:
                self.workshop.store.grew(outcome.print)
            self._note(begun.fingerprint, begun.kind, outcome)

    def _lost(self, begun: _Begun, loss: LostPrint) -> Outcome | None:
        try:
            self.lose(loss)
        except StorageError as error:
            return Outcome(begun.name, "failed", str(error))
        return None

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
