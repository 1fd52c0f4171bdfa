"""Avid's marker text: tab-separated, without a head.

User, timecode, track, colour, comment, 1; newer versions add two more columns.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from hostkit.picture.spotting.content import lines_of
from hostkit.picture.spotting.labels import TIMECODE, Timecodes
from hostkit.picture.spotting.marker import Given, Marker, Outgoing, SpottingList, rate_wanted
from hostkit.picture.spotting.rows import Rows

_TIME = re.compile(TIMECODE, re.ASCII)
TRACK = re.compile(r"(V|A|TC|D|DX|MX|FX)\d{0,3}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class AvidRow:
    """A row by its columns, nothing understood yet."""

    user: str
    at: str
    track: str
    colour: str
    comment: str

    def marker(self, timecodes: Timecodes, line: int) -> Marker:
        """Raises BadValue for a timecode that there is not."""
        label, part = timecodes.read(self.at)
        name = self.comment or self.user
        return Marker(label, name, part, self.colour.lower(), note=self.user, line=line)


def avid_row(line: str, separator: str = "\t") -> AvidRow | None:
    """A row of such a table; None where the line is none."""
    cells = line.split("\t")
    if separator == ",":
        try:
            cells = next(csv.reader([line]), [])
        except csv.Error:
            return None
    cells = [cell.strip() for cell in cells]
    if len(cells) < 5 or not _TIME.fullmatch(cells[1]) or not TRACK.fullmatch(cells[2]):
        return None
    return AvidRow(*cells[:5])


def separator_of(text: str) -> str:
    """What stands between the columns, tabs or commas; nothing where that is no such table."""
    lines = [line for line in lines_of(text)[:50] if line.strip()]
    for separator in ("\t", ","):
        rows = sum(avid_row(line, separator) is not None for line in lines)
        if rows and rows * 2 >= len(lines):
            return separator
    return ""


def is_avid(text: str) -> bool:
    """Whether most of the first lines are rows of such a table."""
    return bool(separator_of(text))


def read_avid(text: str, given: Given) -> SpottingList:
    """Its markers. Raises Refused without a frame rate."""
    rate = rate_wanted("Avid's marker text", given)
    timecodes, rows = Timecodes(rate, given.drop and rate.drops > 0), Rows()
    separator = separator_of(text) or "\t"
    for number, line in enumerate(lines_of(text), 1):
        row = avid_row(line, separator)
        if row is not None:
            with rows.reading(number, line):
                rows.add(row.marker(timecodes, number))
        elif line.strip():
            rows.skip(number, line, "a row is: user, timecode, track, colour, comment, 1")
    return SpottingList(tuple(rows.markers), tuple(rows.skipped), rate)


def write_avid(hits: Outgoing) -> bytes:
    """A row a hit, as Media Composer imports them."""
    rows = [("hostkit", str(hits.label(mark)), "V1", "red", mark.name, "1") for mark in hits.marks]
    return "".join("\t".join(row) + "\n" for row in rows).encode()
