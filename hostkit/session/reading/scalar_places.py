"""Where in a file a character of a YAML text stands: within quotes, over lines, in a block."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

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
    lines = _line_starts(text)
    start = lines[line - 1] + column - 1
    before = sum(not sign.isspace() for sign in value[:offset])
    found = start
    for number, place in enumerate(_signs(text, start)):
        found = place
        if number == before:
            break
    number = bisect_right(lines, found)
    return number, found - lines[number - 1] + 1


def excerpt(text: str, line: int, column: int, width: int) -> str:
    r"""A line of a text, and below it carets under what is meant; of a long one the part around.

    >>> print(excerpt("a: 1\nnotes: d' h f", 2, 11, 1))
        notes: d' h f
                  ^
    """
    start = _line_starts(text)[line - 1]
    end = text.find("\n", start)
    written = text[start : end if end >= 0 else None].rstrip("\r").replace("\t", " ")
    first = max(0, min(column - 1 - _SHOWN // 2, len(written) - _SHOWN))
    shown = written[first : first + _SHOWN]
    ahead = column - 1 - first
    carets = "^" * max(1, min(width, len(shown) - ahead))
    margin = " " * _MARGIN
    return f"{margin}{shown}\n{margin}{' ' * ahead}{carets}"


@lru_cache(maxsize=4)
def _line_starts(text: str) -> tuple[int, ...]:
    """Where each line begins: many problems may be told of one text."""
    return (0, *(found.end() for found in re.finditer("\n", text)))


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
