"""What a terminal should look like while a command works, and when it has ended."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from terminal import Seen

from hostkit.cli.show.status_line import UNWRAPPED, WIPE, WRAPPED

CANCELLED = "cancelled; what was finished is kept"
PERCENT = re.compile(r"\d %(  |$)")
COLOUR = re.compile(r"\x1b\[[\d;]*m")


def moving(sent: str) -> list[str]:
    """What stood on the line that moves, one after the other."""
    end = f"{WRAPPED}\r"
    parts = (part for part in sent.split(WIPE) if part.endswith(end))
    return [part.removeprefix(UNWRAPPED).removesuffix(end) for part in parts]


def cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def assert_fits(lines: Iterable[str], columns: int) -> None:
    assert not [line for line in lines if cells(line) >= columns]


def assert_left_clean(seen: Seen) -> None:
    assert seen.cursor_is_back
    assert seen.column == 0  # the shell's prompt has a line of its own
    assert not any(PERCENT.search(line) for line in seen.screen), seen.screen
