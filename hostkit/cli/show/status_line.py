"""The last line of a terminal, written over and over: how far the work is.

The cursor is left at the start of the line and never hidden. So whatever ends the command
leaves nothing to put right, and a window that is made narrower, and wraps the line, still has
all of it behind the cursor, where it is wiped. The line itself is written without wrapping: a
window that is made narrower in that moment crops it.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
import unicodedata
from collections.abc import Sequence
from typing import TextIO

from hostkit.cli.show.lines import on_terminal
from hostkit.ground.harmless import visible
from hostkit.ground.process.streams import write_obeyed

WIPE = "\r\x1b[J"
UNWRAPPED, WRAPPED = "\x1b[?7l", "\x1b[?7h"
DRAW_EVERY_SECONDS = 0.1
BAR_FROM_COLUMNS = 72
BAR_CELLS = 20


def is_terminal() -> bool:
    """Standard error is one, and one that can wipe a line."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


class StatusLine:
    """Text that stays at the bottom while lines are printed above it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._drawn_at = 0.0
        if sys.platform == "win32":
            os.system("")  # makes an older console understand escapes

    def draw(self, fraction: float, left: str, names: Sequence[str], *, now: bool = False) -> None:
        """Shows it, unless it was shown just before."""
        if now or time.monotonic() - self._drawn_at >= DRAW_EVERY_SECONDS:
            columns = shutil.get_terminal_size().columns
            line = composed(fraction, left, [visible(name) for name in names], columns)
            self._write(f"{WIPE}{UNWRAPPED}{line}{WRAPPED}\r")
            self._drawn_at = time.monotonic()

    def print_above(self, text: str) -> None:
        folded = on_terminal(visible(text), shutil.get_terminal_size().columns)
        self._write(f"{WIPE}{folded}\n")

    def wipe(self) -> None:
        self._write(WIPE)

    def _write(self, text: str) -> None:
        write_obeyed(self._stream, text)
        self._stream.flush()


def composed(fraction: float, left: str, names: Sequence[str], columns: int) -> str:
    """What stands on a line of `columns`, the last of which stays free.

    >>> composed(0.5, "0:14 left", ["track flute", "track bass"], 40)
    ' 50 %  0:14 left  track flute, track b…'
    >>> composed(0.5, "", ["track flute"], 80)
    '━━━━━━━━━━──────────  50 %  track flute'
    """
    done = round(fraction * BAR_CELLS)
    bar = "━" * done + "─" * (BAR_CELLS - done) if columns >= BAR_FROM_COLUMNS else ""
    percent = f"{int(fraction * 100):3d} %"
    text = "  ".join(filter(None, [percent, left, ", ".join(names)]))
    return cropped(f"{bar} {text}" if bar else text, columns - 1)


def cropped(text: str, cells: int) -> str:
    """As much of a text as `cells` hold; wide characters take two.

    >>> cropped("violins", 5)
    'viol…'
    """
    if cells_of(text) <= cells:
        return text
    room, kept = cells - 1, ""
    for sign in text:
        room -= cells_of(sign)
        if room < 0:
            break
        kept += sign
    return f"{kept}…" if cells > 0 else ""


def cells_of(text: str) -> int:
    """How many cells of a terminal a text takes.

    >>> cells_of("音楽"), cells_of("café")
    (4, 4)
    """
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )
