"""From hits and wishes to a tempo map that meets them: the way through, whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from hostkit.errors import BadValue
from hostkit.picture.beat import Meter
from hostkit.picture.hits import MOST_HOURS
from hostkit.picture.landing import HitOutcome, LandedHit, landed
from hostkit.picture.solver.constant import ConstantTempo, constant_tempi
from hostkit.picture.solver.steepness import steepest
from hostkit.picture.solver.stretch.anchors import anchors_of
from hostkit.picture.solver.stretch.best import best_curve
from hostkit.picture.solver.stretch.lattice import Lattice
from hostkit.picture.solver.stretch.stretch import Goal, Tempi, TempoStretch
from hostkit.picture.solver.wishes import Wishes
from hostkit.picture.solver.written import TempoPiece, WrittenMap, pieces_of
from hostkit.timebase.tempo_map import TempoMap, TempoMark

if TYPE_CHECKING:
    from hostkit.picture.hits import HitPoint
    from hostkit.picture.solver.kept import KeptSpan

MOST_HITS = 200
_ROUNDING_BPM = 0.002
"""By which the change from one node to the next grows at most, as both are rounded."""


@dataclass(frozen=True)
class Solution:
    """A tempo map as a session's tempo points, and what comes of it for every hit.

    `constant` are the best tempi without a change, beside it.
    """

    wishes: Wishes
    marks: tuple[TempoMark, ...]
    tempo_map: TempoMap
    hits: tuple[LandedHit, ...]
    constant: tuple[ConstantTempo, ...]

    @property
    def caught_weight(self) -> float:
        return sum(one.hit.weight for one in self.hits if one.outcome is HitOutcome.CAUGHT)

    @property
    def missed(self) -> tuple[LandedHit, ...]:
        """Hits that matter and are not caught."""
        return tuple(
            one for one in self.hits if one.outcome is not HitOutcome.CAUGHT and one.hit.weight > 0
        )

    @cached_property
    def end(self) -> Fraction:
        """The quarter note behind which nothing is wanted any more."""
        last = max((one.lands_at_seconds for one in self.hits), default=Fraction(0))
        changes = self.tempo_map.meters.changes[-1].beats, self.tempo_map.segments[-1].beats
        return max(self.tempo_map.beats_at_seconds(last), *changes)

    @cached_property
    def max_change_percent(self) -> float:
        """The largest change of tempo from a beat to the next."""
        return steepest(self.tempo_map, self.end)

    @property
    def odd_bars(self) -> int:
        """Bars in another meter than the usual one; a pick-up is none."""
        changes = self.tempo_map.meters.changes
        usual = self.wishes.meters[0]
        odd = 0
        for change, after in pairwise(changes):
            if change.beats or not self.wishes.pickup_beats:
                bars = (after.beats - change.beats) / change.quarters_a_bar
                odd += int(bars) if (change.numerator, change.denominator) != usual else 0
        return odd


def solve(hits: Sequence[HitPoint], wishes: Wishes, kept: Sequence[KeptSpan] = ()) -> Solution:
    """The map that misses the least weight of hits, in order of time, within what is wished.

    `kept` are spans of another map that stay as they are; beside them the range gives way to
    their tempi. Same input, same map. Raises BadValue
    where kept bars cannot be reached in time, for more than MOST_HITS hits, or past MOST_HOURS.
    """
    if not hits:
        raise BadValue("there are no hits to solve for", cure="write some under hits:")
    if len(hits) > MOST_HITS:
        raise BadValue(f"{len(hits)} hits are too many to solve for", f"at most {MOST_HITS}")
    for hit in hits:
        if hit.seconds > MOST_HOURS * 3600:
            raise BadValue(
                f"{hit.name!r} is {float(hit.seconds / 3600):.1f} hours after the start",
                cure=f"at most {MOST_HOURS} are solved for; is it of another reel?",
            )
    constant = constant_tempi(hits, wishes)
    solution = _solution(hits, wishes, constant, _written(hits, wishes, kept))
    if not kept and constant[0].caught_weight > solution.caught_weight:
        steady = _steady(wishes, Fraction(constant[0].bpm))
        return _solution(hits, wishes, constant, steady)
    return solution


def _solution(
    hits: Sequence[HitPoint],
    wishes: Wishes,
    constant: tuple[ConstantTempo, ...],
    written: WrittenMap,
) -> Solution:
    marks = written.marks()
    tempo_map = TempoMap.build(marks)
    landings = landed(hits, tempo_map, wishes.frame_seconds)
    return Solution(wishes, marks, tempo_map, landings, constant)


def _steady(wishes: Wishes, bpm: Fraction) -> WrittenMap:
    """One tempo from 1|1 on."""
    lattice = Lattice.of(wishes, between=False)
    meters = {lattice.quarters(t): m for t, m in lattice.meters_at(lattice.lines((), 0))}
    return WrittenMap((TempoPiece(Fraction(0), bpm),), meters)


def _written(hits: Sequence[HitPoint], wishes: Wishes, kept: Sequence[KeptSpan]) -> WrittenMap:
    """Stretch by stretch: each from the end of what is kept to the next that is."""
    aimed = [hit for hit in hits if hit.weight > 0]
    lattice = Lattice.of(wishes, between=any(hit.land_on == "any" for hit in aimed))
    pieces: list[TempoPiece] = []
    meters: dict[Fraction, Meter] = {}
    begins: KeptSpan | None = None
    for ends in (*kept, None):
        if ends is None or ends.first > (begins.last if begins else 0):
            wide = _widened(wishes, begins, ends)
            part = _between(begins, ends, _stretch(aimed, wide, lattice, begins, ends), wide)
            pieces += part.pieces
            meters |= part.meters
        if ends is not None:
            pieces += ends.pieces()
            meters |= ends.meters()
        begins, lattice = ends, lattice.from_bar_line()
    return WrittenMap(pieces, meters)


def _widened(wishes: Wishes, begins: KeptSpan | None, ends: KeptSpan | None) -> Wishes:
    """The wishes with the tempi of kept bars in the range: what leads to them has to come near."""
    kept = [begins.pieces()[-1].end_bpm] if begins else []
    kept += [ends.pieces()[0].bpm] if ends else []
    low = min([wishes.low_bpm, *(math.floor(bpm * 1000) / 1000 for bpm in kept)])
    high = max([wishes.high_bpm, *(math.ceil(bpm * 1000) / 1000 for bpm in kept)])
    return replace(wishes, low_bpm=low, high_bpm=high)


def _stretch(
    hits: Sequence[HitPoint],
    wishes: Wishes,
    lattice: Lattice,
    begins: KeptSpan | None,
    ends: KeptSpan | None,
) -> TempoStretch:
    """What is to be solved from the end of one kept span, or 1|1, to the beginning of the next."""
    beat = 60 * lattice.beat.quarters
    tempi = Tempi(
        float(beat) / wishes.high_bpm,
        float(beat) / wishes.low_bpm,
        float(beat) / wishes.wanted_bpm,
        max(wishes.max_change - _ROUNDING_BPM / wishes.low_bpm, wishes.max_change / 2),
    )
    start = begins.end_seconds if begins else Fraction(0)
    goal = None
    if ends is not None:
        quarters = ends.first - (begins.last if begins else 0)
        bars = ends.bar - (begins.end_bar if begins else 1)
        tick, seconds = quarters / lattice.quarters(1), float(ends.seconds - start)
        if tick.denominator > 1:
            raise _out_of_reach(ends)
        goal = Goal(seconds, int(tick), bars, float(beat / ends.pieces()[0].bpm))
        # The tempo that leads there is no wish any more.
        mean = seconds / quarters * lattice.beat.quarters
        tempi = replace(tempi, wanted=min(max(mean, tempi.quickest), tempi.slowest))
    frame = float(wishes.frame_seconds)
    closest = tempi.quickest / lattice.ticks_per_beat / 2
    end = None if goal is None else goal.seconds
    anchors = anchors_of(hits, float(start), end, frame, closest)
    first = float(beat / begins.pieces()[-1].end_bpm) if begins else None
    return TempoStretch(anchors, lattice, tempi, frame, first, goal)


def _between(
    begins: KeptSpan | None, ends: KeptSpan | None, stretch: TempoStretch, wishes: Wishes
) -> WrittenMap:
    """The map of a stretch; steady where no hit of it can be met."""
    start, lattice = begins.last if begins else Fraction(0), stretch.lattice
    curve = best_curve(stretch)
    if curve is not None:
        lines: Sequence[int] = curve.course.lines
        pieces = tuple(pieces_of(curve, wishes, start))
    elif ends is None:
        lines = lattice.lines((), 0)
        wanted = Fraction(round(wishes.wanted_bpm * 1000), 1000)
        pieces = (TempoPiece(start, begins.pieces()[-1].end_bpm if begins else wanted),)
    else:
        raise _out_of_reach(ends)
    meters = {start + lattice.quarters(tick): meter for tick, meter in lattice.meters_at(lines)}
    return WrittenMap(pieces, meters)


def _out_of_reach(kept: KeptSpan) -> BadValue:
    return BadValue(
        f"bar {kept.bar} cannot be kept where it is: no tempo in the range, in these meters, "
        "leads there",
        cure="widen --bpm or --max-change, allow the meters of the bars before it, or keep those",
    )
