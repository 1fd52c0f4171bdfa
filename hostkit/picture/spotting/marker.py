"""Markers as spotting lists have them, before they are anybody's hits."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from hostkit.errors import BadValue, Fault, InvalidInput, Problem
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.position import BarBeat, Position
from hostkit.timebase.tempo_map import TempoMap
from hostkit.timebase.timecode import TimecodeLabel, frame_count, label_at


@dataclass(frozen=True)
class Marker:
    """One marker: a place and its words.

    `at` is the timecode of its frame, of which `part` (0 ≤ part < 1) has gone by; or seconds from
    the list's start; or a bar. `line` counts from 1 in the file; 0 where it has no lines.
    """

    at: Position
    name: str
    part: Fraction = Fraction(0)
    colour: str = ""
    note: str = ""
    line: int = 0

    def __str__(self) -> str:
        """Its place, parts of a frame to the thousandth.

        >>> str(Marker(TimecodeLabel(1, 0, 42, 10), "door", Fraction(1, 3)))
        '01:00:42:10.333'
        """
        part = f"{float(self.part):.3f}".removeprefix("0").rstrip("0") if self.part else ""
        return f"{self.at}{part}"


@dataclass(frozen=True)
class Skipped:
    """A row that could not be read: its line from 1, its text, and why."""

    line: int
    text: str
    why: Fault


@dataclass(frozen=True)
class SpottingList:
    """What a file held. `frame_rate` is that of its timecodes; None where it has none.

    `start` is the timecode of its beginning, where it says one; `events` how many cuts it has.
    """

    markers: tuple[Marker, ...]
    skipped: tuple[Skipped, ...] = ()
    frame_rate: FrameRate | None = None
    start: TimecodeLabel | None = None
    events: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class OutgoingHit:
    """A hit of a session on its way out. `seconds` count from 1|1, `beats` are quarter notes."""

    name: str
    seconds: Fraction
    beats: Fraction
    bar_beat: BarBeat


@dataclass(frozen=True)
class Outgoing:
    """The hits of a session in order of time, for a list. Names are on one line."""

    title: str
    marks: tuple[OutgoingHit, ...]
    tempo_map: TempoMap
    sample_rate: int

    @property
    def on_screen(self) -> PictureStart:
        """Frame rate and start of the picture. Raises Refused where there is none."""
        if self.tempo_map.picture is None:
            raise Refused(
                "such a list has timecode, and the session has no picture",
                cure="say picture: {frame_rate: 24, start: 01:00:00:00}, or export csv or midi",
            )
        return self.tempo_map.picture

    def frame(self, mark: OutgoingHit) -> int:
        """The frame nearest to a hit, counted from midnight. Raises Refused."""
        rate, start = self.on_screen.frame_rate, self.on_screen.start
        return frame_count(start, rate) + round(mark.seconds * rate.frames_per_second)

    def between_frames(self) -> list[OutgoingHit]:
        """Hits that are on no frame of the picture; none where there is no picture."""
        if self.tempo_map.picture is None:
            return []
        rate = self.tempo_map.picture.frame_rate.frames_per_second
        half = Fraction(1, 2 * self.sample_rate)
        return [
            mark
            for mark in self.marks
            if abs(mark.seconds - round(mark.seconds * rate) / rate) > half
        ]

    def label(self, mark: OutgoingHit) -> TimecodeLabel:
        """The timecode of that frame. Raises Refused."""
        try:
            return label_at(self.frame(mark), self.on_screen.frame_rate, self.on_screen.start.drop)
        except BadValue:
            raise Refused(
                f"{mark.name!r} lies past midnight, where the picture has no timecode",
                cure="correct its place or the picture's start, or export midi",
            ) from None


@dataclass(frozen=True)
class Given:
    """What is known of a list from outside: by the command line, or the session it is for.

    `drop` is how a session writes timecode; it counts where the list does not say.
    """

    frame_rate: FrameRate | None = None
    drop: bool = False


class Refused(BadValue):
    """A list of which nothing can be used, and the line (0: none) that says so."""

    def __init__(self, message: str, cure: str = "", line: int = 0) -> None:
        super().__init__(message, cure)
        self.line = line

    def at(self, path: Path) -> InvalidInput:
        """The same, of the file that holds the list."""
        return InvalidInput([Problem(str(path), self.line, 1 if self.line else 0, *self.fault)])


def rate_wanted(what: str, given: Given) -> FrameRate:
    """The frame rate of a kind of list that does not say its own. Raises Refused for none."""
    if given.frame_rate is None:
        raise Refused(f"{what} does not say its frame rate", cure="say it: --frame-rate 24")
    return given.frame_rate
