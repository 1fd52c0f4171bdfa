"""Words of somebody else's on one line, with nothing that a terminal obeys."""

from __future__ import annotations


def on_a_line(text: str, most: int = 1000) -> str:
    r"""A text without what cannot be seen, spaces single, its end left out where it is long.

    >>> on_a_line(" door\t\x1b[31mslams ", 20)
    'door [31mslams'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:most]
