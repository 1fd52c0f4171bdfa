"""Numbers as a project writes them: what is none, or no place in music, is the default."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from fractions import Fraction

MOST = 1e12
"""Ids of plug-ins reach 2³²; all else is far below."""
_DECIMAL = re.compile(r"-?\d{1,15}(?:\.\d{1,40})?")


def number(words: Sequence[str], index: int, default: float = 0.0) -> float:
    """The word at `index` as a number.

    >>> number(["1.5", "nan"], 0), number(["1.5", "nan"], 1, 7.0), number([], 0)
    (1.5, 7.0, 0.0)
    """
    try:
        value = float(words[index])
    except (IndexError, ValueError):
        return default
    return value if math.isfinite(value) and abs(value) <= MOST else default


def whole(words: Sequence[str], index: int, default: int = 0) -> int:
    """The word at `index` as a whole number."""
    return int(number(words, index, default))


def exact(words: Sequence[str], index: int, default: Fraction = Fraction(0)) -> Fraction:
    """The word at `index` to its last digit.

    >>> exact(["0.1"], 0), exact(["1e400"], 0)
    (Fraction(1, 10), Fraction(0, 1))
    """
    if index < len(words) and _DECIMAL.fullmatch(words[index]):
        value = Fraction(words[index])
        return value if abs(value) <= MOST else default
    return Fraction(number(words, index, float(default)))


def colour_of(words: Sequence[str], index: int) -> str:
    """A colour as #rrggbb; "" where the bit is not set that says that there is one.

    >>> colour_of(["16810239"], 0), colour_of(["16576"], 0)
    ('#ff8000', '')
    """
    value = whole(words, index)
    if value < 0 or not value & 1 << 24:
        return ""
    return f"#{value & 0xFF:02x}{value >> 8 & 0xFF:02x}{value >> 16 & 0xFF:02x}"


def file_name(text: str, most: int = 1000) -> str:
    """A name of a file with all its spaces, without what a terminal obeys."""
    return "".join(one for one in text if one.isprintable())[:most]


def plain(text: str, most: int = 200) -> str:
    """A name on one line, without what a terminal obeys."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable())[:most]
