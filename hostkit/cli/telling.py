"""How a long command tells of its work. Imports little."""

from __future__ import annotations

from enum import StrEnum


class How(StrEnum):
    """How progress is told: `auto` is a moving line on a terminal and lines elsewhere."""

    AUTO = "auto"
    LINES = "lines"
    JSON = "json"
    NONE = "none"


def how_of(progress: How, *, as_json: bool) -> How:
    """How progress is told: beside a document for programs only where asked for."""
    return How.NONE if as_json and progress is How.AUTO else progress
