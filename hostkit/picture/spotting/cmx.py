"""CMX3600 edit decision lists: the cuts of a reel, and markers on them.

An event is a line of number, reel, track, transition and four timecodes; lines below it say more of
it. What programs made of that since 1988 is read too: reels of any length with spaces, numbers of
up to six digits, hours left out, `* LOC:` and Resolve's `|M:` markers, tables of Avid's markers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from hostkit.errors import BadValue, InvalidInput, Problem
from hostkit.picture.spotting.cmx_lines import (
    COLOURS,
    LOCATED,
    MOST_LINE,
    event_words,
    is_broken_event,
    is_other_comment,
    parts_of,
    said_words,
    speed_words,
    table_row,
)
from hostkit.picture.spotting.content import Content, lines_of
from hostkit.picture.spotting.edl import Edl, EdlEvent
from hostkit.picture.spotting.labels import Timecodes
from hostkit.picture.spotting.marker import (
    Given,
    Marker,
    Refused,
    SpottingList,
    rate_wanted,
)
from hostkit.picture.spotting.rows import Rows, expect_few
from hostkit.timebase.timecode import TimecodeLabel, frame_count, label_at

_AS_SHOT_FPS = Fraction(6, 100)
"""So near to the frame rate a speed is no change: 023.9 and 024.0 are both written at 23.976."""
_FULL_REEL = "FINAL CUT PRO REEL:"
_NUMBERED = re.compile(r"Marker \d+")


def is_cmx(text: str) -> bool:
    """Whether that is such a list: it has an event or a locator, or begins as one does."""
    lines = lines_of(text)[:2_000]
    if any(line.startswith(("TITLE:", "FCM:")) for line in lines[:5]):
        return True
    return any(LOCATED.match(line) or event_words(line) for line in lines)


def read_edl_file(path: Path, given: Given) -> Edl:
    """All of such a file. Raises InvalidInput for what cannot be read or is no such list."""
    content = Content.of(path)
    if not content.is_text or not is_cmx(content.text):
        what = "is not an edit decision list (CMX3600)"
        raise InvalidInput([Problem(str(path), 0, 0, what, "export one from the edit")])
    try:
        return read_edl(content.text, given)
    except Refused as error:
        raise error.at(path) from None


def read_cmx(text: str, given: Given) -> SpottingList:
    """The markers of such a list. Raises Refused without a frame rate."""
    edl = read_edl(text, given)
    return SpottingList(edl.markers, edl.skipped, edl.frame_rate, events=len(edl.events))


def read_edl(text: str, given: Given) -> Edl:
    """All of such a list at a frame rate, for nothing in it says that.

    Raises Refused without one, or with one that the list contradicts.
    """
    rate = rate_wanted("an EDL", given)
    return _Reader(Timecodes(rate, drop=given.drop and rate.drops > 0)).read(text)


class _Reader:
    def __init__(self, timecodes: Timecodes) -> None:
        self._timecodes = timecodes
        self._record_drop: bool | None = None
        self._title = ""
        self._events: list[EdlEvent] = []
        self._rows = Rows()
        self._below: list[str] = []
        """The last lines below an event, which may be what Resolve says of a marker."""

    def read(self, text: str) -> Edl:
        going_on = False
        for number, line in enumerate(lines_of(text), 1):
            line = line[:MOST_LINE].strip()
            if going_on and line.startswith("*") and not is_other_comment(line):
                last = self._rows.markers.pop()
                more = f"{last.name} {line.lstrip('* ').strip()}".strip()
                self._rows.add(replace(last, name=more))
                going_on = len(more) < MOST_LINE
                continue
            going_on = self._line(number, line)
        return Edl(
            self._title,
            self._timecodes.rate,
            bool(self._record_drop) or any(_is_drop(m) for m in self._rows.markers[:1]),
            tuple(self._events),
            tuple(self._rows.markers),
            tuple(self._rows.skipped),
        )

    def _line(self, number: int, line: str) -> bool:
        """Reads a line; true where the name of a marker may go on in the next."""
        if words := event_words(line):
            with self._rows.reading(number, line):
                self._events.append(self._event(words, number))
            expect_few(len(self._events))
            self._below = []
        elif located := LOCATED.match(line):
            return self._locator(located, number, line)
        elif line.startswith("FCM:"):
            self._set_drop(line, number)
        elif line.startswith("TITLE:") and not self._title:
            self._title = line.removeprefix("TITLE:").strip()
        elif speed := speed_words(line):
            self._set_speed(*speed)
        elif line.startswith(_FULL_REEL):
            reel, _, short = line.removeprefix(_FULL_REEL).partition("REPLACED BY:")
            self._set_reel(short.strip(), reel.strip())
        elif (row := table_row(line)) is not None:
            with self._rows.reading(number, line):
                self._rows.add(row.marker(self._timecodes, number))
        elif is_broken_event(line):
            why = "an event has a reel, a track, a transition and four timecodes"
            self._rows.skip(number, line, f"it is no whole event: {why}")
        elif said := said_words(line):
            self._say(*said)
        if line and not words and not line.startswith("*"):
            self._resolve(line)
        return False

    def _event(self, words: list[str], line: int) -> EdlEvent:
        *before, source_in, source_out, record_in, record_out = words
        number, reel, track, transition, length = parts_of(before)
        count = self._timecodes.frames
        start, end = count(record_in), count(record_out)
        if end < start:
            end += self._after_midnight(record_in, record_out)
        if self._record_drop is None:
            self._record_drop = self._timecodes.label(record_in).drop
        return EdlEvent(
            number=number,
            reel=reel,
            track=track,
            transition=transition,
            transition_frames=length,
            source_in=count(source_in),
            source_out=count(source_out),
            record_in=start,
            record_out=end,
            line=line,
        )

    def _after_midnight(self, record_in: str, record_out: str) -> int:
        """A day in frames, where that is what lies between. Raises BadValue."""
        first, last = self._timecodes.label(record_in), self._timecodes.label(record_out)
        if first.hours < 23 or last.hours > 0:
            raise BadValue(f"its record out, {record_out}, lies before its record in, {record_in}")
        day = TimecodeLabel(23, 59, 59, self._timecodes.rate.nominal - 1, first.drop)
        return frame_count(day, self._timecodes.rate) + 1

    def _set_drop(self, line: str, number: int) -> None:
        drop = re.match(r"FCM:\s*DROP", line) is not None
        rate = self._timecodes.rate
        if drop and not rate.drops:
            raise Refused(
                f"it says drop frame, which {rate} does not have",
                cure="it was made at 29.97 or 59.94: say that frame rate, or export it non-drop",
                line=number,
            )
        self._timecodes = Timecodes(rate, drop)
        if self._record_drop is None and not self._events:
            self._record_drop = drop

    def _set_speed(self, reel: str, fps: str) -> None:
        rate, given = self._timecodes.rate, Fraction(fps)
        off_fps = min(abs(given - rate.frames_per_second), abs(given - rate.nominal))
        speed = Fraction(1) if off_fps < _AS_SHOT_FPS else given / rate.frames_per_second
        for place in self._sides(lambda event: event.reel.startswith(reel)):
            self._events[place] = replace(self._events[place], speed=speed)

    def _say(self, key: str, text: str) -> None:
        if not self._events:
            return
        edits = [e for e in self._events[-2:] if e.number == self._events[-1].number]
        if key == "FROM CLIP NAME" and len(edits) == 2 and not edits[0].clip_name:
            self._events[-2] = replace(edits[0], clip_name=text)
        elif key in ("FROM CLIP NAME", "TO CLIP NAME"):
            self._events[-1] = replace(edits[-1], clip_name=text)
        elif key == "SOURCE FILE":
            first = len(edits) == 2 and not edits[0].source_file
            place = -2 if first else -1
            self._events[place] = replace(self._events[place], source_file=text)

    def _set_reel(self, short: str, reel: str) -> None:
        for place in self._sides(lambda event: event.reel == short):
            self._events[place] = replace(self._events[place], reel=reel)

    def _sides(self, wanted: Callable[[EdlEvent], bool]) -> list[int]:
        """Which of the two last events, that may be sides of one transition, is the last wanted."""
        last = len(self._events) - 1
        places = (place for place in (last, last - 1) if place >= 0)
        return [place for place in places if wanted(self._events[place])][:1]

    def _locator(self, found: re.Match[str], number: int, line: str) -> bool:
        if found["at"] is None:
            self._rows.skip(number, line, "its locator has no timecode")
            return False
        before = len(self._rows.markers)
        with self._rows.reading(number, line):
            label, part = self._timecodes.read(found["at"])
            first, _, rest = found["text"].replace("\t", " ").partition(" ")
            coloured = first.lower() in COLOURS
            colour = first.lower() if coloured else ""
            name = (rest if coloured else found["text"]).strip() or colour or "locator"
            self._rows.add(Marker(label, name, part, colour, line=number))
        return len(self._rows.markers) > before

    def _resolve(self, line: str) -> None:
        """A marker of Resolve's at the last event, said in up to three lines."""
        self._below = [*self._below[-2:], line]
        if "|M:" not in line or not self._events:
            return
        note, *fields = " ".join(self._below).split("|")
        self._below = []
        said = {key: text.strip() for key, _, text in (field.partition(":") for field in fields)}
        name, note = said.get("M", ""), note.strip()
        colour = said.get("C", "").removeprefix("ResolveColor").lower()
        if note and (not name or _NUMBERED.fullmatch(name)):
            name = note
        event = self._events[-1]
        label = label_at(event.record_in, self._timecodes.rate, self._timecodes.drop)
        name = name or colour or "marker"
        self._rows.add(Marker(label, name, colour=colour, note=note, line=event.line))


def _is_drop(marker: Marker) -> bool:
    return isinstance(marker.at, TimecodeLabel) and marker.at.drop
