"""Reading row after row: what cannot be read is put down with its line, the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hostkit.errors import BadValue, Fault, fault_of
from hostkit.picture.spotting.marker import Marker, Refused, Skipped

MOST_SHOWN = 200
"""Characters of a row that could not be read."""


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
        self.skipped.append(Skipped(line, text.strip()[:MOST_SHOWN], Fault(message, cure)))

    def add(self, marker: Marker) -> None:
        """A marker that could."""
        self.markers.append(marker)
