"""Reading row after row: what cannot be read is put down with its line, the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from hostkit.errors import BadValue, Fault, fault_of
from hostkit.ground.harmless import on_a_line
from hostkit.picture.spotting.marker import Marker, Refused, Skipped

MOST_ROWS = 50_000
"""Of a list: a session takes a fifth of that."""
MOST_SHOWN, MOST_NAME = 200, 500
"""Characters of a row that could not be read, and of a name."""


class Rows:
    """Markers and skipped rows of a list in the making."""

    def __init__(self) -> None:
        self.markers: list[Marker] = []
        self.skipped: list[Skipped] = []

    @contextmanager
    def reading(self, line: int, text: str) -> Iterator[None]:
        """Around the reading of a row: a BadValue in it is put down, with the row.

        What is Refused is so for all rows, and goes on.
        """
        try:
            yield
        except Refused:
            raise
        except BadValue as error:
            self.skip(line, text, *fault_of(error))

    def skip(self, line: int, text: str, message: str, cure: str = "") -> None:
        """A row that could not be read."""
        shown = "".join(c for c in text if c.isprintable() or c == "\t").strip()[:MOST_SHOWN]
        self.skipped.append(Skipped(line, shown, Fault(message, cure)))
        expect_few(len(self.markers) + len(self.skipped))

    def add(self, marker: Marker) -> None:
        """A marker that could; its words on one line, with nothing that a terminal obeys."""
        name, note = on_a_line(marker.name, MOST_NAME), on_a_line(marker.note, MOST_NAME)
        self.markers.append(replace(marker, name=name or "marker", note=note))
        expect_few(len(self.markers) + len(self.skipped))


def expect_few(rows: int) -> None:
    """Raises Refused for more rows than any list has."""
    if rows > MOST_ROWS:
        raise Refused(f"it has more than {MOST_ROWS} rows", cure="is it the right file?")
