"""A moment in every form: each form leads back to the same sample."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.timebase.forms import forms_of
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.position import BarBeat, Seconds, parse_position
from hostkit.timebase.tempo_map import TempoMap, TempoMark
from hostkit.timebase.timecode import TimecodeLabel, label_at

RATES = ["23.976", "24", "25", "29.97", "30", "47.952", "48", "50", "59.94", "60"]
POINTS = [
    TempoMark(BarBeat(1), Fraction(92), (3, 4)),
    TempoMark(BarBeat(5), Fraction(92), ramp_to=Fraction(120), until=BarBeat(9)),
    TempoMark(BarBeat(11), Fraction(77), (7, 8)),
]


def tempo_map(rate: str, drop: bool) -> TempoMap:
    frame_rate = FrameRate.parse(rate)
    start = TimecodeLabel(1, 0, 42, 10, drop and frame_rate.drops > 0)
    return TempoMap.build(POINTS, PictureStart(frame_rate, start))


@given(
    st.sampled_from(RATES),
    st.booleans(),
    st.sampled_from([44_100, 48_000, 96_000]),
    st.integers(0, 200_000),
)
def test_the_sample_of_a_frame_is_the_sample_of_all_its_forms(
    rate: str, drop: bool, sample_rate: int, frame: int
):
    made = tempo_map(rate, drop)
    assert made.picture is not None
    frame_rate, start = made.picture.frame_rate, made.picture.start
    first = (60 * 60 + 42) * frame_rate.nominal + 10
    first -= 54 * frame_rate.drops if start.drop else 0
    label = label_at(first + frame, frame_rate, start.drop)
    forms = forms_of(label, made, sample_rate)
    exact = frame * sample_rate / frame_rate.frames_per_second
    assert abs(forms.sample - exact) <= Fraction(1, 2)
    assert forms.seconds == frame / frame_rate.frames_per_second
    again = forms_of(Seconds(Fraction(forms.sample, sample_rate)), made, sample_rate)
    assert (again.timecode, again.sample) == (label, forms.sample)
    # in a ramp a beat is known to a billionth: halfway between two samples it may be either
    by_bar = forms_of(forms.bar_beat, made, sample_rate).sample
    assert abs(by_bar - exact) <= Fraction(1, 2) + Fraction(1, 1000)


def test_forms_by_hand():
    forms = forms_of(parse_position("3|2.5"), tempo_map("25", drop=False), 48_000)
    assert forms.seconds == Fraction(15, 2) * 60 / 92
    assert forms.sample == 234_783  # 4.8913043 s
    assert str(forms.timecode) == "01:00:47:07"  # 122.28 frames after 01:00:42:10


def test_what_has_no_place_is_told():
    made = tempo_map("24", drop=False)
    for text, said in (
        ("01:00:42:09", "before the music's start at 01:00:42:10"),
        ("01:00:43:24", "frames go from 00 to 23"),
        ("1|4", "beats go from 1 to 3"),
    ):
        with pytest.raises(ValueError, match=said):
            forms_of(parse_position(text), made, 48_000)
