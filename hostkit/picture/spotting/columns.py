"""Tables of markers: what their columns hold is told by the names in their head.

Premiere writes them (UTF-16, tabs), Cubase and Nuendo, Frame.io, REAPER, Audition, people in
spreadsheets. Places are timecode, hours and minutes, seconds, or bars.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.ground.harmless import plain
from hostkit.picture.spotting.content import lines_of
from hostkit.picture.spotting.labels import Timecodes
from hostkit.picture.spotting.marker import (
    Given,
    Marker,
    Outgoing,
    Refused,
    SpottingList,
    rate_wanted,
)
from hostkit.picture.spotting.rows import Rows
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.position import BarBeat, Position, Seconds, parse_position
from hostkit.timebase.timecode import TimecodeLabel

_PLACES = (
    *("timecode", "time code", "tc", "timecode in", "tc in", "in tc", "record in", "rec in", "in"),
    *(
        "start tc",
        "tc start",
        "start timecode",
        "timecode start",
        "smpte",
        "smpte time",
        "in point",
    ),
    *("start", "start time", "position", "at", "time", "timestamp", "location", "begin"),
    *("seconds", "start s", "start seconds", "time s", "time seconds", "bar beat", "bar"),
)
"""Names of the column of places; of several the first here counts."""
_NAMES = (
    *("name", "marker name", "marker", "label", "title", "hit"),
    *("description", "comment", "comments", "notes", "note", "text", "event", "cue"),
)
"""And of names; what is empty in one is looked for in the next."""
_COLOURS = ("colour", "color")
_RATES = ("frame rate", "framerate", "fps")
_PREMIERE = frozenset({"marker name", "in", "out"})
_STEINBERG = frozenset({"position", "id"})
_HEAD_ROWS, _MOST_LINES_OF_ROW = 30, 20
_SEPARATORS = "\t;,"
_HEADING = re.compile(r"[\w #.|()/_-]{0,40}")
_WORD = re.compile(r"[^\W\d_]+")
_TIMECODE = re.compile(r"(?:\d{1,2}[:;,]){3}\d{2,3}(?:\.\d{1,3})?", re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2}(?:[.,]\d{1,9})?)", re.ASCII)
_NUMBER = re.compile(r"(\d{1,9}(?:[.,]\d{1,9})?)\s*(?:s|sec)?", re.ASCII)
_DOTTED_BARS = re.compile(r"(\d+)\.\s*(\d+)\.\s*(\d+)(?:\.\s*(\d+))?", re.ASCII)


@dataclass(frozen=True)
class _Head:
    """The columns: on which line they are named, what each is called, and what is between."""

    line: int
    names: tuple[str, ...]
    separator: str

    def column(self, wanted: tuple[str, ...]) -> list[int]:
        """The columns of those names that there are, in the order in which they are wanted."""
        return [self.names.index(name) for name in wanted if name in self.names]


def is_premiere(text: str) -> bool:
    """Whether it has the head of Premiere's export."""
    return _has(text, _PREMIERE)


def is_steinberg(text: str) -> bool:
    """Whether it has a head such as Cubase and Nuendo write."""
    return _has(text, _STEINBERG)


def is_table(text: str) -> bool:
    """Whether a head names a column of places."""
    head = _head(text)
    return head is not None and bool(head.column(_PLACES))


def _has(text: str, names: frozenset[str]) -> bool:
    head = _head(text)
    return head is not None and names <= set(head.names)


def read_table(text: str, given: Given) -> SpottingList:
    """Its markers. Raises Refused: no column of places, or timecode without a frame rate."""
    head = _head(text)
    places = head.column(_PLACES) if head is not None else []
    if head is None or not places:
        raise Refused(
            "no column is named as one of places",
            cure="name the columns in the first line: timecode (or in, start, seconds), name",
        )
    rows, rates = Rows(), set[FrameRate]()
    for line, text_of_row in _records(lines_of(text)[head.line :], head.line):
        row = _Row(head, _cells_under(head, text_of_row))
        if not any(row.cells):
            continue
        with rows.reading(line, text_of_row):
            rate = row.rate(given)
            at, part = _place(row.first(places), rate, given)
            name, note = row.name()
            rows.add(Marker(at, name, part, row.first(head.column(_COLOURS)), note, line))
            if isinstance(at, TimecodeLabel) and rate is not None:
                rates.add(rate)
    if len(rates) > 1:
        raise Refused(f"it has several frame rates: {', '.join(sorted(map(str, rates)))}")
    return SpottingList(tuple(rows.markers), tuple(rows.skipped), next(iter(rates), None))


@dataclass(frozen=True)
class _Row:
    head: _Head
    cells: list[str]

    def first(self, columns: list[int]) -> str:
        """The first of those cells that is not empty."""
        filled = (self.cells[n] for n in columns if n < len(self.cells) and self.cells[n])
        return next(filled, "")

    def name(self) -> tuple[str, str]:
        """Its name, and what else is said of it."""
        columns = self.head.column(_NAMES)
        filled = [plain(self.cells[n]) for n in columns if n < len(self.cells) and self.cells[n]]
        name, *more = dict.fromkeys(filled or ["marker"])
        return name, " ".join(more)

    def rate(self, given: Given) -> FrameRate | None:
        """Its frame rate, by its own cell or from outside. Raises BadValue, Refused."""
        written = self.first(self.head.column(_RATES))
        if not written:
            return given.frame_rate
        rate = FrameRate.parse(written)
        if given.frame_rate not in (None, rate):
            raise Refused(f"it says {written}, not {given.frame_rate}", "leave --frame-rate out")
        return rate


def _place(text: str, rate: FrameRate | None, given: Given) -> tuple[Position, Fraction]:
    """Raises BadValue for what is no place; Refused for timecode without a rate."""
    whole = Fraction(0)
    if _TIMECODE.fullmatch(text):
        rate = rate or rate_wanted("this table", given)
        return Timecodes(rate, given.drop and rate.drops > 0).read(text)
    if found := _DOTTED_BARS.fullmatch(text):
        return _bars(found), whole
    if found := _CLOCK.fullmatch(text):
        minutes = int(found[1] or 0) * 60 + int(found[2])
        return Seconds(minutes * 60 + Fraction(found[3].replace(",", "."))), whole
    if found := _NUMBER.fullmatch(text):
        return Seconds(Fraction(found[1].replace(",", "."))), whole
    if "|" in text:
        return parse_position(text), whole
    if not text:
        raise BadValue("the row has no place")
    raise BadValue(
        f"{text[:40]!r} is no place", cure="write timecode, minutes and seconds, or bars"
    )


def _bars(found: re.Match[str]) -> BarBeat:
    """Bars as Cubase counts them (sixteenths, of 120 ticks), or REAPER (hundredths of a beat)."""
    if found[4] is not None:
        part = Fraction(int(found[3]) - 1, 4) + Fraction(int(found[4]), 480)
    else:
        part = Fraction(int(found[3]), 100)
    if int(found[1]) < 1 or int(found[2]) < 1 or part < 0:
        raise BadValue(f"{found[0]} is no place: bars and beats count from 1")
    return BarBeat(int(found[1]), int(found[2]) + part)


def _head(text: str) -> _Head | None:
    """The first row with the name of a column of places, and another column."""
    lines = lines_of(text)[:_HEAD_ROWS]
    for separator in _SEPARATORS:
        for line, row in _records(lines):
            cells = _cells(row, separator)
            names = tuple(map(_column_name, cells))
            if len(cells) > 1 and set(names) & set(_PLACES):
                return _Head(line, names, separator)
    return None


def _column_name(cell: str) -> str:
    """The words of a head's cell; none of one that is no head.

    >>> _column_name("Time (s)"), _column_name("tc_in"), _column_name("{at: 9|1")
    ('time s', 'tc in', '')
    """
    return " ".join(_WORD.findall(cell.casefold())) if _HEADING.fullmatch(cell) else ""


def _records(lines: list[str], before: int = 0) -> Iterator[tuple[int, str]]:
    """Rows, each with its first line; a quote that is never closed spoils no other row."""
    number = 0
    while number < len(lines):
        quotes, last = lines[number].count('"'), number
        most = min(number + _MOST_LINES_OF_ROW, len(lines)) - 1
        while quotes % 2 and last < most:
            last += 1
            quotes += lines[last].count('"')
        last = number if quotes % 2 else last
        yield before + number + 1, "\n".join(lines[number : last + 1])
        number = last + 1


def _cells_under(head: _Head, row: str) -> list[str]:
    """The cells of a row; separators that stand twice are one where there are too many cells."""
    cells = _cells(row, head.separator)
    if len(cells) > len(head.names) + 1:
        once = _cells(row.replace(head.separator * 2, head.separator), head.separator)
        return once if len(once) >= len(head.names) - 1 else cells
    return cells


def _cells(row: str, separator: str) -> list[str]:
    cells = row.split(separator)
    if row.count('"') % 2 == 0:
        with suppress(csv.Error):
            cells = next(csv.reader([row], delimiter=separator), [])
    return [" ".join(cell.split()) for cell in cells]


def write_table(hits: Outgoing) -> bytes:
    """A table with a head: places in every form that the session has, and names."""
    picture = hits.tempo_map.picture
    rows = [["name", "timecode", "frame rate", "seconds", "bar|beat"]]
    for mark in hits.marks:
        on_screen = [str(hits.label(mark)), str(picture.frame_rate)] if picture else ["", ""]
        seconds = f"{float(mark.seconds):.9f}".rstrip("0").rstrip(".")
        rows.append([mark.name, *on_screen, seconds, str(mark.bar_beat)])
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue().encode()


def write_premiere(hits: Outgoing) -> bytes:
    """Premiere's own table: UTF-16, tabs; all signs of drop frame are semicolons."""
    drop = hits.on_screen.start.drop
    lines = ["Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\t"]
    for mark in hits.marks:
        places = [str(hits.label(mark)), "00:00:00:00"]
        place, none = (text.replace(":", ";") if drop else text for text in places)
        lines.append(f"{mark.name}\t\t{place}\t{place}\t{none}\tComment\t")
    return codecs.BOM_UTF16_LE + "".join(f"{line}\n" for line in lines).encode("utf-16-le")
