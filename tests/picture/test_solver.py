"""The tempo solver: what it claims is integrated anew from the tempo points that it gives."""

from __future__ import annotations

import io
import math
import os
import random
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostkit.errors import BadValue
from hostkit.midi.write import midi_bytes
from hostkit.picture.hits import HitPoint
from hostkit.picture.landing import HitOutcome
from hostkit.picture.solver.constant import constant_tempi, frame_click
from hostkit.picture.solver.kept import kept_spans
from hostkit.picture.solver.obstacles import reasons, what_helps
from hostkit.picture.solver.solve import Solution, solve
from hostkit.picture.solver.steepness import jumps
from hostkit.picture.solver.wishes import Wishes, usual_meters
from hostkit.session.model.music import LandOn
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap, TempoMark

FRAME = Fraction(1, 24)
WISHES = Wishes(100, 140, 118)


def hits_at(*seconds: float, **more: object) -> tuple[HitPoint, ...]:
    """Hits on whole frames."""
    return tuple(
        replace(HitPoint(f"hit {n}", round(at / FRAME) * FRAME), **more)
        for n, at in enumerate(seconds, 1)
    )


def random_cue(chance: random.Random, count: int, land_on: LandOn) -> tuple[HitPoint, ...]:
    """Hits anywhere in 90 s, none within 2 s of another: as `tests/benchmarks/hits.py` has them."""
    while True:
        seconds = sorted(chance.uniform(2, 90) for _ in range(count))
        if all(after - before >= 2 for before, after in pairwise(seconds)):
            return hits_at(*seconds, land_on=land_on)


def caught(solution: Solution) -> int:
    return sum(one.outcome is HitOutcome.CAUGHT for one in solution.hits)


def seconds_at(tempo_map: TempoMap, marks: tuple[TempoMark, ...], quarters: float) -> float:
    """When a quarter note comes, by adding up thin slices of the points' own tempo."""
    total, now = 0.0, 0.0
    places = [float(tempo_map.beats_at(mark.at)) for mark in marks]
    for mark, start, after in zip(marks, places, [*places[1:], math.inf], strict=True):
        if mark.ramp_to is not None:
            now = float(tempo_map.beats_at(mark.until))
            reached = min(quarters, now)
            slope = float(mark.ramp_to - mark.bpm) / (now - start)
            width = max(0.0, reached - start) / 64
            total += sum(60 * width / (mark.bpm + slope * (n + 0.5) * width) for n in range(64))
            start = now
        steady = max(0.0, min(quarters, after) - start)
        total += 60 * steady / float(mark.ramp_to or mark.bpm)
    return total


def check(solution: Solution, wishes: Wishes) -> None:
    """What holds of every solution without kept bars, of feasible hits and others."""
    marks, tempo_map = solution.marks, solution.tempo_map
    assert marks[0].at == BarBeat(1)
    for mark in marks:
        for bpm in (mark.bpm, mark.ramp_to or mark.bpm):
            assert wishes.low_bpm <= float(bpm) <= wishes.high_bpm
    for before, after in pairwise(marks):  # no gap, no jump: each begins as the last one ended
        assert after.bpm == (before.ramp_to or before.bpm)
        assert before.until is None or before.until <= after.at
    assert solution.max_change_percent <= 100 * wishes.max_change
    assert not jumps(tempo_map, solution.end, 100 * wishes.max_change)
    for one in solution.hits:
        landing = float(tempo_map.beats_at(one.landing))
        when = seconds_at(tempo_map, marks, landing)
        assert when == pytest.approx(float(one.lands_at_seconds), abs=2e-5)
        off = (when - float(one.hit.seconds)) / float(FRAME)
        assert one.frames_off == pytest.approx(off, abs=0.001)
        inside = -one.hit.early_frames - 0.006 <= off <= one.hit.late_frames + 0.006
        assert (one.outcome is HitOutcome.CAUGHT) == inside
        if one.hit.land_on != "any":
            assert one.landing.beat.denominator == 1
        if one.hit.land_on == "downbeat":
            assert one.landing.beat == 1


@pytest.mark.parametrize(
    ("count", "land_on", "low", "high", "worst_frames"),
    [
        (8, "beat", 100, 140, 0.5),
        (15, "beat", 100, 140, 0.75),
        (8, "downbeat", 100, 140, 0.5),
        (8, "beat", 70, 90, 0.75),
    ],
)
def test_random_cues_are_met_whole(
    count: int, land_on: LandOn, low: int, high: int, worst_frames: float
):
    chance = random.Random(4)
    wishes = Wishes(low, high, math.sqrt(low * high))
    worst, odd = [], []
    for _ in range(12):
        hits = random_cue(chance, count, land_on)
        solution = solve(hits, wishes)
        check(solution, wishes)
        assert caught(solution) == count
        assert solution.constant[0].caught < count
        worst.append(max(abs(one.frames_off) for one in solution.hits))
        odd.append(solution.odd_bars)
    assert sum(worst) / len(worst) <= worst_frames
    assert sum(odd) / len(odd) <= 1.5


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_whatever_is_asked_the_map_is_whole_and_lands_where_it_says(data: st.DataObject):
    seconds = data.draw(st.lists(st.floats(0, 60), min_size=1, max_size=7))
    hits = tuple(
        replace(
            hit,
            land_on=data.draw(st.sampled_from(["downbeat", "beat", "any"])),
            weight=data.draw(st.sampled_from([0, 1, 3])),
            early_frames=data.draw(st.sampled_from([0, 1, 3])),
        )
        for hit in hits_at(*sorted(seconds))
    )
    low = data.draw(st.integers(40_000, 160_000)) / 1000
    high = round(low * data.draw(st.floats(1, 1.6)), 3)
    wishes = Wishes(
        low,
        high,
        math.sqrt(low * high),
        data.draw(st.sampled_from([0.005, 0.02, 0.05])),
        usual_meters(data.draw(st.sampled_from([(4, 4), (3, 4), (6, 8)]))),
        data.draw(st.integers(0, 2)),
    )
    solution = solve(hits, wishes)
    check(solution, wishes)
    assert solve(hits, wishes).marks == solution.marks


def test_the_heavier_of_two_that_exclude_each_other_is_met_and_the_other_explained():
    early, late = hits_at(10, 10.3, land_on="downbeat")
    sea = hits_at(20)[0]
    for first, second in ((1, 3), (3, 1)):
        hits = (replace(early, weight=first), replace(late, weight=second), sea)
        solution = solve(hits, WISHES)
        (one,) = solution.missed
        assert one.hit.weight == 1
        ((missed, why),) = reasons(solution)
        assert missed is one
        assert "7 frames from" in why
        assert "no two downbeats" in why


def test_hits_that_one_beat_can_meet_are_met_by_it():
    solution = solve(hits_at(10, 10 + 1 / 24, land_on="downbeat"), WISHES)
    assert caught(solution) == 2
    assert solution.hits[0].landing == solution.hits[1].landing


def test_what_helps_is_tried_and_does_help():
    """Bars of 4/4 at 100 to 140 bpm last 1.71 to 2.4 s: 3 s are none."""
    heavy, *others = hits_at(12, 15, 27, land_on="downbeat")
    hits = (replace(heavy, weight=3), *others)
    narrow = replace(WISHES, meters=((4, 4),))
    solution = solve(hits, narrow)
    assert caught(solution) == 2
    ((_, why),) = reasons(solution)
    assert "1 bar at 80.0 bpm, 2 bars at 160.0 bpm" in why
    written = {helps.written: helps.caught for helps in what_helps(solution, hits)}
    assert written["--meters 4/4,3/4,5/4,2/4"] == 3
    assert caught(solve(hits, WISHES)) == 3
    assert written["--bpm 80-168"] == 3
    assert caught(solve(hits, replace(narrow, low_bpm=80, high_bpm=168))) == 3


def test_a_range_of_one_tempo_is_that_tempo_and_gets_the_most_of_it():
    hits = hits_at(1.5, 3.0, 4.25, 6.0)
    solution = solve(hits, Wishes(120, 120, 120))
    assert [mark.bpm for mark in solution.marks] == [120]
    assert [one.outcome is HitOutcome.CAUGHT for one in solution.hits] == [True, True, False, True]


def test_constant_tempi_are_ranked_and_have_clicks():
    hits = hits_at(2, 5.5, 11, 12.5)
    best = constant_tempi(hits, WISHES)[0]
    assert (best.bpm, best.caught, best.mean_frames_off) == (120, 4, 0)
    assert frame_click(120, FRAME) == (12, 0, True)
    assert frame_click(96, Fraction(1, 25)) == (15, 5, True)
    important = (*hits[:3], replace(hits_at(12.2)[0], weight=4))
    first = constant_tempi(important, WISHES)[0]
    assert (first.important, first.important_caught) == (1, 1)


def test_a_pick_up_begins_off_the_bar():
    hits = hits_at(8.5, 20.5, land_on="downbeat")
    solution = solve(hits, replace(WISHES, wanted_bpm=120, pickup_beats=1))
    assert solution.marks[0].meter == (1, 4)
    assert solution.marks[1].at == BarBeat(2)
    assert solution.marks[1].meter == (4, 4)
    assert caught(solution) == 2
    assert solution.odd_bars == 0


def test_kept_bars_stay_in_their_place_and_the_rest_goes_around_them():
    """Two spans are kept: 1-5 and 13-17 of a map with a ramp, a jump and a bar of 3/4."""
    old = TempoMap.build(
        [
            TempoMark(BarBeat(1), Fraction(110), (4, 4), Fraction(120), BarBeat(9)),
            TempoMark(BarBeat(13), Fraction(118)),
            TempoMark(BarBeat(15), Fraction(118), (3, 4)),
            TempoMark(BarBeat(16), Fraction(118), (4, 4)),
        ]
    )
    spans = [(BarBeat(13), BarBeat(17)), (BarBeat(1), BarBeat(5))]
    seconds = [float(old.seconds_of(BarBeat(bar))) for bar in (5, 13, 17)]
    hits = hits_at(seconds[0] + 5.2, seconds[1] + 2.2, seconds[2] + 6.1, seconds[2] + 14.9)
    solution = solve(hits, replace(WISHES, low_bpm=95), kept_spans(spans, old))
    assert [one.outcome is HitOutcome.CAUGHT for one in solution.hits][::2] == [True, True]
    for bar in (1, 2, 4, 5, 13, 14, 15, 16, 17):
        place = BarBeat(bar)
        assert float(solution.tempo_map.seconds_of(place)) == pytest.approx(
            float(old.seconds_of(place)), abs=1e-6
        )
    assert not jumps(solution.tempo_map, solution.end, 2.0)
    with pytest.raises(BadValue, match="no bar line"):
        kept_spans([(BarBeat(1), BarBeat(5, Fraction(2)))], old)
    with pytest.raises(BadValue, match="cannot be kept where it is"):
        solve(hits, replace(WISHES, meters=((3, 4),)), kept_spans(spans[:1], old))


def test_beside_kept_bars_the_range_gives_way_to_their_tempo():
    old = TempoMap.build([TempoMark(BarBeat(1), Fraction(92))])
    start = float(old.seconds_of(BarBeat(5)))
    hits = hits_at(start + 9.3, start + 21.7)
    solution = solve(hits, WISHES, kept_spans([(BarBeat(1), BarBeat(5))], old))
    assert caught(solution) == 2
    assert float(solution.tempo_map.seconds_of(BarBeat(5))) == pytest.approx(start, abs=1e-6)
    assert solution.max_change_percent <= 2
    assert solution.tempo_map.tempo_at(solution.end) > 95


def test_nothing_to_solve_and_too_much_are_refused():
    with pytest.raises(BadValue, match="no hits"):
        solve((), WISHES)
    with pytest.raises(BadValue, match="too many"):
        solve(hits_at(*range(1, 202)), WISHES)


def test_a_solved_map_as_midi_has_every_beat_within_half_a_millisecond():
    solution = solve(random_cue(random.Random(9), 8, "downbeat"), WISHES)
    file = mido.MidiFile(file=io.BytesIO(midi_bytes(solution.tempo_map, (), (), name="cue")))
    tempi = [
        (sum(m.time for m in track[: n + 1]), message.tempo)
        for track in file.tracks
        for n, message in enumerate(track)
        if message.type == "set_tempo"
    ]
    for beat in range(int(solution.end)):
        tick = beat * file.ticks_per_beat
        seconds = 0.0
        for (start, tempo), (end, _) in pairwise([*tempi, (math.inf, 0)]):
            ticks = max(0, min(tick, end) - start)
            seconds += mido.tick2second(ticks, file.ticks_per_beat, tempo)
        assert seconds == pytest.approx(
            float(solution.tempo_map.seconds_at(Fraction(beat))), abs=0.0005
        )


def test_the_map_is_the_same_whatever_the_process():
    """Two threads, or one; texts hashed one way or another."""
    program = (
        "import random, test_solver as t\n"
        "chance = random.Random(2)\n"
        "print([t.solve(t.random_cue(chance, 8, 'downbeat'), t.WISHES).marks for _ in range(4)])"
    )
    said = set()
    for number in ("1", "2"):
        more = {"OPENBLAS_NUM_THREADS": number, "PYTHONHASHSEED": number}
        environment = {**os.environ, **more, "PYTHONPATH": os.pathsep.join(sys.path)}
        ran = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            cwd=Path(__file__).parent,
            capture_output=True,
            check=True,
        )
        said.add(ran.stdout)
    assert len(said) == 1
