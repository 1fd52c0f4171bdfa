"""Where in a file a character of a YAML text stands: within quotes, over lines, in a block."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")
_BLOCK_HEAD = re.compile(r"[|>][^\n]*\n?")
_ESCAPED = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n|.)")
_OF_SPACE = frozenset(" ntr_\t\n\r")
"""What stands behind the backslash of a space or a line's end."""
_SHOWN = 72
_MARGIN = 4


def place_in_scalar(text: str, line: int, column: int, value: str, offset: int) -> tuple[int, int]:
    r"""Line and column, from 1, of `value[offset]`, the scalar that begins at a place of `text`.

    Found by counting: quotes, escapes and folding change spaces and nothing else.

    >>> place_in_scalar("notes: \"d' \\\n  x\"", 1, 8, "d' x", 3)
    (2, 3)
    """
    start = _index(text, line, column)
    before = sum(not sign.isspace() for sign in value[:offset])
    found = start
    for number, place in enumerate(_signs(text, start)):
        found = place
        if number == before:
            break
    head = text[:found]
    return head.count("\n") + 1, found - (head.rfind("\n") + 1) + 1


def excerpt(text: str, line: int, column: int, width: int) -> str:
    r"""A line of a text, and below it carets under what is meant; of a long one the part around.

    >>> print(excerpt("a: 1\nnotes: d' h f", 2, 11, 1))
        notes: d' h f
                  ^
    """
    written = text.split("\n")[line - 1].rstrip("\r").replace("\t", " ")
    first = max(0, min(column - 1 - _SHOWN // 2, len(written) - _SHOWN))
    shown = written[first : first + _SHOWN]
    ahead = column - 1 - first
    carets = "^" * max(1, min(width, len(shown) - ahead))
    margin = " " * _MARGIN
    return f"{margin}{shown}\n{margin}{' ' * ahead}{carets}"


def _index(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1


def _signs(text: str, start: int) -> Iterator[int]:
    """Where each character of a scalar stands that is no space."""
    if properties := _PROPERTIES.match(text, start):
        start = properties.end()
    quote = text[start : start + 1]
    if head := _BLOCK_HEAD.match(text, start):
        start, quote = head.end(), ""
    elif quote in ("'", '"'):
        start += 1
    else:
        quote = ""
    place = start
    while place < len(text):
        if quote == "'" and text.startswith("''", place):
            yield place
            place += 2
        elif quote == '"' and (escaped := _ESCAPED.match(text, place)):
            if escaped[0][1] not in _OF_SPACE:
                yield place
            place = escaped.end()
        elif text[place] == quote:
            return
        else:
            if not text[place].isspace():
                yield place
            place += 1
