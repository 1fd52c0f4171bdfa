"""What becomes of the nodes of a plan, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from hostkit.errors import Fault, WorkError
from hostkit.jobs.executors import Executor
from hostkit.jobs.prints import Print
from hostkit.jobs.store import Store
from hostkit.render.memory import SampleMemory

Status = Literal["rendered", "cached", "failed", "skipped"]


@dataclass(frozen=True)
class Outcome:
    """What became of a track or a stem, and why.

    `print` is None when it failed, when a stem was skipped because a track of it failed, and of
    a track whose print is not kept: stems make it of its takes.
    """

    name: str
    status: Status
    reason: str
    print: Print | None = None
    fault: Fault | None = None
    """What it failed of: then `reason` is the same in one sentence."""

    @property
    def is_there(self) -> bool:
        """Whether what needs it can be made."""
        return self.status in ("rendered", "cached")


Outcomes: TypeAlias = Mapping[str, Outcome]
"""Those of a plan's nodes, by fingerprint."""


class RenderFailed(WorkError):
    """Tracks or stems that failed; what could be done was done and kept."""

    def __init__(self, session: str, outcomes: tuple[Outcome, ...]) -> None:
        self.outcomes = outcomes
        names: dict[Fault, list[str]] = {}
        for outcome in outcomes:
            if outcome.fault is not None:
                names.setdefault(outcome.fault, []).append(outcome.name)
        named = {f"{session}: {', '.join(dict.fromkeys(n))}": why for why, n in names.items()}
        self.say_all(why.of(who) for who, why in named.items())


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


class Unwatched:
    """Progress that nobody is told of: a look-up, as scanning a plug-in is."""

    def expected(self, kind: str, name: str, frames: int) -> None: ...
    def started(self, kind: str, name: str) -> None: ...
    def moved(self, kind: str, name: str, frames: int) -> None: ...
    def done(self, kind: str, outcome: Outcome) -> None: ...
    def finished(self, kind: str, name: str, said: str, status: Settled) -> None: ...


@dataclass(frozen=True)
class Resources:
    """What production works with; `twice` asks which devices do not repeat.

    `memory` is shared by all sessions that run at once.

    `follow` lets stems begin before their last print is done, where a core is idle; not so
    where others are about to need it.
    """

    executor: Executor
    store: Store
    progress: Progress
    twice: bool = False
    follow: bool = True
    memory: SampleMemory = field(default_factory=SampleMemory)
