"""How a long command tells of its work. Imports little."""

from __future__ import annotations

from enum import StrEnum


class How(StrEnum):
    """How progress is told: `auto` is a moving line on a terminal and lines elsewhere.

    `moving` is the moving line alone, and nothing where there is no terminal.
    """

    AUTO = "auto"
    LINES = "lines"
    MOVING = "moving"
    JSON = "json"
    NONE = "none"


def how_of(progress: How, *, as_json: bool) -> How:
    """How progress is told: beside a document for programs only where asked for."""
    return How.NONE if as_json and progress is How.AUTO else progress


def counting_of(progress: How = How.AUTO, *, silent: bool) -> How:
    """For commands whose results are lines already: a moving line on a terminal alone."""
    if progress is not How.AUTO:
        return progress
    return How.NONE if silent else How.MOVING


def done_line(where: object, seconds: float) -> str:
    """What a command that wrote something ends with.

    >>> done_line("renders/cue", 1.234)
    'renders/cue: done in 1.2 s'
    """
    return f"{where}: done in {seconds:.1f} s"
