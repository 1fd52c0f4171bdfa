"""The places of a session that are places of the picture, and where they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hostkit.session.load import LoadedSession
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.position import BarBeat, Position, parse_position

_TIMECODE = re.compile(r"\s*\d\d:\d\d:\d\d[:;]\d{2,3}\s*", re.ASCII)
_KEYS = frozenset({"at", "until", "length", "rise_from"})
_LANES = frozenset({"automation", "articulation"})
"""Keys of lists of pairs, the first of which is a position."""


@dataclass(frozen=True)
class WrittenPlace:
    """A position that a session has at a path, and what it is the place of."""

    path: KeyPath
    at: Position
    name: str


def written_hits(loaded: LoadedSession) -> list[WrittenPlace]:
    """Every hit, in the order of the session."""
    hits = enumerate(loaded.session.hits)
    return [WrittenPlace(("hits", number, "at"), hit.at, hit.name) for number, hit in hits]


def written_sections(loaded: LoadedSession) -> list[WrittenPlace]:
    """Every section, in the order of the session."""
    sections = enumerate(loaded.session.sections)
    return [WrittenPlace(("sections", number, "at"), one.at, one.name) for number, one in sections]


def written_rises(loaded: LoadedSession) -> dict[int, WrittenPlace]:
    """Where the rises to hits start that are no bars, by the numbers of the hits."""
    return {
        number: WrittenPlace(
            ("hits", number, "rise_from"), hit.rise_from, f"the rise to {hit.name}"
        )
        for number, hit in enumerate(loaded.session.hits)
        if hit.rise_from is not None and not isinstance(hit.rise_from, BarBeat)
    }


def other_places(loaded: LoadedSession) -> list[WrittenPlace]:
    """Where else there is timecode."""
    rest = {key: value for key, value in loaded.tree.data.items() if key not in _BY_MODEL}
    return [
        WrittenPlace(path, parse_position(text), " ".join(str(step) for step in path))
        for path, text in _timecodes(rest, ())
    ]


_BY_MODEL = ("picture", "hits", "sections")


def _timecodes(data: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _timecodes(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _timecodes(value, (*path, number))
    elif isinstance(data, str) and _TIMECODE.fullmatch(data) and _is_position(path):
        yield path, data


def _is_position(path: KeyPath) -> bool:
    in_lane = path[-1] == 0 and any(key in path for key in _LANES)
    return path[-1] in _KEYS or in_lane
