"""Where the picture runs against the music."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.timecode import (
    TimecodeLabel,
    frame_count,
    label_at,
    label_on_screen,
    label_seconds,
)

FRAME_RATE_WITHOUT_PICTURE = 24
"""What frames are counted as where there is no picture."""


@dataclass(frozen=True)
class PictureStart:
    """The frame rate, and the timecode that falls on 1|1.

    Raises BadValue when the rate has no such timecode.
    """

    frame_rate: FrameRate
    start: TimecodeLabel

    def __post_init__(self) -> None:
        frame_count(self.start, self.frame_rate)

    @property
    def start_seconds(self) -> Fraction:
        """Of 1|1, from the picture's midnight."""
        return label_seconds(self.start, self.frame_rate)

    def seconds_of(self, label: TimecodeLabel) -> Fraction:
        """Seconds from 1|1 to a timecode; negative before it. Raises BadValue.

        >>> picture = PictureStart(FrameRate.parse(25), TimecodeLabel.parse("01:00:42:10"))
        >>> picture.seconds_of(TimecodeLabel.parse("01:00:43:10"))
        Fraction(1, 1)
        """
        rate = self.frame_rate
        return label_seconds(label, rate) - label_seconds(self.start, rate)

    def label_of(self, seconds: Fraction) -> TimecodeLabel:
        """The frame on screen at a time from 1|1, in the start's kind of label.

        Raises BadValue when that is past midnight.
        """
        return label_at(self._frame(seconds), self.frame_rate, self.start.drop)

    def shown_at(self, seconds: Fraction) -> TimecodeLabel:
        """As `label_of`, and after midnight as a screen shows it: from 00:00:00:00 on."""
        return label_on_screen(self._frame(seconds), self.frame_rate, self.start.drop)

    def _frame(self, seconds: Fraction) -> int:
        frame = frame_count(self.start, self.frame_rate)
        return frame + math.floor(seconds * self.frame_rate.frames_per_second)


def frames_per_second(picture: PictureStart | None) -> Fraction:
    """Of a picture; 24 without one."""
    return picture.frame_rate.frames_per_second if picture else Fraction(FRAME_RATE_WITHOUT_PICTURE)
