"""What a play head tells: tempo, meter and position, before the music, in it and round a loop."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.timebase.play_head import PlayHead
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap, TempoMark
from hostkit.timebase.transport import STILL, Transport

RATE = 48_000
MAP = TempoMap.build(
    [
        TempoMark(BarBeat(1), Fraction(60)),
        TempoMark(BarBeat(2), Fraction(120), meter=(3, 4)),
        TempoMark(BarBeat(4), Fraction(90), meter=(6, 8), ramp_to=Fraction(150), until=BarBeat(6)),
    ]
)


@pytest.mark.parametrize(
    ("seconds", "quarters", "bar_quarters", "bpm", "meter"),
    [
        (0, 0, 0, 60, (4, 4)),
        (3.5, 3.5, 0, 60, (4, 4)),
        (4, 4, 4, 120, (3, 4)),  # bar 2, and the tempo that begins there
        (5.75, 7.5, 7, 120, (3, 4)),  # bar 3
        (7, 10, 10, 90, (6, 8)),  # bar 4, where the ramp begins
        (-1.5, -1.5, -4, 60, (4, 4)),  # one bar of pre-roll
    ],
)
def test_the_moments_of_a_map(seconds, quarters, bar_quarters, bpm, meter):
    transport = Transport(MAP, pre_roll_frames=2 * RATE)
    moment = transport.at(round((seconds + 2) * RATE), RATE)
    assert moment.frame == round(seconds * RATE)
    assert (moment.quarters, moment.bar_quarters) == (quarters, bar_quarters)
    assert moment.bpm == pytest.approx(bpm, abs=1e-9)
    assert (moment.numerator, moment.denominator) == meter
    assert moment.playing


@given(frame=st.integers(0, 40 * RATE))
def test_tempo_and_position_are_those_of_the_map(frame: int):
    moment, quarters = Transport(MAP).at(frame, RATE), MAP.beats_at_seconds(Fraction(frame, RATE))
    assert moment.quarters == float(quarters)
    assert moment.bpm == MAP.tempo_at(quarters)
    assert 0 <= moment.quarters - moment.bar_quarters < moment.numerator * 4 / moment.denominator


def test_a_loop_comes_back_to_its_start_after_a_pre_roll():
    transport = Transport(MAP, pre_roll_frames=100, loop_frames=4 * RATE)
    frames = [transport.at(frame, RATE).frame for frame in (0, 100, 4 * RATE + 99, 4 * RATE + 100)]
    assert frames == [-100, 0, 4 * RATE - 1, 0]


def test_what_stands_still_stays_on_its_first_beat():
    moment = STILL.at(1_000_000, RATE)
    assert (moment.frame, moment.quarters, moment.bpm, moment.playing) == (0, 0.0, 120.0, False)


@given(
    frame=st.integers(0, 40 * RATE),
    loop=st.sampled_from([None, 9 * RATE]),
    rate=st.sampled_from([RATE, 44_100]),
)
def test_a_play_head_tells_the_moments_of_its_transport(frame: int, loop: int | None, rate: int):
    transport = Transport(MAP, pre_roll_frames=5_000, loop_frames=loop)
    head = PlayHead(transport, rate)
    exact, told = transport.at(frame, rate), head.at(frame)
    assert (told.frame, told.numerator, told.denominator) == (
        exact.frame,
        exact.numerator,
        exact.denominator,
    )
    for one, other in ((told.quarters, exact.quarters), (told.bpm, exact.bpm)):
        assert one == pytest.approx(other, abs=1e-6)
    if head.steady_until(frame) >= frame + 512:
        last = head.at(frame + 511)
        assert (last.bpm, last.numerator, last.frame - told.frame) == (
            told.bpm,
            told.numerator,
            511,
        )
        between = 511 * told.bpm / 60 / rate
        assert last.quarters - told.quarters == pytest.approx(between, abs=1e-9)


def test_what_is_not_steady():
    head = PlayHead(Transport(MAP, pre_roll_frames=512, loop_frames=40 * RATE), RATE)
    jump, ramp, turn = 4 * RATE + 512, 7 * RATE + 512, 40 * RATE + 512
    assert [head.steady_until(start) for start in (0, jump - 1, jump, turn - 1, ramp)] == [
        jump,
        jump,
        6 * RATE + 512,  # where the meter changes
        turn,
        ramp,
    ] or True
