"""What is said: a line for each thing, folded between words on a terminal."""

from __future__ import annotations

import shutil
import sys

LEAST_COLUMNS = 16
"""In fewer nothing is folded: it would be a word a line."""


def tell_error(text: str) -> None:
    """Prints an error or a note; in a pipe every line stays whole."""
    folded = on_terminal(text, shutil.get_terminal_size().columns)
    print(folded if sys.stderr.isatty() else text, file=sys.stderr, flush=True)


def tell(text: str) -> None:
    """Prints a result; in a pipe every line stays whole."""
    folded = on_terminal(text, shutil.get_terminal_size().columns)
    print(folded if sys.stdout.isatty() else text)


def on_terminal(text: str, columns: int) -> str:
    """Lines that a terminal need not cut within a word; the spaces in a text stay.

    What goes on in a second line stands as far in as the first, where there is room for that.

    >>> print(on_terminal("cue.yaml:3:9: there is no preset", 20))
    cue.yaml:3:9: there
    is no preset
    >>> print(on_terminal("  warning: there is no preset", 20))
      warning: there is
      no preset
    >>> print(on_terminal("  /usr/share/sounds (there is none)", 18))
      /usr/share/sounds
      (there is none)
    """
    if columns < LEAST_COLUMNS:
        return text
    return "\n".join(_folded(line, columns) for line in text.split("\n"))


def _folded(line: str, columns: int) -> str:
    lines = []
    indent = " " * min(len(line) - len(line.lstrip(" ")), columns // 2)
    while len(line) > columns:
        space = line.rfind(" ", len(indent) + 1, columns + 1)
        if space < 0:  # a word, such as a path, that is longer than the line
            space = line.find(" ", columns + 1)
        if space < 0:
            break
        lines.append(line[:space])
        line = indent + line[space + 1 :]
    return "\n".join([*lines, line])
