"""Pro Tools' session text: its markers, before 2023.12 and since.

Columns are padded and separated by tabs. TIME REFERENCE counts samples from the session's start,
so it is exact whatever LOCATION is shown in. Names and comments may hold tabs and ends of lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.picture.spotting.content import lines_of
from hostkit.picture.spotting.labels import TIMECODE, Timecodes
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
from hostkit.timebase.position import BarBeat, Position
from hostkit.timebase.sampling import sample_of
from hostkit.timebase.timecode import TimecodeLabel

_SECTION = re.compile(r"(?:[A-Z/\-] ){4}")
_MARKERS = "M A R K E R S  L I S T I N G"
_FORMAT = re.compile(r"([\d.]+)\s*(?:fps)?\s*(Drop)?", re.IGNORECASE)
_UNITS, _CELLS_BEFORE_NAME = 3, 4
_UNITS_THERE_ARE = ("Samples", "Ticks")
_WIDTHS = (4, 13, 18, 9, 33, 0)
_NAME_WIDTH = 33
_TICKS_A_QUARTER = 960
_FRAMES_A_FOOT, _FILM_FPS = 16, 24
_EXACT_PLACES = 3
"""Decimals of seconds that tell frames apart."""
_BARS = re.compile(r"(\d+)\|\s*(\d+)(?:\|\s*(\d+))?", re.ASCII)
_FEET = re.compile(r"(\d+)\+(\d+(?:\.\d+)?)", re.ASCII)
_MIN_SECS = re.compile(r"(\d+):(\d\d(?:\.(\d+))?)", re.ASCII)
_TIME = re.compile(rf"{TIMECODE}(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class _Session:
    """What the head says."""

    timecodes: Timecodes
    start: TimecodeLabel
    sample_rate: Fraction


def is_protools(text: str) -> bool:
    """Whether that is such a text: it has the head of one, or its list of markers."""
    return text.startswith("SESSION NAME:") or _MARKERS in text[:200_000]


def read_protools(text: str, given: Given) -> SpottingList:
    """Its markers. Raises Refused without a frame rate, or with another than it says."""
    lines = lines_of(text)
    session, rows = _head(lines, given), Rows()
    heads = next((line for line in lines if line.startswith("#") and "LOCATION" in line), "")
    behind = 3 if "TRACK TYPE" in heads else 1
    for number, row in _marker_rows(lines, rows):
        with rows.reading(number, row):
            rows.add(_marker(row, number, session, behind))
    rate = session.timecodes.rate
    return SpottingList(tuple(rows.markers), tuple(rows.skipped), rate, session.start)


def write_protools(hits: Outgoing) -> bytes:
    """A session text with nothing but markers, as versions before 2023.12 wrote it."""
    rate, start = hits.on_screen.frame_rate, hits.on_screen.start
    lines = [
        f"SESSION NAME:\t{hits.title}",
        f"SAMPLE RATE:\t{hits.sample_rate}.000000",
        "BIT DEPTH:\t24-bit",
        f"SESSION START TIMECODE:\t{start}",
        f"TIMECODE FORMAT:\t{rate} {'Drop ' if start.drop else ''}Frame",
        *(f"# OF AUDIO {what}:\t0" for what in ("TRACKS", "CLIPS", "FILES")),
        *("", "", _MARKERS),
        _row("#", "LOCATION", "TIME REFERENCE", "UNITS", "NAME", "COMMENTS"),
    ]
    for number, mark in enumerate(hits.marks, 1):
        sample = sample_of(mark.seconds, hits.sample_rate)
        place = str(hits.label(mark))
        lines.append(_row(str(number), place, str(sample), "Samples", mark.name, ""))
    return "".join(f"{line}\n" for line in lines).encode()


def _row(*cells: str) -> str:
    padded = [f"{cell:{width}}" for cell, width in zip(cells, _WIDTHS, strict=True)]
    return "\t".join(padded).rstrip(" ")


def _head(lines: list[str], given: Given) -> _Session:
    said: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines[:40], 1):
        key, colon, value = line.partition(":")
        if colon and key.isupper():
            said.setdefault(key, (number, value.strip()))
    number, written = said.get("TIMECODE FORMAT", (0, ""))
    rate, drop = _frame_rate(written, number, given)
    timecodes = Timecodes(rate, drop)
    number, start = said.get("SESSION START TIMECODE", (0, "00:00:00:00"))
    try:
        label, _ = timecodes.read(start)
        sample_rate = Fraction(said.get("SAMPLE RATE", (0, "48000"))[1])
    except ValueError as error:  # BadValue is one
        raise Refused(f"its head cannot be used: {error}", line=number) from None
    if not 8_000 <= sample_rate <= 768_000:
        raise Refused(f"{float(sample_rate):g} is no sample rate", line=said["SAMPLE RATE"][0])
    return _Session(timecodes, label, sample_rate)


def _frame_rate(written: str, line: int, given: Given) -> tuple[FrameRate, bool]:
    found = _FORMAT.match(written)
    if found is None:
        return rate_wanted("this Pro Tools text", given), given.drop
    try:
        rate = FrameRate.parse(found[1])
    except BadValue as error:
        raise Refused(*error.fault, line=line) from None
    if given.frame_rate not in (None, rate):
        raise Refused(
            f"it says {written}, not {given.frame_rate}",
            cure="leave --frame-rate out, or export it at that frame rate",
            line=line,
        )
    if found[2] and not rate.drops:
        raise Refused(f"there is no timecode of {written}", "export it at 29.97 drop", line)
    return rate, found[2] is not None


def _marker_rows(lines: list[str], rows: Rows) -> Iterator[tuple[int, str]]:
    """Rows of the markers' list, lines that belong together joined, each with its first line."""
    try:
        first = next(n for n, line in enumerate(lines) if line.startswith(_MARKERS))
    except StopIteration:
        return
    whole: list[str] = []
    begun = 0
    for number, line in enumerate(lines[first + 1 :], first + 2):
        if _SECTION.match(line):
            break
        if line.startswith("#") and "LOCATION" in line:
            continue
        cells = line.split("\t", _CELLS_BEFORE_NAME)
        numbered = len(cells) > 1 and cells[0].strip().isdigit()
        if numbered and len(cells) > _UNITS + 1 and cells[_UNITS].strip() in _UNITS_THERE_ARE:
            if whole:
                yield begun, "\n".join(whole)
            whole, begun = [line], number
        elif numbered:
            rows.skip(number, line, "a row is: number, location, time reference, units, name")
        elif whole and line.strip():
            whole.append(line)
        elif line.strip():
            rows.skip(number, line, "it belongs to no marker")
    if whole:
        yield begun, "\n".join(whole)


def _marker(row: str, line: int, session: _Session, behind: int) -> Marker:
    _, location, reference, units, *rest = row.split("\t")
    at, part = _place(location.strip(), reference.strip(), units.strip(), session)
    name, note = _name_and_comment(rest, behind)
    return Marker(at, name, part, note=note, line=line)


def _name_and_comment(cells: list[str], behind: int) -> tuple[str, str]:
    """Of what stands behind the units, where so many columns stand behind the name.

    Where there are more cells the name has tabs; that it is padded tells where it ends.
    """
    end = 1
    while (
        len(cells) - end > behind
        and len("\t".join(cells[:end])) < _NAME_WIDTH
        and not cells[end - 1].endswith(" ")
    ):
        end += 1
    name, note = cells[:end], cells[end + behind - 1 :]
    return " ".join(" ".join(name).split()), " ".join(" ".join(note).split())


def _place(
    location: str, reference: str, units: str, session: _Session
) -> tuple[Position, Fraction]:
    """The exact place: by samples where they are said, else as it is shown. Raises BadValue."""
    timecodes, start, rate = session.timecodes, session.start, session.sample_rate
    if units == "Samples" and re.fullmatch(r"\d{1,15}", reference, re.ASCII):
        return timecodes.after(start, int(reference) / rate, within=1 / (2 * rate))
    if found := _MIN_SECS.fullmatch(location):
        places = len(found[3] or "")
        seconds = int(found[1]) * 60 + Fraction(found[2])
        within = Fraction(1, 2 * 10**places) if places >= _EXACT_PLACES else Fraction(0)
        return timecodes.after(start, seconds, within)
    if _TIME.fullmatch(location):
        return timecodes.read(location)
    if found := _FEET.fullmatch(location):
        film_frames = int(found[1]) * _FRAMES_A_FOOT + Fraction(found[2])
        return timecodes.after(start, film_frames / _FILM_FPS)
    if re.fullmatch(r"\d{1,15}", location, re.ASCII):
        return timecodes.after(start, int(location) / rate, within=1 / (2 * rate))
    if found := _BARS.fullmatch(reference) or _BARS.fullmatch(location):
        beat = int(found[2]) + Fraction(int(found[3] or 0), _TICKS_A_QUARTER)
        return BarBeat(int(found[1]), beat), Fraction(0)
    raise BadValue(f"{location[:40]!r} is no location", cure="export it with timecode")
