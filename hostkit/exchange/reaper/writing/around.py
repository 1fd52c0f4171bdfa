"""What every part of a REAPER project is written with: its tempo map, and names that last."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from hostkit.exchange.project import CurvePoint
from hostkit.exchange.reaper.tree import block_lines, number_text
from hostkit.timebase.tempo_map import TempoMap

_OURS = uuid.UUID("7d0cd1a6-5f0e-5a58-9d7c-7f3e3b8a4f20")
"""The namespace of ids: the same project has the same ones whenever it is written."""
LINEAR, SQUARE = 0, 1
"""Shapes of envelopes: straight to the next point, or held up to it."""


@dataclass(frozen=True)
class Around:
    """The tempo map of a project, and the folder that its file lies in."""

    tempo_map: TempoMap
    folder: Path

    def seconds(self, at: Fraction) -> float:
        """When a quarter note is."""
        return float(self.tempo_map.seconds_at(at))

    def file_name(self, path: Path) -> str:
        """A file as the project names it: from its folder, where it lies below that."""
        whole = path.absolute()
        if whole.is_relative_to(self.folder):
            return str(whole.relative_to(self.folder))
        return str(whole)

    def envelope(
        self,
        name: str,
        points: Iterable[CurvePoint],
        value_of: Callable[[float], float] = float,
        words: tuple[object, ...] = (),
    ) -> Iterator[str]:
        """An envelope that is on, its values as REAPER counts them."""
        rows = ["ACT 1 -1", "VIS 1 1 1", "LANEHEIGHT 0 0", "ARM 0", "DEFSHAPE 0 -1 -1"]
        for point in points:
            shape = LINEAR if point.linear else SQUARE
            value = number_text(value_of(point.value))
            rows.append(f"PT {number_text(self.seconds(point.at))} {value} {shape}")
        yield from block_lines(name, rows, *words)


def guid(*words: object) -> str:
    """An id that these words always have.

    >>> guid("track", 1) == guid("track", 1), guid("track", 1) == guid("track", 2)
    (True, False)
    """
    return "{" + str(uuid.uuid5(_OURS, "\0".join(map(str, words)))).upper() + "}"


def colour_number(colour: str) -> int:
    """#rrggbb as REAPER keeps it: blue, green, red, and a bit that says that there is one.

    >>> colour_number("#ff8000"), colour_number("")
    (16810239, 0)
    """
    if len(colour) != 7 or not colour.startswith("#"):
        return 0
    try:
        red, green, blue = bytes.fromhex(colour[1:])
    except ValueError:
        return 0
    return 1 << 24 | blue << 16 | green << 8 | red
