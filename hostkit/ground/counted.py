"""Numbers of things, as one says them."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, what: str) -> str:
    """A number and what is counted, whose last word is in the singular.

    >>> counted(1, "mix"), counted(2, "mix"), counted(0, "plug-in"), counted(3, "key")
    ('1 mix', '2 mixes', '0 plug-ins', '3 keys')
    >>> counted(1, "delivery"), counted(2, "delivery")
    ('1 delivery', '2 deliveries')
    """
    if number == 1:
        return f"1 {what}"
    if what.endswith("y") and what[-2:-1] not in "aeiou":
        return f"{number} {what[:-1]}ies"
    return f"{number} {what}{'es' if what.endswith(('s', 'x', 'ch')) else 's'}"


def few_of(names: Sequence[str], most: int = 3) -> str:
    """Names in words, no more of them than a line has room for.

    >>> few_of(["a"]), few_of(["a", "b"]), few_of(["a", "b", "c", "d", "e"])
    ('a', 'a and b', 'a, b and 3 more')
    """
    shown = names if len(names) <= most else [*names[: most - 1], f"{len(names) - most + 1} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
