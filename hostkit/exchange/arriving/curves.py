"""Automation as a session has it: straight in decibels from point to point."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction

from hostkit.exchange.project import CurvePoint
from hostkit.ground.levels import gain_to_db

Points = list[tuple[Fraction, float]]

_LEAST_DB, _MOST_DB = -144.0, 24.0
_NEAR_DB = 0.1
_FINEST = 7  # halvings of one line
_SILENT = 1e-5  # below −100 dB a fade goes straight to silence


def straight(points: Sequence[CurvePoint]) -> Points:
    """Points as a session writes them: what holds gets a second point where it ends."""
    made: Points = []
    for here, after in zip(points, [*points[1:], None], strict=True):
        made.append((here.at, here.value))
        if after is not None and not here.linear and after.value != here.value:
            made.append((after.at, here.value))
    return [point for index, point in enumerate(made) if index == 0 or point != made[index - 1]]


def in_db(points: Sequence[CurvePoint]) -> Points:
    """A curve of linear gain, to a tenth of a dB wherever it can be heard.

    >>> in_db([CurvePoint(Fraction(0), 1.0), CurvePoint(Fraction(4), 0.1)])
    [(Fraction(0, 1), 0.0), (Fraction(4, 1), 0.0), (Fraction(4, 1), -20.0)]
    """
    made: Points = []
    for here, after in zip(points, [*points[1:], None], strict=True):
        made.append((here.at, _db(here.value)))
        if after is None:
            continue
        if not here.linear:
            if after.value != here.value:
                made.append((after.at, _db(here.value)))
        else:
            made += _between(here, after, _FINEST)
    return [point for index, point in enumerate(made) if index == 0 or point != made[index - 1]]


def _between(
    here: CurvePoint, after: CurvePoint, halvings: int
) -> Iterator[tuple[Fraction, float]]:
    """Points that a straight line of gain needs between its ends, to be one of lines in dB."""
    middle = (here.value + after.value) / 2
    line = (_db(here.value) + _db(after.value)) / 2
    if not halvings or middle < _SILENT or abs(_db(middle) - line) <= _NEAR_DB:
        return
    point = CurvePoint((here.at + after.at) / 2, middle, True)
    yield from _between(here, point, halvings - 1)
    yield point.at, _db(middle)
    yield from _between(point, after, halvings - 1)


def sum_of(curves: Sequence[Points], still_db: float) -> Points:
    """Curves in dB added up, with what does not move; held at both ends."""
    if len(curves) == 1:
        return [(at, _clamped(db + still_db)) for at, db in curves[0]]
    places = sorted({at for curve in curves for at, _ in curve})
    made: Points = []
    for at in places:
        for side in (0, 1):  # before a jump, and after it
            point = at, _clamped(sum(_value(curve, at, side) for curve in curves) + still_db)
            if not made or made[-1] != point:
                made.append(point)
    return made


def _value(curve: Points, at: Fraction, side: int) -> float:
    """A curve's value just before a place (side 0), or from it on (1)."""
    after = bisect_right(curve, at, key=lambda point: point[0])
    if side == 0:
        while after and curve[after - 1][0] == at and after > 1 and curve[after - 2][0] == at:
            after -= 1
    if after == 0:
        return curve[0][1]
    if after == len(curve) or curve[after - 1][0] == at:
        return curve[after - 1][1]
    (start, low), (stop, high) = curve[after - 1], curve[after]
    return low + (high - low) * float((at - start) / (stop - start)) if stop > start else high


def thinned(points: Points, tolerance: float) -> Points:
    """A curve with those points only that keep it within `tolerance` of what it was.

    >>> thinned([(Fraction(0), 0.0), (Fraction(1), 1.1), (Fraction(2), 2.0)], 0.2)
    [(Fraction(0, 1), 0.0), (Fraction(2, 1), 2.0)]
    """
    kept = {0, len(points) - 1}
    open_ = [(0, len(points) - 1)]
    while open_:
        first, last = open_.pop()
        (start, low), (stop, high) = points[first], points[last]
        span = float(stop - start)
        worst, off = first, 0.0
        for index in range(first + 1, last):
            at, value = points[index]
            share = float(at - start) / span if span else 0.0
            if (distance := abs(low + (high - low) * share - value)) > off:
                worst, off = index, distance
        if off > tolerance:
            kept.add(worst)
            open_ += [(first, worst), (worst, last)]
    return [points[index] for index in sorted(kept)]


def _db(gain: float) -> float:
    return round(_clamped(gain_to_db(gain)), 4)


def _clamped(db: float) -> float:
    return round(max(_LEAST_DB, min(db, _MOST_DB)), 4)
