"""The shots of a reel, as an edit list has them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from hostkit.errors import BadValue
from hostkit.picture.spotting.edl import Edl, EdlEvent
from hostkit.timebase.timecode import TimecodeLabel

_PICTURE = re.compile(r"(^|[/,&+-])(V1?|B)($|[/,&+-])")
_BLACK = frozenset({"BL", "BLACK", "BLK"})
_NO_REEL = frozenset({"", "AX", "AUX", "GEN"})
_TRANSITIONS = {"D": "dissolve", "W": "wipe"}
_ENDING = re.compile(r"\.(?=[A-Z0-9]*[A-Z])[A-Z0-9]{2,4}$")
_VERSION = re.compile(r"_(V\d{1,4})(?![A-Z0-9])")
_ROUNDING_FRAMES = 1
"""A source that is so much longer or shorter than its event is not at another speed."""


@dataclass(frozen=True)
class Shot:
    """A stretch of a reel that shows one source, from `start` to before `end`.

    Frames are those of the reel, from midnight. `source` is the source's frame at `start`, and
    `speed` how many of its frames pass in one of the reel: below 0 backwards, 0 frozen. `key` is
    the same for every version of one source. It comes in by a `transition` of so many frames: a
    cut of 0, a dissolve or a wipe.
    """

    key: str
    name: str
    start: int
    end: int
    source: Fraction
    speed: Fraction = Fraction(1)
    version: str = ""
    transition: str = "cut"
    transition_frames: int = 0

    @cached_property
    def sources(self) -> tuple[Fraction, Fraction]:
        """The first and last frame of the source that it shows, the lower one first."""
        last = self.source + (self.end - 1 - self.start) * self.speed
        return min(self.source, last), max(self.source, last)

    @cached_property
    def pace(self) -> Fraction:
        """Its speed as near as lists say it: to a hundredth."""
        return round(self.speed, 2)


@dataclass(frozen=True)
class Reel:
    """The shots of one list in order; none overlap, and where there is none it is black.

    It goes from `start` to before `end`. `file` is how messages call it.
    """

    file: str
    edl: Edl
    shots: tuple[Shot, ...]
    start: int
    end: int

    @cached_property
    def by_source(self) -> dict[str, list[Shot]]:
        """The shots of each source, by its key, in order."""
        found: dict[str, list[Shot]] = {}
        for shot in self.shots:
            found.setdefault(shot.key, []).append(shot)
        return found

    def shot_at(self, frame: int) -> Shot | None:
        """What is on screen; None for black, or outside of the reel."""
        number = bisect_right(self.shots, frame, key=lambda shot: shot.start) - 1
        shot = self.shots[number] if number >= 0 else None
        return shot if shot is not None and frame < shot.end else None

    def is_black(self, start: int, end: int) -> bool:
        """Whether nothing is shown from one frame to before another."""
        number = bisect_right(self.shots, start, key=lambda shot: shot.end)
        return start >= end or number == len(self.shots) or self.shots[number].start >= end

    def label(self, frame: int) -> TimecodeLabel:
        """The timecode of a frame; at midnight it begins anew."""
        return self.edl.label_of(frame)


def reels_of(old: Edl, old_file: str, new: Edl, new_file: str) -> tuple[Reel, Reel]:
    """Both lists as reels, whose shots have one key where they show one source.

    A source is known by its file where both lists name files, else by its reel, or by the clip's
    name where the reel says nothing. Raises BadValue for a list without picture.
    """
    by_file = all(any(event.source_file for event in edl.events) for edl in (old, new))
    return _reel(old, old_file, by_file), _reel(new, new_file, by_file)


def _reel(edl: Edl, file: str, by_file: bool) -> Reel:
    events = sorted(filter(_is_picture, edl.events), key=lambda event: event.record_in)
    if not events:
        what = "none of its events is picture (V)" if edl.events else "it has no events"
        raise BadValue(
            f"{file}: {what}; there is nothing to compare",
            cure="export the picture track of the edit as CMX3600",
        )
    ends = [event.record_in for event in events[1:]]  # what comes later lies over what was there
    shots = [
        _shot(event, min(event.record_out, after), by_file)
        for event, after in zip(events, [*ends, events[-1].record_out], strict=True)
    ]
    end = max(event.record_out for event in events)
    shown = tuple(_joined(shot for shot in shots if shot.key and shot.end > shot.start))
    return Reel(file, edl, shown, events[0].record_in, end)


def _is_picture(event: EdlEvent) -> bool:
    """Not sound, nor what is keyed over a shot; nor the empty half of a transition."""
    over = event.transition in ("K", "KO")
    return bool(_PICTURE.search(event.track)) and not over and event.frames > 0


def _shot(event: EdlEvent, end: int, by_file: bool) -> Shot:
    key, version = source_key(_source_name(event, by_file))
    length = abs(event.source_out - event.source_in)
    speed = event.speed
    if speed == 1 and length and abs(length - event.frames) > _ROUNDING_FRAMES:
        speed = Fraction(event.source_out - event.source_in, event.frames)
    first = max(event.source_in, event.source_out) if speed < 0 else event.source_in
    name = event.clip_name or event.source_file or event.reel
    made = _TRANSITIONS.get(event.transition[:1], "cut")
    frames = event.transition_frames if made != "cut" else 0
    return Shot(
        key=key,
        name=name,
        start=event.record_in,
        end=end,
        source=Fraction(first),
        speed=speed,
        version=version,
        transition=made,
        transition_frames=frames,
    )


def _source_name(event: EdlEvent, by_file: bool) -> str:
    if event.reel.upper() in _BLACK:
        return ""
    if by_file and event.source_file:
        return event.source_file
    if event.reel.upper() in _NO_REEL:
        return event.clip_name or event.source_file or event.reel
    return event.reel


def source_key(name: str) -> tuple[str, str]:
    r"""What is the same for all versions of a source, and the version that its name says.

    >>> source_key("X:\\vfx\\sh010_comp_v012.mov"), source_key("A001C003.mxf"), source_key("")
    (('SH010_COMP', 'v012'), ('A001C003', ''), ('', ''))
    """
    name = re.split(r"[/\\]", name.strip())[-1].upper()
    name = _ENDING.sub("", name)
    found = _VERSION.search(name)
    return _VERSION.sub("", name), found[1].lower() if found else ""


def _joined(shots: Iterable[Shot]) -> Iterable[Shot]:
    """Shots that go on with their own source, without a cut that is seen, as one."""
    last: Shot | None = None
    for shot in shots:
        if last is not None and _goes_on(last, shot):
            last = replace(last, end=shot.end)
            continue
        if last is not None:
            yield last
        last = shot
    if last is not None:
        yield last


def _goes_on(last: Shot, shot: Shot) -> bool:
    if (last.key, last.version, last.end) != (shot.key, shot.version, shot.start):
        return False
    goes_on_with = last.source + (last.end - last.start) * last.speed
    return last.pace == shot.pace and shot.source == goes_on_with and not shot.transition_frames
