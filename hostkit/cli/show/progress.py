"""Showing how the work goes: a line that moves on a terminal, a line each elsewhere, or events."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from hostkit.cli.show.count import Count, Key
from hostkit.cli.show.document import error_document
from hostkit.cli.show.status_line import StatusLine, is_terminal
from hostkit.cli.show.telling import How
from hostkit.errors import HostkitError, RunCancelled
from hostkit.ground.process.interrupts import Interrupted
from hostkit.plan.reasons import UNCHANGED
from hostkit.render.outcome import Outcome

MARKS = {"rendered": "✓", "cached": "·", "failed": "✗", "skipped": "–", "done": "✓"}
WITHOUT_LINES = {"file", "proof", "preview"}
"""Kinds that are counted, and told of together when all is done."""
FORMAT = 1
"""The number of the events' format."""
EVENT_EVERY_SECONDS = 0.1


Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Told:
    """What became of one thing; `text` is the line that says so."""

    kind: str
    name: str
    status: str
    reason: str
    text: str


class Quiet:
    """Keeps count and says nothing; what shows it is made from this."""

    def __init__(self) -> None:
        self.count = Count()
        self.result: dict[str, Any] = {}
        """What came of it all, for programs."""
        self._lock = threading.RLock()

    def expected(self, kind: str, name: str, frames: float) -> None:
        with self._lock:
            self.count.expect((kind, name), frames)

    def started(self, kind: str, name: str) -> None:
        """It may still wait for a process: it is at work once it moves."""

    def moved(self, kind: str, name: str, frames: float) -> None:
        with self._lock:
            self.count.move((kind, name), frames)
            self._show_move((kind, name))

    def done(self, kind: str, outcome: Outcome) -> None:
        told = Told(kind, outcome.name, outcome.status, outcome.reason, line(kind, outcome))
        self._settle(told)

    def finished(self, kind: str, name: str, said: str = "", status: str = "done") -> None:
        """Something that is not rendered is done; `said` is what became of it."""
        text = f"{MARKS[status]} {kind} {name}{f': {said}' if said else ''}"
        self._settle(Told(kind, name, status, said, text))

    def each(self, kind: str, things: Sequence[Thing]) -> Iterator[Thing]:
        """Counts things while they are gone through, one after the other."""
        for thing in things:
            self.expected(kind, str(thing), 1)
        for thing in things:
            self.moved(kind, str(thing), 0)
            yield thing
            self.finished(kind, str(thing))

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While something else is printed."""
        with self._lock:
            self._make_room()
            yield

    def close(self) -> None:
        with self._lock:
            self._make_room()

    def _settle(self, told: Told) -> None:
        with self._lock:
            self.count.settle((told.kind, told.name), made=told.status != "cached")
            self._show_done(told)

    def _show_move(self, _key: Key, /) -> None:
        pass

    def _show_done(self, _told: Told, /) -> None:
        pass

    def _make_room(self) -> None:
        pass


class Lines(Quiet):
    """One line for each thing that is done; `brief` leaves out what was there already."""

    def __init__(self, *, brief: bool = False) -> None:
        super().__init__()
        self._brief = brief

    def _show_done(self, told: Told, /) -> None:
        if told.kind not in WITHOUT_LINES and not (self._brief and told.status == "cached"):
            self._print(told.text)

    def _print(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)


class Moving(Lines):
    """The same lines, above one that says how far all of it is and what is at work."""

    def __init__(self, *, brief: bool = False) -> None:
        super().__init__(brief=brief)
        self._line = StatusLine(sys.stderr)

    def _show_move(self, _key: Key, /) -> None:
        self._draw()

    def _show_done(self, told: Told, /) -> None:
        super()._show_done(told)
        self._draw(now=True)

    def _draw(self, *, now: bool = False) -> None:
        left = self.count.left_seconds
        said = "" if left is None else f"{_minutes(left)} left"
        names = [f"{kind} {name}" for kind, name in self.count.at_work]
        self._line.draw(self.count.fraction, said, names, now=now)

    def _print(self, text: str) -> None:
        self._line.print_above(text)

    def _make_room(self) -> None:
        self._line.wipe()


class MovingAlone(Moving):
    """For commands that tell of what is done themselves."""

    def _show_done(self, _told: Told, /) -> None:
        self._draw(now=True)


class Events(Quiet):
    """JSON lines on standard error, for programs; docs/reference.md says what is in them."""

    def __init__(self) -> None:
        super().__init__()
        self._moved_at = 0.0
        self._say("begin", format=FORMAT)

    def expected(self, kind: str, name: str, frames: float) -> None:
        super().expected(kind, name, frames)
        self._say("expected", kind=kind, name=name, amount=frames)

    def _show_move(self, key: Key, /) -> None:
        if time.monotonic() - self._moved_at >= EVENT_EVERY_SECONDS:
            self._moved_at = time.monotonic()
            kind, name = key
            amount = self.count.at_work[key]
            self._say("moved", kind=kind, name=name, amount=amount, **self._so_far())

    def _show_done(self, told: Told, /) -> None:
        facts = {"status": told.status, "reason": told.reason}
        self._say("done", kind=told.kind, name=told.name, **facts, **self._so_far())

    def _so_far(self) -> dict[str, Any]:
        left = self.count.left_seconds
        rounded = None if left is None else round(left, 1)
        return {"fraction": round(self.count.fraction, 4), "left_seconds": rounded}

    def close(self) -> None:
        self._say("end", **self.result)

    def _say(self, event: str, **facts: Any) -> None:
        print(json.dumps({"event": event, **facts}), file=sys.stderr, flush=True)


def _minutes(seconds: float) -> str:
    """Minutes and seconds.

    >>> _minutes(74.6)
    '1:15'
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def cached_line(track: str) -> str:
    """What is said of a track when a whole session has not changed."""
    return line("track", Outcome(track, "cached", UNCHANGED))


def _became(outcome: Outcome) -> str:
    if outcome.status != "rendered":
        return outcome.status
    if outcome.print is None:
        return "read from its takes"
    return f"rendered in {outcome.print.seconds:.1f} s"


def line(kind: str, outcome: Outcome) -> str:
    said = f"{outcome.name}: {_became(outcome)} ({outcome.reason})"
    return f"{MARKS[outcome.status]} {kind:5} {said}"


@contextmanager
def showing(how: How = How.AUTO, *, brief: bool = False) -> Iterator[Quiet]:
    """The progress view that was asked for, or that fits where standard error goes."""
    makers: dict[How, Callable[[], Quiet]] = {
        How.AUTO: lambda: Moving(brief=brief) if is_terminal() else Lines(brief=brief),
        How.LINES: lambda: Lines(brief=brief),
        How.MOVING: lambda: MovingAlone() if is_terminal() else Quiet(),
        How.JSON: Events,
        How.NONE: Quiet,
    }
    view = makers[how]()
    try:
        yield view
    except HostkitError as error:
        view.result = error_document(error)
        raise
    except Interrupted as signal:
        view.result = error_document(RunCancelled(signal.exit_code))
        raise
    finally:
        view.close()
