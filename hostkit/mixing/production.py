"""Making everything a plan asks for: prints, then stems as soon as their prints are there."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from hostkit.engine.executors import Executor
from hostkit.engine.printing import PrintJob, render_print
from hostkit.engine.store import Print, Store
from hostkit.errors import HostkitError
from hostkit.mixing.stem import StemJob, render_stem
from hostkit.plan.plan import PlannedStem, TrackPlan

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
    """What production works with."""

    executor: Executor
    store: Store
    progress: Progress


@dataclass
class Production:
    """One session's prints and stems in the making."""

    workshop: Workshop
    tracks: dict[str, Outcome] = field(default_factory=dict)
    stems: dict[str, Outcome] = field(default_factory=dict)
    _running: dict[Future[Print], tuple[str, str, str, str]] = field(default_factory=dict)

    def make(
        self,
        tracks: Iterable[TrackPlan],
        stems: Iterable[PlannedStem],
        why: Callable[[TrackPlan], str],
    ) -> None:
        """Fills `tracks` and `stems` with an outcome each; raises only when given up."""
        waiting = list(stems)
        try:
            for track in sorted(tracks, key=_expected_work, reverse=True):
                self._start_print(track, why(track))
            while self._running or waiting:
                waiting = [stem for stem in waiting if not self._start_stem(stem)]
                if self._running:
                    finished, _ = wait(self._running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        self._finish(future)
        except BaseException:
            self.workshop.executor.cancel()
            for _, _, token, _ in self._running.values():
                self.workshop.store.discard(token)
            raise

    def _start_print(self, track: TrackPlan, reason: str) -> None:
        if found := self.workshop.store.get(track.fingerprint):
            self._note(
                "track", Outcome(track.name, "cached", "nothing it depends on changed", found)
            )
            return
        token = secrets.token_hex(8)
        job = PrintJob(track.print, track.fingerprint, self.workshop.store.root, token)
        self._submit("track", track.name, reason, token, render_print, job)

    def _start_stem(self, stem: PlannedStem) -> bool:
        """Starts or settles a stem if all its tracks are settled."""
        outcomes = [self.tracks.get(name) for name in stem.tracks]
        if any(outcome is None for outcome in outcomes):
            return False
        failed = [outcome.name for outcome in outcomes if outcome and outcome.print is None]
        if failed:
            reason = f"{', '.join(failed)} failed"
            self._note("stem", Outcome(stem.name, "skipped", reason))
        elif found := self.workshop.store.get(stem.fingerprint):
            self._note(
                "stem", Outcome(stem.name, "cached", "its tracks and faders are as before", found)
            )
        else:
            token = secrets.token_hex(8)
            job = StemJob(stem.plan, stem.fingerprint, self.workshop.store.root, token)
            changed = [o.name for o in outcomes if o and o.status == "rendered"]
            reason = f"{', '.join(changed)} changed" if changed else "its mix changed"
            self._submit("stem", stem.name, reason, token, render_stem, job)
        return True

    def _submit(self, kind: str, name: str, reason: str, token: str, task: Any, job: Any) -> None:
        progress = self.workshop.progress

        def moved(frames: int) -> None:
            progress.moved(kind, name, frames)

        future = self.workshop.executor.submit(task, job, moved)
        self._running[future] = (kind, name, token, reason)
        progress.started(kind, name)

    def _finish(self, future: Future[Print]) -> None:
        kind, name, token, reason = self._running.pop(future)
        try:
            self._note(kind, Outcome(name, "rendered", reason, future.result()))
        except HostkitError as error:
            self._note(kind, Outcome(name, "failed", str(error)))
        finally:
            self.workshop.store.discard(token)

    def _note(self, kind: str, outcome: Outcome) -> None:
        (self.tracks if kind == "track" else self.stems)[outcome.name] = outcome
        self.workshop.progress.done(kind, outcome)


def _expected_work(track: TrackPlan) -> int:
    """Longer and more devices first: the last job to end decides when all is done."""
    return track.print.events.end * (1 + len(track.print.effects))
