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
_STEPS = 16
"""Straight pieces of a curve, which it is within 1/300 of its height of."""
_EASED: dict[int, Callable[[float], float]] = {
    2: lambda part: part * part * (3 - 2 * part),
    3: lambda part: 1 - (1 - part) ** 3,
    4: lambda part: part**3,
}
"""Shapes of points, slow at both ends, fast start, fast end: how far up after a part of the way."""
KNOWN_ENVELOPES = ("VOLENV2", "PANENV2", "AUXVOLENV")
"""Those that are read. Of others it is said that they are left out."""


def is_on(envelope: Block) -> bool:
    """Whether it is heard, and has a point."""
    return bool(whole(envelope.words("ACT"), 0)) and envelope.row("PT") is not None


def curve_of(
    envelope: Block, clock: ReaperClock, value_of: Callable[[float], float] = float
) -> tuple[CurvePoint, ...]:
    """Its points in order of time; those that it eases from have more behind them, on the curve.

    What else is neither straight nor held is straight.
    """
    rows = [row.words[1:] for row in envelope.rows if row.name == "PT"][:MOST_POINTS]
    rows.sort(key=lambda words: exact(words, 0))
    points: list[CurvePoint] = []
    for here, after in zip(rows, [*rows[1:], None], strict=True):
        points += _points(here, after, clock, value_of)
        if len(points) > MOST_POINTS:
            break
    return tuple(points)


def _points(
    here: list[str],
    after: list[str] | None,
    clock: ReaperClock,
    value_of: Callable[[float], float],
) -> Iterator[CurvePoint]:
    """A point, and those between it and the next one where it goes there in a curve."""
    at, value, shape = exact(here, 0), number(here, 1), whole(here, 2)
    yield CurvePoint(on_grid(clock.quarters(at)), value_of(value), linear=shape != _SQUARE)
    eased = _EASED.get(shape)
    if eased is None or after is None or number(after, 1) == value:
        return
    length, rise = exact(after, 0) - at, number(after, 1) - value
    for step in range(1, _STEPS):
        place = on_grid(clock.quarters(at + length * step / _STEPS))
        yield CurvePoint(place, value_of(value + rise * eased(step / _STEPS)), linear=True)


def has_other_shapes(envelope: Block) -> bool:
    """Whether some of it goes another way than it is read; a line on a fader's scale is bent."""
    points = [row.words[1:] for row in envelope.rows if row.name == "PT"]
    bent = bool(whole(envelope.words("VOLTYPE"), 0))
    read = (_SQUARE,) if bent else (_LINEAR, _SQUARE, *_EASED)
    return any(
        whole(here, 2) not in read
        for here, after in pairwise(points)
        if number(here, 1) != number(after, 1)
    )


def still(curve: tuple[CurvePoint, ...]) -> float | None:
    """The value of a curve that never moves; None for one that does."""
    values = {point.value for point in curve}
    return values.pop() if len(values) == 1 else None


def scaled(curve: tuple[CurvePoint, ...], by: float) -> tuple[CurvePoint, ...]:
    """The curve times a gain."""
    return curve if by == 1 else tuple(one._replace(value=one.value * by) for one in curve)
