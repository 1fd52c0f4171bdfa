"""SMPTE timecode: labels, frame counts and exact seconds since midnight (SMPTE ST 12-1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.sampling import sample_of

_LABEL = re.compile(r"(\d\d):(\d\d):(\d\d)([:;])(\d{2,3})", re.ASCII)


@dataclass(frozen=True, order=True)
class TimecodeLabel:
    """A timecode as it is written. Whether it exists depends on the frame rate."""

    hours: int
    minutes: int
    seconds: int
    frames: int
    drop: bool = False

    @classmethod
    def parse(cls, text: str) -> TimecodeLabel:
        """Reads `HH:MM:SS:FF`, or `HH:MM:SS;FF` for drop frame. Raises BadValue.

        >>> TimecodeLabel.parse("01:00:42;10")
        TimecodeLabel(hours=1, minutes=0, seconds=42, frames=10, drop=True)
        """
        found = _LABEL.fullmatch(text)
        if found is None:
            raise BadValue(
                f"{text[:40]!r} is not a timecode",
                cure="write HH:MM:SS:FF (or HH:MM:SS;FF for drop frame), as in 01:00:42:10",
            )
        hours, minutes, seconds, frames = (int(found[i]) for i in (1, 2, 3, 5))
        for number, limit, word in (
            (hours, 24, "hours"),
            (minutes, 60, "minutes"),
            (seconds, 60, "seconds"),
        ):
            if number >= limit:
                raise BadValue(
                    f"{text} has {number} {word}", cure=f"they go from 00 to {limit - 1}"
                )
        return cls(hours, minutes, seconds, frames, found[4] == ";")

    def __str__(self) -> str:
        mark = ";" if self.drop else ":"
        return f"{self.hours:02}:{self.minutes:02}:{self.seconds:02}{mark}{self.frames:02}"


def frame_count(label: TimecodeLabel, rate: FrameRate) -> int:
    """Frames from 00:00:00:00 to the label. Raises BadValue when the rate has no such label.

    >>> frame_count(TimecodeLabel.parse("00:01:00;02"), FrameRate.parse(29.97))
    1800
    """
    nominal, dropped = rate.nominal, _dropped_a_minute(label.drop, rate)
    if label.frames >= nominal:
        raise BadValue(
            f"{label} has frame {label.frames}",
            cure=f"at {rate} frames go from 00 to {nominal - 1}",
        )
    if label.seconds == 0 and label.minutes % 10 and label.frames < dropped:
        first = TimecodeLabel(label.hours, label.minutes, 0, dropped, drop=True)
        raise BadValue(
            f"{label} does not exist in drop frame", cure=f"that minute starts at {first}"
        )
    minutes = label.hours * 60 + label.minutes
    frames = (minutes * 60 + label.seconds) * nominal + label.frames
    return frames - dropped * (minutes - minutes // 10)


def label_at(frame: int, rate: FrameRate, drop: bool = False) -> TimecodeLabel:
    """The label of a frame counted from 00:00:00:00. Raises BadValue outside of one day.

    >>> str(label_at(1800, FrameRate.parse(29.97), drop=True))
    '00:01:00;02'
    """
    nominal, dropped = rate.nominal, _dropped_a_minute(drop, rate)
    ten_minutes = 600 * nominal - 9 * dropped
    if not 0 <= frame < 144 * ten_minutes:
        raise BadValue(
            f"frame {frame} has no timecode", cure=f"a day has {144 * ten_minutes} frames"
        )
    tens, rest = divmod(frame, ten_minutes)
    # The first of ten minutes is whole, the nine after it lack `dropped` labels each.
    into_nine = max(0, rest - 60 * nominal)
    skipped = -(-(into_nine + 1) // (60 * nominal - dropped)) if rest >= 60 * nominal else 0
    seconds, frames = divmod(frame + dropped * (9 * tens + skipped), nominal)
    return TimecodeLabel(seconds // 3600, seconds // 60 % 60, seconds % 60, frames, drop)


def label_on_screen(frame: int, rate: FrameRate, drop: bool = False) -> TimecodeLabel:
    """As `label_at`, and before and after that day as a screen shows it, which begins again.

    >>> str(label_on_screen(-1, FrameRate.parse(24)))
    '23:59:59:23'
    """
    last = TimecodeLabel(23, 59, 59, rate.nominal - 1, drop)
    return label_at(frame % (frame_count(last, rate) + 1), rate, drop)


def label_seconds(label: TimecodeLabel, rate: FrameRate) -> Fraction:
    """Real seconds from 00:00:00:00 to the label. Raises BadValue as `frame_count` does.

    >>> label_seconds(TimecodeLabel.parse("01:00:00:00"), FrameRate.parse(23.976))
    Fraction(18018, 5)
    """
    return frame_count(label, rate) / rate.frames_per_second


def time_reference(label: TimecodeLabel, rate: FrameRate, sample_rate: int) -> int:
    """Samples since midnight, as bext's TimeReference wants them (EBU Tech 3285).

    Where a frame is not a whole number of samples (1601.6 at 29.97 and 48 kHz) the nearest
    sample counts, the later one when two are as near. Raises BadValue as `frame_count`.

    >>> time_reference(TimecodeLabel.parse("01:00:00:00"), FrameRate.parse(23.976), 48000)
    172972800
    """
    return sample_of(label_seconds(label, rate), sample_rate)


def _dropped_a_minute(drop: bool, rate: FrameRate) -> int:
    if drop and not rate.drops:
        raise BadValue(
            f"there is no drop frame at {rate}, only at 29.97, 59.94 and 119.88",
            cure="write ':' before the frames",
        )
    return rate.drops if drop else 0
