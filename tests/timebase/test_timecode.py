"""Frame rates and timecode, against opentimelineio and by hand."""

from __future__ import annotations

from fractions import Fraction

import opentimelineio.opentime as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.timecode import (
    TimecodeLabel,
    frame_count,
    label_at,
    label_seconds,
    time_reference,
)

RATES = ["23.976", "24", "25", "29.97", "30", "47.952", "48", "50", "59.94", "60", "119.88", "120"]
DROP_RATES = ["29.97", "59.94", "119.88"]


def rate(text: object) -> FrameRate:
    return FrameRate.parse(text)


def label(text: str) -> TimecodeLabel:
    return TimecodeLabel.parse(text)


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        (23.976, Fraction(24000, 1001)),
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("24000/1001", Fraction(24000, 1001)),
        (24, Fraction(24)),
        (24.0, Fraction(24)),
        ("25.000", Fraction(25)),
        ("25 fps", Fraction(25)),
        (29.97, Fraction(30000, 1001)),
        (47.952, Fraction(48000, 1001)),
        (59.94, Fraction(60000, 1001)),
        (119.88, Fraction(120000, 1001)),
        ("100", Fraction(100)),
    ],
)
def test_rates_are_exact(written, exact):
    assert rate(written).frames_per_second == exact


@pytest.mark.parametrize("text", RATES)
def test_a_rate_reads_back_from_what_it_prints(text):
    assert str(rate(text)) == text


@pytest.mark.parametrize("written", [23.9, "film", "", True, None, -25, "2" * 999, [24], 0])
def test_an_unknown_rate_lists_the_known(written):
    with pytest.raises(ValueError, match=r"known are 23\.976, 24, 25, 29\.97"):
        rate(written)


@pytest.mark.parametrize("written", ["29.97df", "29.97 drop", "29.97ndf"])
def test_drop_frame_is_not_a_rate(written):
    with pytest.raises(ValueError, match="';' before a timecode's frames"):
        rate(written)


@given(st.sampled_from(RATES), st.integers(0, 24 * 3600 * 23))
def test_non_drop_labels_agree_with_opentimelineio(text, frame):
    ours = label_at(frame, rate(text))
    if text not in ("100", "119.88", "120"):  # opentimelineio has no such timecode
        there = otio.RationalTime(frame, float(rate(text).frames_per_second))
        assert str(ours) == otio.to_timecode(there, there.rate, drop_frame=False)
    assert frame_count(ours, rate(text)) == frame


@given(st.sampled_from(DROP_RATES), st.integers(0, 24 * 3600 * 29))
def test_drop_labels_agree_with_opentimelineio(text, frame):
    ours = label_at(frame, rate(text), drop=True)
    if text != "119.88":
        there = otio.RationalTime(frame, float(rate(text).frames_per_second))
        assert str(ours) == otio.to_timecode(there, there.rate, drop_frame=True)
    assert frame_count(ours, rate(text)) == frame


OTIO_WRAPS = ("29.97", "47.952", "59.94")
"""Known exceptions: there opentimelineio begins non-drop labels anew when a day of real time is
over, 86.4 s before the labels of the day are used up."""


@pytest.mark.parametrize("text", RATES[:10])
@pytest.mark.parametrize("drop", [False, True], ids=["non-drop", "drop"])
def test_a_whole_day_agrees_with_opentimelineio(text: str, drop: bool):
    """Both ways, every 509th frame and those around each minute; 0 differ but for OTIO_WRAPS."""
    frame_rate = rate(text)
    if drop and not frame_rate.drops:
        with pytest.raises(ValueError, match="no drop frame"):
            label_at(0, frame_rate, drop)
        return
    fps, minute = float(frame_rate.frames_per_second), 60 * frame_rate.nominal
    day = 144 * (10 * minute - 9 * (frame_rate.drops if drop else 0))
    around = (first + off for first in range(minute, day, minute) for off in (-1, 0, 1))
    wrapped = set()
    for frame in (*range(0, day, 509), *around, day - 1):
        ours = label_at(frame, frame_rate, drop)
        assert frame_count(ours, frame_rate) == frame
        assert otio.from_timecode(str(ours), fps).value == frame
        if otio.to_timecode(otio.RationalTime(frame, fps), fps, drop_frame=drop) != str(ours):
            wrapped.add(frame)
    after_a_real_day = {
        frame for frame in wrapped if frame / frame_rate.frames_per_second >= 86_400
    }
    assert wrapped == after_a_real_day
    assert bool(wrapped) == (text in OTIO_WRAPS and not drop)


def test_every_label_of_eleven_drop_frame_minutes_is_used_once():
    labels = [label_at(frame, rate("29.97"), drop=True) for frame in range(11 * 1800)]
    assert len(set(labels)) == len(labels)
    assert labels == sorted(labels)
    assert [frame_count(one, rate("29.97")) for one in labels] == list(range(len(labels)))


@pytest.mark.parametrize(
    ("text", "frames_per_second", "complaint"),
    [
        ("00:01:00;00", "29.97", "that minute starts at 00:01:00;02"),
        ("00:01:00;01", "29.97", "does not exist in drop frame"),
        ("00:01:00;03", "59.94", "that minute starts at 00:01:00;04"),
        ("00:01:00;07", "119.88", "that minute starts at 00:01:00;08"),
        ("01:00:00:24", "23.976", "at 23.976 frames go from 00 to 23"),
        ("01:00:00:25", "25", "at 25 frames go from 00 to 24"),
        ("01:00:00;10", "25", "there is no drop frame at 25"),
        ("01:00:00;10", "23.976", "there is no drop frame at 23.976"),
        ("01:00:00;10", "30", "there is no drop frame at 30"),
    ],
)
def test_labels_that_do_not_exist_are_refused(text, frames_per_second, complaint):
    with pytest.raises(ValueError, match=complaint):
        frame_count(label(text), rate(frames_per_second))


@pytest.mark.parametrize("text", ["00:10:00;00", "00:00:00;00", "01:00:00;00", "00:01:00;02"])
def test_labels_that_do_exist_in_drop_frame(text):
    assert str(label_at(frame_count(label(text), rate("29.97")), rate("29.97"), True)) == text


@pytest.mark.parametrize(
    "text",
    ["24:00:00:00", "00:60:00:00", "00:00:60:00", "0:00:00:00", "00:00:00", "00:00:00.00",
     "-1:00:00:00", "00:00:00:0", "٠١:00:00:00", "00;00;00;00", "", "00:00:00:1000"],
)  # fmt: skip
def test_what_is_no_timecode_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        label(text)


def test_frames_outside_a_day_have_no_label():
    assert str(label_at(24 * 3600 * 25 - 1, rate(25))) == "23:59:59:24"
    assert str(label_at(2589407, rate(29.97), drop=True)) == "23:59:59;29"
    for frame in (-1, 24 * 3600 * 25):
        with pytest.raises(ValueError, match="a day has 2160000 frames"):
            label_at(frame, rate(25))


@pytest.mark.parametrize(
    ("text", "frames_per_second", "samples"),
    [
        ("01:00:00:00", "23.976", 172_972_800),
        ("01:00:00:00", "25", 172_800_000),
        ("01:00:00:00", "29.97", 172_972_800),
        ("01:00:00;00", "29.97", 172_799_827),  # 107892 frames of 1601.6 are 172 799 827.2
        ("00:00:00:01", "23.976", 2002),
        ("00:00:00:01", "29.97", 1602),  # 1601.6
        ("00:00:00:02", "29.97", 3203),  # 3203.2
    ],
)
def test_time_reference_at_48_khz(text, frames_per_second, samples):
    assert time_reference(label(text), rate(frames_per_second), 48000) == samples


def test_halfway_goes_to_the_later_sample():
    assert label_seconds(label("00:00:00:01"), rate(24)) * 44100 == Fraction(3675, 2)
    assert time_reference(label("00:00:00:01"), rate(24), 44100) == 1838


def test_picture_counts_from_its_start():
    picture = PictureStart(rate(23.976), label("01:00:42:10"))
    assert picture.seconds_of(label("01:00:43:10")) == Fraction(1001, 1000)
    assert picture.seconds_of(label("01:00:42:09")) == Fraction(-1001, 24000)
    assert str(picture.label_of(Fraction(1001, 1000))) == "01:00:43:10"
    assert str(picture.label_of(Fraction(1))) == "01:00:43:09"
    with pytest.raises(ValueError, match="frames go from 00 to 23"):
        PictureStart(rate(24), label("01:00:00:24"))
