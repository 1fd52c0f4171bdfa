"""The tempo map: exact, monotone, and the same by every way through it."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.meters import MeterMap
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.position import BarBeat, parse_position
from hostkit.timebase.tempo_map import TempoMap, TempoMark, TempoPointError
from hostkit.timebase.timecode import TimecodeLabel

PICTURE = PictureStart(FrameRate.parse(23.976), TimecodeLabel.parse("01:00:42:10"))


def point(at, bpm=120, meter=None, ramp_to=None, until=None, curve="beats") -> TempoMark:
    return TempoMark(
        parse_position(at),
        Fraction(str(bpm)),
        tuple(int(part) for part in meter.split("/")) if meter else None,
        None if ramp_to is None else Fraction(str(ramp_to)),
        None if until is None else parse_position(until),
        curve,
    )


def tempo_map(*points: TempoMark, picture=None) -> TempoMap:
    return TempoMap.build(points, picture)


bpms = st.one_of(
    st.integers(30, 300).map(Fraction),
    st.decimals(30, 300, places=2).map(Fraction),
    st.integers(200_000, 2_000_000).map(lambda us: Fraction(60_000_000, us)),
)


@st.composite
def maps(draw) -> TempoMap:
    """One to five points, each a step or a ramp of one to three bars, in changing meters."""
    points, bar = [], 1
    for _ in range(draw(st.integers(1, 5))):
        until = bar + draw(st.integers(1, 3))
        ramp = draw(st.booleans())
        points.append(
            TempoMark(
                BarBeat(bar),
                draw(bpms),
                draw(st.sampled_from([None, (4, 4), (3, 4), (6, 8), (7, 8), (5, 16)])),
                draw(bpms) if ramp else None,
                BarBeat(until) if ramp else None,
                draw(st.sampled_from(["beats", "time", "geometric"])),
            )
        )
        bar = until + draw(st.integers(0, 2))
    return TempoMap.build(points)


def test_without_points_it_is_120_in_four_four():
    plain = tempo_map()
    assert plain.seconds_at(Fraction(4)) == 2
    assert plain.beats_at(BarBeat(9)) == 32
    assert plain.tempo_at(Fraction(7)) == 120.0


def test_bpm_counts_quarters_and_beats_count_the_meter():
    six_eight = tempo_map(point(1, 90, "6/8"))
    assert six_eight.beats_at(parse_position("2|1")) == 3
    assert six_eight.beats_at(parse_position("2|4")) == Fraction(9, 2)
    assert six_eight.seconds_of(parse_position("2|4")) == 3
    assert str(six_eight.bar_beat_at(Fraction(19, 4))) == "2|4.5"


def test_bars_of_changing_meters():
    changing = tempo_map(point(1, 60, "4/4"), point(3, 60, "3/4"), point(5, 120, "7/8"))
    assert [changing.beats_at(BarBeat(bar)) for bar in range(1, 8)] == [
        0, 4, 8, 11, 14, Fraction(35, 2), 21,
    ]  # fmt: skip
    assert changing.seconds_at(Fraction(21)) == 14 + Fraction(7, 2)


@pytest.mark.parametrize(
    ("curve", "seconds"), [("beats", 8.954), ("time", 8.727), ("geometric", 9.190)]
)
def test_ramps_last_as_long_as_their_curve(curve, seconds):
    ramped = tempo_map(point(1, 80, ramp_to=140, until=5, curve=curve))
    end = ramped.seconds_at(Fraction(16))
    assert float(end) == pytest.approx(seconds, abs=5e-4)
    assert ramped.seconds_at(Fraction(17)) - end == Fraction(60, 140)
    assert ramped.tempo_at(Fraction(0)) == pytest.approx(80)
    assert ramped.tempo_at(Fraction(16)) == 140.0


def test_timecode_goes_to_samples_without_passing_through_beats():
    odd = tempo_map(point(1, "92.37", ramp_to="119.3", until="40|1"), picture=PICTURE)
    label = parse_position("01:01:03:05")
    frames = 20 * 24 + 19  # from 00:42:10
    assert odd.seconds_of(label) == Fraction(frames * 1001, 24000)
    assert odd.samples_at(label, 48000) == frames * 2002
    assert odd.samples_at(parse_position("12.5s"), 44100) == 551_250


def test_points_at_timecode_and_seconds_are_exact_there():
    placed = tempo_map(
        point(1, 100),
        point("01:00:52:10", 111, ramp_to=130, until="01:01:02:10"),
        point("30s", 90),
        picture=PICTURE,
    )
    ten = Fraction(1001, 100)
    assert placed.segments[1].seconds == ten
    assert placed.segments[2].seconds == 2 * ten
    assert placed.segments[2].bpm == 130
    assert placed.segments[3].seconds == 30
    for segment in placed.segments:
        assert placed.seconds_at(segment.beats) == segment.seconds
    ramp_beats = placed.segments[2].beats - placed.segments[1].beats
    assert float(ramp_beats) == pytest.approx(10.01 / 60 * 19 / math.log(130 / 111), abs=1e-8)


def test_a_ramp_between_equal_tempos_is_steady():
    steady = tempo_map(point(1, 100, ramp_to=100, until=5))
    assert len(steady.segments) == 1
    assert steady.seconds_at(Fraction(50)) == 30


@pytest.mark.parametrize(
    ("points", "index", "complaint"),
    [
        ([point(2)], 0, "the first tempo stands at 1|1"),
        ([point(1), point(5), point(3)], 2, r"lies before the point before \(5\|1\)"),
        ([point(1), point(1, 100)], 1, "has a tempo already"),
        ([point(1, ramp_to=90, until=9), point(5)], 1, "the end of the ramp before it"),
        ([point(1), point(3, 0)], 1, "0 bpm is not between 1 and 1000"),
        ([point(1, 1e9)], 0, "bpm is not between"),
        ([point(1, ramp_to=90)], 0, "needs both ramp_to"),
        ([point(1, until=9)], 0, "needs both ramp_to"),
        ([point(1, ramp_to=90, until=9, curve="linear")], 0, "beats, time, geometric"),
        ([point(1), point(9, ramp_to=90, until=9)], 1, "not after 9|1"),
        ([point(1), point(9, ramp_to=90, until="0s")], 1, "not after 9|1"),
        ([point(1, meter="4/3")], 0, "4/3 is not a meter"),
        ([point(1, meter="0/4")], 0, "0/4 is not a meter"),
        ([point(1), point("2|3", meter="3/4")], 1, "a meter begins on a bar line; 2|3"),
        ([point(1), point("2|5")], 1, "bar 2 is in 4/4"),
        ([point(1), point("01:00:50:00")], 1, "no picture to count from"),
    ],
)
def test_what_is_wrong_with_a_point_names_it(points, index, complaint):
    with pytest.raises(TempoPointError, match=complaint.replace("|", r"\|")) as caught:
        TempoMap.build(points)
    assert caught.value.index == index
    assert str(caught.value) == f"tempo point {index + 1}: {caught.value.fault}"


def test_timecode_before_the_start_is_refused():
    with pytest.raises(ValueError, match="before the music's start at 01:00:42:10"):
        tempo_map(picture=PICTURE).seconds_of(parse_position("01:00:42:09"))


def test_bars_without_the_beat_are_refused():
    cut = MeterMap.of([(Fraction(0), 4, 4), (Fraction(6), 3, 4)])
    assert cut.beats_at(BarBeat(3)) == 6
    assert cut.beats_at(parse_position("2|2")) == 5
    with pytest.raises(ValueError, match="cuts the bar short"):
        cut.beats_at(parse_position("2|3"))
    with pytest.raises(ValueError, match="from 1 to 3"):
        cut.beats_at(parse_position("3|4"))


@given(maps(), st.lists(st.fractions(0, 80, max_denominator=960), min_size=2, max_size=20))
def test_time_never_runs_backwards(made: TempoMap, beats):
    beats = sorted(beats)
    seconds = [made.seconds_at(beat) for beat in beats]
    assert seconds == sorted(seconds)


@given(maps(), st.fractions(0, 80, max_denominator=960))
def test_beats_and_seconds_invert_each_other(made: TempoMap, beats):
    back = made.beats_at_seconds(made.seconds_at(beats))
    assert abs(back - beats) < Fraction(1, 10**7)
    if all(segment.ramp is None for segment in made.segments):
        assert back == beats


@given(maps(), st.fractions(0, 80, max_denominator=960))
def test_bars_and_beats_invert_each_other(made: TempoMap, beats):
    assert made.beats_at(made.bar_beat_at(beats)) == beats


@given(
    maps(),
    st.lists(st.integers(0, 60_000), min_size=1, max_size=60),
    st.sampled_from([24, 96, 480, 960, 999]),
    st.sampled_from([44100, 48000, 96000, 192000]),
)
def test_ticks_fall_on_exactly_the_samples_of_their_beats(made: TempoMap, ticks, division, rate):
    ticks = np.sort(np.asarray(ticks, dtype=np.int64))
    samples = made.samples_of_ticks(ticks, division, rate)
    assert samples.dtype == np.int64
    assert samples.tolist() == [made.sample_at(Fraction(t, division), rate) for t in ticks.tolist()]


@given(bpms, st.integers(2**40, 2**50))
def test_ticks_too_large_for_64_bits_are_still_exact(bpm, tick):
    made = TempoMap.of_steps([(Fraction(0), bpm), (Fraction(1, 3), bpm + Fraction(1, 10**7))])
    ticks = np.asarray([0, 1, tick, tick + 1], dtype=np.int64)
    expected = [made.sample_at(Fraction(t, 480), 48000) for t in ticks.tolist()]
    assert made.samples_of_ticks(ticks, 480, 48000).tolist() == expected


def test_halfway_goes_to_the_later_sample_in_arrays_too():
    # 120 bpm, 16 ticks, 44.1 kHz: 1378.125 samples a tick, so tick 4 falls on …2.5.
    plain = tempo_map()
    ticks = np.arange(17, dtype=np.int64)
    expected = [math.floor(Fraction(11025, 8) * t + Fraction(1, 2)) for t in range(17)]
    assert plain.samples_of_ticks(ticks, 16, 44100).tolist() == expected
    assert expected[4] == 5513


def test_no_ticks_give_no_samples():
    assert tempo_map().samples_of_ticks(np.zeros(0, dtype=np.int64), 480, 48000).tolist() == []


def test_of_steps_takes_the_last_of_two_at_one_place():
    made = TempoMap.of_steps(
        [(Fraction(0), Fraction(90)), (Fraction(0), Fraction(60)), (Fraction(4), Fraction(120))]
    )
    assert [(s.beats, s.seconds, s.bpm) for s in made.segments] == [(0, 0, 60), (4, 4, 120)]
    assert TempoMap.of_steps([(Fraction(3), Fraction(120))]) == TempoMap()
