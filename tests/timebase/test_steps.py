"""Ramps as SMF steps: how far from the ramp the written file plays."""

from __future__ import annotations

from fractions import Fraction

import pytest

from hostkit.timebase.curves.ramps import CURVES
from hostkit.timebase.position import BarBeat
from hostkit.timebase.steps import TempoStep, tempo_steps
from hostkit.timebase.tempo_map import TempoMap, TempoMark


def as_written(steps: tuple[TempoStep, ...], division: int) -> TempoMap:
    return TempoMap.of_steps(
        (Fraction(s.tick, division), Fraction(60_000_000, s.microseconds_per_quarter))
        for s in steps
    )


def ramp(curve: str, start: int = 80, end: int = 140) -> TempoMap:
    bars = TempoMark(BarBeat(1), Fraction(start), None, Fraction(end), BarBeat(5), curve)
    return TempoMap.build([bars])


def test_steady_tempos_are_written_as_they_are():
    made = TempoMap.build(
        [TempoMark(BarBeat(1), Fraction(92)), TempoMark(BarBeat(9), Fraction(120))]
    )
    assert tempo_steps(made, 480) == (TempoStep(0, 652_174), TempoStep(32 * 480, 500_000))


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("division", [96, 480, 960])
def test_a_ramp_is_followed_to_within_four_tenths_of_a_millisecond(curve, division):
    made = ramp(curve)
    written = as_written(tempo_steps(made, division), division)
    worst = max(
        abs(written.seconds_at(Fraction(i, 64)) - made.seconds_at(Fraction(i, 64)))
        for i in range(64 * 20)
    )
    assert worst < Fraction(4, 10_000)


def test_quarter_beat_ends_do_not_drift():
    made = ramp("beats")
    written = as_written(tempo_steps(made, 960), 960)
    for i in range(4 * 16 + 1):
        beats = Fraction(i, 4)
        assert abs(written.seconds_at(beats) - made.seconds_at(beats)) < Fraction(1, 10**6)


def test_ramp_ends_between_ticks_are_followed_too():
    until = TempoMark(BarBeat(1), Fraction(80), None, Fraction(140), BarBeat(4, Fraction(8, 3)))
    made = TempoMap.build([until])
    written = as_written(tempo_steps(made, 100), 100)
    assert abs(written.seconds_at(Fraction(14)) - made.seconds_at(Fraction(14))) < Fraction(1, 1000)


def test_tempos_slower_than_a_file_can_say_are_refused():
    with pytest.raises(ValueError, match=r"3\.00 bpm is slower"):
        tempo_steps(TempoMap.build([TempoMark(BarBeat(1), Fraction(3))]), 480)
