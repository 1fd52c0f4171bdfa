"""Tempo maps that meet hits: 200 random cues of each kind, and the best constant tempo beside it.

Hits lie anywhere in 90 s, on whole frames at 24 a second, none within 2 s of another; music may
be 1 frame early or 2 late, and change its tempo by 2 % a beat. The kinds: 8 hits on any beat, 15,
and 8 on downbeats, from 100 to 140 bpm; 8 on any beat from 70 to 90, where a few cannot be met.
Times are of one processor.
"""

from __future__ import annotations

import math
import random
import time
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import mean, median

from hostkit.picture.hits import HitPoint
from hostkit.picture.landing import HitOutcome
from hostkit.picture.solver.solve import Solution, solve
from hostkit.picture.solver.wishes import Wishes
from hostkit.session.model.music import LandOn

CUES = 200
SECONDS, APART = 90.0, 2.0
FRAME = Fraction(1, 24)


@dataclass(frozen=True)
class Kind:
    """A kind of cue."""

    hits: int
    land_on: LandOn
    low_bpm: float
    high_bpm: float


KINDS = {
    "8_on_beats": Kind(8, "beat", 100, 140),
    "15_on_beats": Kind(15, "beat", 100, 140),
    "8_on_downbeats": Kind(8, "downbeat", 100, 140),
    "slow_8_on_beats": Kind(8, "beat", 70, 90),
}


def measure() -> dict[str, float]:
    """Per cent of hits caught, misses in frames, changes per beat, odd bars, milliseconds."""
    found: dict[str, float] = {}
    for name, kind in KINDS.items():
        solutions, milliseconds = _solved(kind)
        found[f"{name}_caught_percent"] = 100 * mean(_caught(one) / kind.hits for one in solutions)
        found[f"{name}_best_constant_percent"] = 100 * mean(
            one.constant[0].caught / kind.hits for one in solutions
        )
        found[f"{name}_worst_miss_frames"] = mean(
            max(abs(hit.frames_off) for hit in one.hits) for one in solutions
        )
        found[f"{name}_change_percent"] = max(one.max_change_percent for one in solutions)
        found[f"{name}_odd_bars"] = mean(one.odd_bars for one in solutions)
        found[f"{name}_ms"] = median(milliseconds)
    for figure in ("change_percent", "odd_bars", "ms"):
        found[f"most_{figure}"] = max(found[f"{name}_{figure}"] for name in KINDS)
    return found


def _solved(kind: Kind) -> tuple[list[Solution], list[float]]:
    chance = random.Random(1)
    wishes = Wishes(kind.low_bpm, kind.high_bpm, math.sqrt(kind.low_bpm * kind.high_bpm))
    solutions, milliseconds = [], []
    for _ in range(CUES):
        hits = _cue(chance, kind)
        began = time.process_time()
        solutions.append(solve(hits, wishes))
        milliseconds.append((time.process_time() - began) * 1000)
    return solutions, milliseconds


def _cue(chance: random.Random, kind: Kind) -> tuple[HitPoint, ...]:
    while True:
        seconds = sorted(chance.uniform(APART, SECONDS) for _ in range(kind.hits))
        if all(after - before >= APART for before, after in pairwise(seconds)):
            frames = [round(at / FRAME) for at in seconds]
            return tuple(HitPoint(str(at), at * FRAME, land_on=kind.land_on) for at in frames)


def _caught(solution: Solution) -> int:
    return sum(one.outcome is HitOutcome.CAUGHT for one in solution.hits)


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.2f}")
