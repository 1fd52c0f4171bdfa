"""The nearest known name to a misspelt one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from hostkit.errors import Fault

MIXES = Fault(
    "mixes are a list of standard names or a map of name: recipe",
    "write mixes: [full, underscore] or mixes: {full: {}, cut_30: {length: 30s}}",
)
"""What is said of `mixes` that are neither, or half of each."""

MOST_SUGGESTED = 50
"""So many problems of a file come with a suggestion: each compares a name with all known ones."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, case aside, or None when none is close.

    >>> nearest("strigns", ["brass", "strings"])
    'strings'
    """
    by_folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def did_you_mean(name: str, known: Iterable[str], limit: int = 12) -> str:
    """The cure of an unknown name: a suggestion, else what there is, if anything.

    >>> did_you_mean("strigns", ["brass", "strings"])
    "did you mean 'strings'?"
    >>> did_you_mean("xyz", ["brass", "strings"])
    'there are: brass, strings'
    """
    names = list(known)
    best = nearest(name, names)
    if best is not None:
        return f"did you mean {best!r}?"
    if not names:
        return ""
    more = ", …" if len(names) > limit else ""
    return f"there are: {', '.join(names[:limit])}{more}"
