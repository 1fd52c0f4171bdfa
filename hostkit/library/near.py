"""Which preset is meant by a name that there is not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

MOST_NAMED = 3
LIKE = 0.75
"""How alike names have to be: of all their letters so many stand in both, in one order."""
AS_LIKE = 0.05
"""What is less like than the best by no more is named with it."""


def meant_preset(name: str, names: Iterable[str]) -> str:
    """The cure of a misspelt name; empty where nothing is like it.

    A name may be cut short, misspelt, or lack its folder.

    >>> there = ["strings/harp", "strings/warm-ensemble", "mallets/xylophone", "keys/warm-pad"]
    >>> meant_preset("strings/warm", there), meant_preset("xylofone", there)
    ("did you mean 'strings/warm-ensemble'?", "did you mean 'mallets/xylophone'?")
    >>> meant_preset("warm", there)
    "did you mean 'keys/warm-pad' or 'strings/warm-ensemble'?"
    >>> meant_preset("gong", there)
    ''
    """
    likeness = {known: _likeness(name.casefold(), known.casefold()) for known in names}
    best = max(likeness.values(), default=0.0)
    if best < LIKE:
        return ""
    close = sorted((known for known in likeness if likeness[known] >= best - AS_LIKE), key=len)
    *first, last = (repr(known) for known in close[:MOST_NAMED])
    return f"did you mean {', '.join(first)}{' or ' if first else ''}{last}?"


def _likeness(typed: str, known: str) -> float:
    """1 for a name that begins so, or has a word of it."""
    last = known.rpartition("/")[2]
    words = {last, *re.split("[-_.]", last)}
    if known.startswith(typed) or typed in words:
        return 1.0
    whole = SequenceMatcher(None, typed, known).ratio()
    if "/" in typed:
        return whole
    return max(whole, *(SequenceMatcher(None, typed, word).ratio() for word in words))
