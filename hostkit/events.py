"""What a `progress` callback is told of a render, as events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from hostkit.batch import VIEW_RATE
from hostkit.render.outcome import Outcome, Settled


@dataclass(frozen=True)
class Event:
    """What a `progress` callback is told, from any thread.

    First everything is `expected`, about `seconds` long. A track or stem is `moving` while it
    is made, `seconds` of it are there; then it is rendered, cached, failed or skipped, for a
    `reason`. A file that is written, and the proof of a mix, are moving, and then done or
    cached; as they take less time than a render, their seconds are shorter in proportion. Where
    a render needs more than the store may hold, `store` is done first, and `reason` says so; and
    `memory`, where samples take so much that fewer tracks are rendered at once. Of several
    sessions the `name` is `session/name`.
    """

    kind: Literal["track", "stem", "file", "proof", "preview", "store", "memory"] | str
    name: str
    status: Literal[
        "expected", "started", "moving", "rendered", "done", "cached", "failed", "skipped"
    ]
    seconds: float = 0.0
    reason: str = ""


@dataclass(frozen=True)
class Telling:
    """Progress as events."""

    tell: Callable[[Event], None]

    def expected(self, kind: str, name: str, frames: int) -> None:
        self.tell(Event(kind, name, "expected", frames / VIEW_RATE))

    def started(self, kind: str, name: str) -> None:
        self.tell(Event(kind, name, "started"))

    def moved(self, kind: str, name: str, frames: int) -> None:
        self.tell(Event(kind, name, "moving", frames / VIEW_RATE))

    def done(self, kind: str, outcome: Outcome) -> None:
        self.tell(Event(kind, outcome.name, outcome.status, reason=outcome.reason))

    def finished(self, kind: str, name: str, said: str, status: Settled) -> None:
        self.tell(Event(kind, name, status, reason=said))
