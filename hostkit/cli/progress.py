"""Showing how the work goes: bars on a terminal, a line each elsewhere."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hostkit.mixing.production import Outcome, Progress
from hostkit.plan.reasons import UNCHANGED

MARKS = {"rendered": "✓", "cached": "·", "failed": "✗", "skipped": "–"}


class Lines:
    """One line for each thing that is done."""

    def started(self, kind: str, name: str) -> None:
        pass  # a line when it is done says enough

    def moved(self, kind: str, name: str, frames: int) -> None:
        pass

    def done(self, kind: str, outcome: Outcome) -> None:
        print(line(kind, outcome), file=sys.stderr, flush=True)


class Quiet(Lines):
    def done(self, kind: str, outcome: Outcome) -> None:
        pass


class Bars:
    """A moving line for everything at work, a still one for everything done."""

    def __init__(self, display: Any, sample_rate: int) -> None:
        self._display = display
        self._rate = sample_rate
        self._tasks: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def started(self, kind: str, name: str) -> None:
        """Shown once it moves: only then is it at work rather than waiting."""

    def moved(self, kind: str, name: str, frames: int) -> None:
        with self._lock:
            key = (kind, name)
            if key not in self._tasks:
                self._tasks[key] = self._display.add_task(f"{kind} {name}", total=None, at="")
            self._display.update(self._tasks[key], at=f"{frames / self._rate:.0f} s")

    def done(self, kind: str, outcome: Outcome) -> None:
        with self._lock:
            task = self._tasks.pop((kind, outcome.name), None)
            if task is not None:
                self._display.remove_task(task)
            self._display.console.print(line(kind, outcome), highlight=False, markup=False)


def cached_line(track: str) -> str:
    """What is said of a track when a whole session has not changed."""
    return line("track", Outcome(track, "cached", UNCHANGED))


def line(kind: str, outcome: Outcome) -> str:
    seconds = (
        f" in {outcome.print.seconds:.1f} s"
        if outcome.status == "rendered" and outcome.print
        else ""
    )
    said = f"{outcome.name}: {outcome.status}{seconds} ({outcome.reason})"
    return f"{MARKS[outcome.status]} {kind:5} {said}"


@contextmanager
def showing(sample_rate: int, *, quiet: bool) -> Iterator[Progress]:
    """The progress view that fits where standard error goes."""
    if quiet:
        yield Quiet()
    elif not sys.stderr.isatty():
        yield Lines()
    else:
        from rich.console import Console
        from rich.progress import Progress as Display
        from rich.progress import SpinnerColumn, TextColumn

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.fields[at]}"),
        )
        with Display(*columns, console=Console(stderr=True), transient=True) as display:
            yield Bars(display, sample_rate)
