"""An edit decision list: which frames of which source lie where in the record."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hostkit.picture.spotting.marker import Marker, Skipped
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.timecode import TimecodeLabel, label_on_screen


@dataclass(frozen=True)
class EdlEvent:
    """One edit: from source to record, both in frames from midnight, ends not included.

    `speed` is source frames a frame of the record, below 0 backwards, 0 a frozen frame.
    `transition` is C, D, W and its pattern, or K; its length in frames goes in with the event.
    """

    number: str
    reel: str
    track: str
    transition: str
    transition_frames: int
    source_in: int
    source_out: int
    record_in: int
    record_out: int
    speed: Fraction = Fraction(1)
    clip_name: str = ""
    source_file: str = ""
    line: int = 0

    @property
    def frames(self) -> int:
        """How long it is in the record."""
        return self.record_out - self.record_in


@dataclass(frozen=True)
class Edl:
    """A list of edits in the order of the file, and what stands at them.

    `drop` says how the record's timecode is written.
    """

    title: str
    frame_rate: FrameRate
    drop: bool
    events: tuple[EdlEvent, ...]
    markers: tuple[Marker, ...]
    skipped: tuple[Skipped, ...]

    def label_of(self, frame: int) -> TimecodeLabel:
        """The record's timecode of a frame counted from midnight, where it begins anew."""
        return label_on_screen(frame, self.frame_rate, self.drop)
