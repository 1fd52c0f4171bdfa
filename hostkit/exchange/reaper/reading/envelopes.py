"""Envelopes of a project as automation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from hostkit.exchange.project import CurvePoint
from hostkit.exchange.reaper.reading.clock import ReaperClock, on_grid
from hostkit.exchange.reaper.reading.values import exact, number, whole
from hostkit.exchange.reaper.tree import Block

MOST_POINTS = 100_000
_LINEAR, _SQUARE = 0, 1
KNOWN_ENVELOPES = ("VOLENV2", "PANENV2", "AUXVOLENV")
"""Those that are read. Of others it is said that they are left out."""


def is_on(envelope: Block) -> bool:
    """Whether it is heard, and has a point."""
    return bool(whole(envelope.words("ACT"), 0)) and envelope.row("PT") is not None


def curve_of(
    envelope: Block, clock: ReaperClock, value_of: Callable[[float], float] = float
) -> tuple[CurvePoint, ...]:
    """Its points in order of time; shapes other than straight and held are straight."""
    points = sorted(_points(envelope, clock, value_of), key=lambda point: point.at)
    return tuple(points)


def _points(
    envelope: Block, clock: ReaperClock, value_of: Callable[[float], float]
) -> Iterator[CurvePoint]:
    rows = [row for row in envelope.rows if row.name == "PT"]
    for row in rows[:MOST_POINTS]:
        words = row.words[1:]
        held = whole(words, 2) == _SQUARE
        at = on_grid(clock.quarters(exact(words, 0)))
        yield CurvePoint(at, value_of(number(words, 1)), linear=not held)


def has_other_shapes(envelope: Block) -> bool:
    """Whether some of it is neither straight nor held; lines of a fader's scale are no lines."""
    points = [row.words for row in envelope.rows if row.name == "PT"]
    bent = bool(whole(envelope.words("VOLTYPE"), 0))
    return any(
        whole(here, 3) not in (_LINEAR, _SQUARE) or (bent and whole(here, 3) == _LINEAR)
        for here, after in pairwise(points)
        if number(here, 2) != number(after, 2)
    )


def still(curve: tuple[CurvePoint, ...]) -> float | None:
    """The value of a curve that never moves; None for one that does."""
    values = {point.value for point in curve}
    return values.pop() if len(values) == 1 else None


def scaled(curve: tuple[CurvePoint, ...], by: float) -> tuple[CurvePoint, ...]:
    """The curve times a gain."""
    return curve if by == 1 else tuple(one._replace(value=one.value * by) for one in curve)
