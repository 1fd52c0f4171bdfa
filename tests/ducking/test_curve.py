"""The curve: granted wishes, slow ramps, nothing moved elsewhere, for any phrases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.ducking.gain.curve import GainCurve, build_curve
from hostkit.ducking.gain.protection import Wish
from hostkit.ducking.gain.ramps import OPEN_SECONDS, PEAK_OF_MEAN, Level, RampTimes, eased

RATE = 48_000
TIMES = RampTimes(RATE, down_seconds=0.3, up_seconds=0.6, slope_db_per_s=30.0)
LENGTH = 60 * RATE


def curve_of(levels: list[Level], protected: Sequence[tuple[int, int]] = ()) -> GainCurve:
    """Where each level is spoken in all the time."""
    wishes = [Wish(level, level.start, level.stop) for level in levels]
    return build_curve(wishes, protected, TIMES, LENGTH)


def at_each_ms(curve: GainCurve) -> np.ndarray:
    return curve.at(np.arange(0, LENGTH, RATE // 1000))


def steepest(curve: GainCurve) -> float:
    steps = np.diff(curve.gain_db) / np.diff(curve.frames)
    return float(np.abs(steps).max() * RATE)


@st.composite
def wishes(draw: st.DrawFn) -> list[Level]:
    """Up to twelve phrases in order, without overlap, each with a depth."""
    edges = draw(st.lists(st.integers(0, LENGTH), min_size=2, max_size=24, unique=True))
    edges = sorted(edges)[: len(edges) // 2 * 2]
    return [
        Level(start, stop, -draw(st.floats(0, 24, allow_nan=False)))
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
    ]


@given(wishes())
def test_every_wish_is_granted_within_the_slope(levels: list[Level]) -> None:
    curve = curve_of(levels)
    for level in levels:
        inside = curve.at(np.arange(level.start, level.stop, 480))
        assert inside.max() <= level.gain_db + 1e-5
    assert steepest(curve) <= 30.0
    assert np.all(np.diff(curve.frames) > 0)
    assert curve.gain_db.max() <= 0.0
    deepest = min(level.gain_db for level in levels)
    assert curve.gain_db.min() >= deepest - 1e-5


@given(wishes(), st.lists(st.integers(0, 59), min_size=1, max_size=4))
def test_protected_spans_stay_at_full_level(levels: list[Level], seconds: list[int]) -> None:
    spans = [(second * RATE, second * RATE + RATE // 2) for second in seconds]
    curve = curve_of(levels, spans)
    for start, stop in spans:
        assert np.all(curve.at(np.arange(start, stop, 480)) == 0.0)
    assert steepest(curve) <= 30.0


def dips(curve: GainCurve) -> Iterator[tuple[int, int]]:
    """Where the curve is lowest between a fall and a rise: first and last frame."""
    moves = np.sign(np.diff(curve.gain_db)).astype(int)
    fell = None
    for place, move in enumerate(moves):
        if move < 0:
            fell = place + 1
        elif move > 0 and fell is not None:
            yield int(curve.frames[fell]), int(curve.frames[place])
            fell = None


LEAD, HOLD = round(0.3 * RATE), round(0.8 * RATE)


@given(wishes(), st.lists(st.integers(0, 590), min_size=1, max_size=6))
def test_music_never_dips_where_nobody_speaks(levels: list[Level], tenths: list[int]) -> None:
    """Protected hits cut wishes up; what is left of one goes down for speech or not at all."""
    spans = [(tenth * RATE // 10, tenth * RATE // 10 + RATE // 2) for tenth in tenths]
    wishes = [
        Wish(Level(lv.start - LEAD, lv.stop + HOLD, lv.gain_db), lv.start, lv.stop) for lv in levels
    ]
    for first, last in dips(build_curve(wishes, spans, TIMES, LENGTH)):
        assert any(wish.speech_start <= last and first < wish.speech_stop for wish in wishes)


@pytest.mark.parametrize(
    ("hit", "moves"),
    [
        (9.9, [(10.8, -12.0), (15.8, -12.0)]),  # at the first word: no dip before it
        (15.2, [(9.7, -12.0), (14.6, -12.0)]),  # after the last word: none after it
        (16.2, [(9.7, -12.0), (15.6, -12.0)]),  # in the release, which is not broken off
    ],
)
def test_a_hit_beside_a_phrase_makes_no_pump(hit: float, moves: list[tuple[float, float]]) -> None:
    wish = Wish(Level(round(9.7 * RATE), round(15.8 * RATE), -12.0), 10 * RATE, 15 * RATE)
    span = (round(hit * RATE), round((hit + 0.4) * RATE))
    curve = build_curve([wish], [span], TIMES, LENGTH)
    found = list(dips(curve))
    assert [(first / RATE, last / RATE) for first, last in found] == [
        pytest.approx((moves[0][0], moves[1][0]), abs=0.02)
    ]
    assert curve.deepest_db == -12.0


def test_nothing_moves_outside_phrases_and_ramps() -> None:
    curve = curve_of([Level(20 * RATE, 25 * RATE, -12.0)])
    gain = at_each_ms(curve)
    down = TIMES.frames(0.0, -12.0) / RATE
    up = TIMES.frames(-12.0, 0.0) / RATE
    assert down == pytest.approx(12 * PEAK_OF_MEAN / 30, abs=0.001)  # slope, not attack, decides
    assert up == pytest.approx(0.6, abs=0.001)
    assert np.all(gain[: round((20 - down) * 1000) - 1] == 0.0)
    assert np.all(gain[round((25 + up) * 1000) + 1 :] == 0.0)
    assert np.all(gain[20_000:25_001] == -12.0)


def test_phrases_too_close_for_their_ramps_are_joined() -> None:
    near = [Level(10 * RATE, 12 * RATE, -10.0), Level(13 * RATE, 15 * RATE, -6.0)]
    gain = at_each_ms(curve_of(near))
    between = gain[12_000:13_000]
    assert between.max() <= -6.0  # it does not come up on the way
    assert np.all(np.diff(between) >= 0.0)


def test_between_two_phrases_music_comes_up_for_a_while_or_not_at_all() -> None:
    room = TIMES.frames(-10.0, 0.0) + TIMES.frames(0.0, -10.0)
    for spare_seconds, opens in ((OPEN_SECONDS - 0.01, False), (OPEN_SECONDS + 0.01, True)):
        later = 12 * RATE + room + round(spare_seconds * RATE)
        both = [Level(10 * RATE, 12 * RATE, -10.0), Level(later, later + RATE, -10.0)]
        curve = curve_of(both)
        assert (curve.range_db(12.0, later / RATE)[1] == 0.0) is opens


def test_a_phrase_at_the_very_start_is_down_at_once() -> None:
    curve = curve_of([Level(-2000, RATE, -9.0)])
    assert curve.at(np.array([0])).tolist() == [-9.0]


def test_no_wishes_make_a_flat_curve() -> None:
    curve = curve_of([Level(0, RATE, 0.0)], [(5, 10)])
    assert curve.frames.tolist() == [0, LENGTH]
    assert curve.gain_db.tolist() == [0.0, 0.0]


def test_ramps_are_smooth() -> None:
    """The slope of a ramp grows and shrinks steadily, to 1.25 of its mean at most."""
    slope = np.diff(eased(np.linspace(0, 1, 1001))) * 1000
    assert slope.max() == pytest.approx(PEAK_OF_MEAN, rel=1e-6)
    assert np.abs(np.diff(slope)).max() <= 0.0065  # 1.25 over a fifth of 1000 steps
    assert slope[0] <= 0.01
    assert slope[-1] <= 0.01


def test_runs_tell_flat_from_moving() -> None:
    curve = curve_of([Level(20 * RATE, 25 * RATE, -12.0)])
    kinds = [constant for _, _, constant in curve.runs(0, LENGTH)]
    assert kinds == [0.0, None, -12.0, None, 0.0]
