"""Which beat each hit lands on: a dynamic program over the hits.

A state is where in its bar a landing is, how many beats the gap before it has, and how long that
gap is; from gap to gap the tempo may only change as fast as it is let. What a path costs is an
estimate of what `curves` and `hard_limits` will find out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hostkit.picture.solver.stretch.anchors import Anchor
from hostkit.picture.solver.stretch.stretch import TempoStretch

MOST_PATHS = 24
_PATHS_A_STATE = 3
_STATES_A_STAGE = 120
_MOST_LENGTHS = 256
"""Numbers of beats that are tried for one gap, those nearest to the tempo that is wanted."""

# What a path costs. Measured on random cues: with an odd bar at 1.2 twice as many are used as
# at 4, and at 25 hits are missed.
_BEND, _STEEP, _ASTRAY, _OVER_RANGE, _ODD_BAR, _SKIPPED = 900.0, 6000.0, 40.0, 30.0, 4.0, 40.0
_STEEP_FROM, _STEEPEST = 0.6, 2.5
"""In parts of the change per beat that is allowed: from where it costs more, and where it ends."""


@dataclass(frozen=True)
class Landing:
    """An anchor and the tick that it lands on, on a downbeat that `odd` bars may lead to."""

    anchor: Anchor
    tick: int
    odd: tuple[int, ...] = ()


@dataclass(frozen=True)
class Path:
    """Landings in order, a goal last; what they are likely to cost, and the weight they leave."""

    landings: tuple[Landing, ...]
    cost: float
    skipped: float


@dataclass(frozen=True)
class _Stage:
    """The paths that end on one anchor, as columns.

    `give` is in parts of the last gap. `over` is what its odd bars take up. `source` and `row`
    lead to the path that it goes on from.
    """

    cost: NDArray[np.float64]
    skipped: NDArray[np.float64]
    beat: NDArray[np.float64]
    give: NDArray[np.float64]
    phase: NDArray[np.int64]
    ticks: NDArray[np.int64]
    total: NDArray[np.int64]
    bars: NDArray[np.int64]
    over: NDArray[np.int64]
    source: NDArray[np.int64]
    row: NDArray[np.int64]

    def taken(self, rows: NDArray[np.int64]) -> _Stage:
        return _Stage(*(column[rows] for column in vars(self).values()))

    @classmethod
    def joined(cls, stages: Sequence[_Stage]) -> _Stage:
        columns = zip(*(vars(stage).values() for stage in stages), strict=True)
        return cls(*(np.concatenate(column) for column in columns))


def find_paths(stretch: TempoStretch, most_skipped: int) -> tuple[Path, ...]:
    """The cheapest paths through a stretch, cheapest first, that skip no more anchors in a row.

    There may be none.
    """
    return _Search(stretch).paths(most_skipped)


class _Search:
    def __init__(self, stretch: TempoStretch) -> None:
        self.stretch, lattice = stretch, stretch.lattice
        goal = stretch.goal
        self.anchors = list(stretch.anchors)
        if goal is not None:
            at = goal.seconds
            self.anchors.append(Anchor(at, at, at, 0.0, "downbeat", fixed=True))
        self._odd_sum = np.full(lattice.bar, -1)
        self._odd_count = np.zeros(lattice.bar, dtype=np.int64)
        for over, odd in lattice.odd_bars.items():
            self._odd_sum[over], self._odd_count[over] = sum(odd), len(odd)
        self._last_downbeat = max(
            (n for n, a in enumerate(self.anchors, 1) if a.land_on == "downbeat"), default=0
        )

    def paths(self, most_skipped: int) -> tuple[Path, ...]:
        stages = [self._start()]
        count = len(self.anchors)
        for number in range(1, count + 1):
            first = max(0, number - 1 - most_skipped)
            ways = [
                self._extended(stages[source], source, number) for source in range(first, number)
            ]
            stages.append(self._best(_Stage.joined(ways), number))
        if self.stretch.goal is not None:
            ends = [(count, row) for row in range(len(stages[count].cost))]
        else:
            first = max(0, count - most_skipped)
            ends = [(n, row) for n in range(first, count + 1) for row in range(len(stages[n].cost))]
        found = [self._path(stages, *end) for end in ends]
        return tuple(sorted(found, key=lambda path: path.cost)[:MOST_PATHS])

    def _start(self) -> _Stage:
        beat = self.stretch.first_beat_seconds
        given = {"beat": np.nan if beat is None else beat, "phase": self.stretch.lattice.phase}
        numbers = {"cost": 0.0, "skipped": 0.0, "give": 0.0}
        names = _Stage.__dataclass_fields__
        return _Stage(*(np.array([{**numbers, **given}.get(name, 0)]) for name in names))

    def _extended(self, stage: _Stage, source: int, number: int) -> _Stage:
        """The paths of a stage, each with every number of ticks up to another anchor."""
        lattice, tempi = self.stretch.lattice, self.stretch.tempi
        anchor = self.anchors[number - 1]
        before = self.anchors[source - 1] if source else None
        gap = anchor.at - (before.at if before else 0.0)
        give = (anchor.give + (before.give if before else 0.0)) / 2
        ticks = self._lengths(gap, give)[None, :]
        beats = ticks / lattice.ticks_per_beat
        beat = np.clip(gap / beats, tempi.quickest, tempi.slowest)
        bend = np.abs(np.log(beat / stage.beat[:, None]))
        bend = np.maximum(0.0, bend - 0.5 * (give / gap + stage.give[:, None]))
        bend = np.where(np.isnan(bend), 0.0, bend)
        mean_beats = (beats + stage.ticks[:, None] / lattice.ticks_per_beat) / 2
        per_beat = bend / mean_beats
        skipped = sum(a.weight for a in self.anchors[source : number - 1])
        astray = _ASTRAY * len(self.anchors) * gap / self.stretch.seconds
        own = (
            astray * np.log(beat / tempi.wanted) ** 2
            + _OVER_RANGE * np.abs(np.log(gap / beats / beat))
            + _SKIPPED * skipped
        )
        steep = np.maximum(0.0, per_beat - _STEEP_FROM * tempi.max_change)
        cost = stage.cost[:, None] + own + _BEND * bend * per_beat + _STEEP * steep
        phase, bars, over, lands = self._bars(stage, ticks, anchor)
        cost = cost + _ODD_BAR * self._odd_count[over]
        total = stage.total[:, None] + ticks
        lands &= per_beat <= _STEEPEST * tempi.max_change
        lands &= self._reaches_goal(total, bars, anchor)
        rows, columns = np.nonzero(lands)
        made = len(rows)
        return _Stage(
            cost=cost[rows, columns],
            skipped=stage.skipped[rows] + skipped,
            beat=beat[0, columns],
            give=np.full(made, give / gap),
            phase=phase[rows, columns],
            ticks=ticks[0, columns],
            total=total[rows, columns],
            bars=bars[rows, columns],
            over=over[rows, columns],
            source=np.full(made, source),
            row=rows,
        )

    def _lengths(self, gap: float, give: float) -> NDArray[np.int64]:
        """The numbers of ticks that a gap may have."""
        tempi, ticks = self.stretch.tempi, self.stretch.lattice.ticks_per_beat
        least = max(1, int(np.ceil((gap - give) / tempi.slowest * ticks)))
        most = int(np.floor((gap + give) / tempi.quickest * ticks))
        if most - least >= _MOST_LENGTHS:
            middle = round(gap / tempi.wanted * ticks)
            least = min(max(least, middle - _MOST_LENGTHS // 2), most - _MOST_LENGTHS)
            most = least + _MOST_LENGTHS
        return np.arange(least, most + 1)

    def _bars(
        self, stage: _Stage, ticks: NDArray[np.int64], anchor: Anchor
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Where in its bar each lands, bars so far, what odd bars take up, and if it may land."""
        lattice, before = self.stretch.lattice, stage.phase[:, None]
        bars = stage.bars[:, None]
        if anchor.land_on == "downbeat":
            rest = ticks - -before % lattice.bar
            over = rest % lattice.bar
            odd = self._odd_sum[over]
            bars = bars + (before > 0) + (rest - odd) // lattice.bar + self._odd_count[over]
            return np.zeros_like(rest), bars, over, (odd >= 0) & (rest >= odd)
        phase = (before + ticks) % lattice.bar
        bars = bars + (before + ticks) // lattice.bar
        parts = lattice.beat.parts if anchor.land_on == "any" else 1
        grid = lattice.ticks_per_beat // parts
        return phase, bars, np.zeros_like(phase), phase % grid == 0

    def _reaches_goal(
        self, total: NDArray[np.int64], bars: NDArray[np.int64], anchor: Anchor
    ) -> NDArray[np.bool_]:
        goal, tempi = self.stretch.goal, self.stretch.tempi
        if goal is None:
            return np.ones_like(total, dtype=np.bool_)
        if anchor.fixed:
            reaches: NDArray[np.bool_] = (total == goal.tick) & (bars == goal.bars)
            return reaches
        beats = (goal.tick - total) / self.stretch.lattice.ticks_per_beat
        left = goal.seconds - anchor.at
        within: NDArray[np.bool_] = (beats > 0) & (beats * tempi.quickest <= left + anchor.give)
        return within & (beats * tempi.slowest >= left - anchor.give)

    def _best(self, stage: _Stage, number: int) -> _Stage:
        """The cheapest states, with the cheapest paths of each."""
        kept = stage.phase
        if number >= self._last_downbeat:
            kept = kept % self.stretch.lattice.ticks_per_beat
        columns = [stage.source, stage.ticks, kept]
        if self.stretch.goal is not None:
            columns += [stage.total, stage.bars]
        state = _one_number(columns)
        order = np.lexsort((stage.cost, state))
        first = np.flatnonzero(np.diff(state[order], prepend=-1))
        sizes = np.diff(first, append=len(order))
        rank = np.arange(len(order)) - np.repeat(first, sizes)
        place = np.argsort(np.argsort(stage.cost[order[first]], kind="stable"), kind="stable")
        keep = (rank < _PATHS_A_STATE) & (np.repeat(place, sizes) < _STATES_A_STAGE)
        return stage.taken(order[keep])

    def _path(self, stages: Sequence[_Stage], end: int, row: int) -> Path:
        skipped = sum(anchor.weight for anchor in self.anchors[end:])
        cost = float(stages[end].cost[row]) + _SKIPPED * skipped
        skipped += float(stages[end].skipped[row])
        landings = tuple(self._landings(stages, end, row))
        return Path(landings[::-1], cost, skipped)

    def _landings(self, stages: Sequence[_Stage], number: int, row: int) -> Iterator[Landing]:
        while number:
            stage = stages[number]
            odd = self.stretch.lattice.odd_bars[int(stage.over[row])]
            yield Landing(self.anchors[number - 1], int(stage.total[row]), odd)
            number, row = int(stage.source[row]), int(stage.row[row])


def _one_number(columns: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Rows of numbers ≥ 0 as one number each, another one for every other row."""
    number = np.zeros_like(columns[0])
    for column in columns:
        number = number * (int(column.max(initial=0)) + 1) + column
    return number
