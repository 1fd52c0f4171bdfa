"""Timecode as other programs write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.timecode import TimecodeLabel, frame_count, label_at

TIMECODE = r"(?:\d{1,2}[:;.,])?\d{1,2}[:;.,]\d{1,2}[:;.,]\d{2,3}"
"""What may be timecode: hours may be left out; `;`, `,` or `.` stand for drop frame."""
_LABEL = re.compile(
    r"(?:(\d{1,2})[:;.,])?(\d{1,2})[:;.,](\d{1,2})([:;.,])(\d{2,3})(?:\.(\d{1,3}))?", re.ASCII
)
_DROP_SIGNS = ";,."


@dataclass(frozen=True)
class Timecodes:
    """How a list counts time: its frame rate, and whether `:` stands for drop frame too."""

    rate: FrameRate
    drop: bool = False

    def read(self, text: str) -> tuple[TimecodeLabel, Fraction]:
        """A label that exists at this rate, and how much of its frame has gone by.

        Raises BadValue.

        >>> Timecodes(FrameRate.parse(29.97)).read("1:00:00;02.50")[1]
        Fraction(1, 2)
        >>> str(Timecodes(FrameRate.parse(24)).read("59:52:05")[0])
        '00:59:52:05'
        """
        found = _LABEL.fullmatch(text.strip())
        if found is None:
            raise BadValue(
                f"{text[:40]!r} is not a timecode", cure="it has hours, minutes, seconds, frames"
            )
        hours, minutes, seconds, frames = (int(found[i] or 0) for i in (1, 2, 3, 5))
        drop = found[4] in _DROP_SIGNS or self.drop
        plain = TimecodeLabel(hours, minutes, seconds, frames)
        TimecodeLabel.parse(str(plain))  # hours, minutes and seconds that there are
        label = TimecodeLabel(hours, minutes, seconds, frames, drop)
        frame_count(label, self.rate)
        return label, Fraction(f"0.{found[6]}") if found[6] else Fraction(0)

    def label(self, text: str) -> TimecodeLabel:
        """A label without parts of a frame. Raises BadValue."""
        return self.read(text)[0]

    def frames(self, text: str) -> int:
        """Frames from midnight to a label. Raises BadValue."""
        return frame_count(self.label(text), self.rate)

    def after(
        self, start: TimecodeLabel, seconds: Fraction, within: Fraction = Fraction(0)
    ) -> tuple[TimecodeLabel, Fraction]:
        """The label so many seconds after a start, and the part of its frame. Raises BadValue.

        Seconds that are rounded, by `within` at most, are on a frame where that is so near.

        >>> timecodes, start = Timecodes(FrameRate.parse(29.97)), TimecodeLabel(1, 0, 0, 0)
        >>> label, part = timecodes.after(start, Fraction(1602, 48000), Fraction(1, 96000))
        >>> str(label), part
        ('01:00:00:01', Fraction(0, 1))
        """
        frames = frame_count(start, self.rate) + seconds * self.rate.frames_per_second
        if abs(round(frames) - frames) <= within * self.rate.frames_per_second:
            frames = Fraction(round(frames))
        whole = frames.numerator // frames.denominator
        return label_at(whole, self.rate, start.drop), frames - whole
