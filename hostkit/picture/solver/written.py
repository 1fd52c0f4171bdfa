"""Curves as a session's tempo points: ramps from bar line to bar line, bpm to the thousandth."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from hostkit.timebase.meters import MeterMap
from hostkit.timebase.tempo_map import TempoMark

if TYPE_CHECKING:
    from hostkit.picture.beat import Meter
    from hostkit.picture.solver.stretch.course import Curve
    from hostkit.picture.solver.wishes import Wishes

_STEPS_A_BPM = 1000
_STEPS_TO_A_GOAL = 10**6
"""Where what comes behind has to stay in its place to the sample."""


@dataclass(frozen=True)
class TempoPiece:
    """Tempo from quarter note `quarters` on: steady, or a ramp to another at `until`."""

    quarters: Fraction
    bpm: Fraction
    ramp_to: Fraction | None = None
    until: Fraction | None = None
    curve: str = "beats"

    @property
    def end_bpm(self) -> Fraction:
        return self.bpm if self.ramp_to is None else self.ramp_to


@dataclass(frozen=True)
class WrittenMap:
    """Pieces of tempo, and meters by the quarter note they begin on; both in order."""

    pieces: Sequence[TempoPiece]
    meters: Mapping[Fraction, Meter]

    def marks(self) -> tuple[TempoMark, ...]:
        """The lines of `tempo:`; nothing is said twice."""
        bars = MeterMap.of((quarters, *meter) for quarters, meter in self.meters.items())
        meters = {c.beats: (c.numerator, c.denominator) for c in bars.changes}
        pieces = {piece.quarters: piece for piece in _once(self.pieces)}
        starts = sorted(pieces)
        marks = []
        for quarters in sorted({*pieces, *meters}):
            piece = pieces[starts[bisect_right(starts, quarters) - 1]]
            if piece.until is not None and piece.until <= quarters:
                piece = TempoPiece(quarters, piece.end_bpm)
            until = None if piece.until is None else bars.bar_beat_at(piece.until)
            at, meter = bars.bar_beat_at(quarters), meters.get(quarters)
            marks.append(TempoMark(at, piece.bpm, meter, piece.ramp_to, until, piece.curve))
        return tuple(marks)


def _once(pieces: Sequence[TempoPiece]) -> Iterator[TempoPiece]:
    """Pieces without steady ones that only go on as it was."""
    tempo = None
    for piece in pieces:
        if piece.ramp_to is not None or piece.bpm != tempo:
            yield piece
        tempo = piece.end_bpm


def pieces_of(curve: Curve, wishes: Wishes, start: Fraction) -> Iterator[TempoPiece]:
    """The ramps of a curve that begins on quarter note `start`, and what it ends in."""
    lattice = curve.course.stretch.lattice
    places = [start + lattice.quarters(tick) for tick in curve.course.nodes]
    tempi = _rounded(curve, wishes)
    for number, (quarters, bpm) in enumerate(zip(places, tempi, strict=True)):
        after = number + 1
        if after < len(places) and tempi[after] != bpm:
            yield TempoPiece(quarters, bpm, tempi[after], places[after])
        elif after < len(places) or curve.course.stretch.goal is None:
            yield TempoPiece(quarters, bpm)


def _rounded(curve: Curve, wishes: Wishes) -> list[Fraction]:
    """The tempi at the nodes, each rounded up or down so that the next node is reached in time."""
    course, quarters = curve.course, float(curve.course.stretch.lattice.beat.quarters)
    steps = _STEPS_A_BPM if course.stretch.goal is None else _STEPS_TO_A_GOAL
    lowest, highest = round(wishes.low_bpm * steps), round(wishes.high_bpm * steps)
    aims = course.node_seconds(curve.beat_seconds)
    tempi: list[Fraction] = []
    now = 0.0
    for node, beat in enumerate(curve.beat_seconds):
        bpm = 60 * quarters / float(beat)
        if node in course.held:
            choices = [Fraction(round(bpm * 10**6), 10**6)]
        else:
            near = (math.floor(bpm * steps), math.ceil(bpm * steps))
            choices = [Fraction(max(min(n, highest), lowest), steps) for n in near]
        if node == 0:
            tempi.append(min(choices, key=lambda choice: abs(float(choice) - bpm)))
            continue
        length = float(course.lengths[node - 1]) * quarters
        lasts = {choice: _seconds(tempi[-1], choice, length) for choice in choices}
        chosen = min(choices, key=lambda choice: abs(now + lasts[choice] - float(aims[node])))
        tempi.append(chosen)
        now += lasts[chosen]
    return tempi


def _seconds(first: Fraction, last: Fraction, quarters: float) -> float:
    if first == last:
        return quarters * 60 / float(first)
    rise = float(last - first)
    return quarters * 60 * math.log1p(rise / float(first)) / rise
