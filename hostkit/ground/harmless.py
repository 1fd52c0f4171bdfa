"""Text of somebody else's: of which no spreadsheet calculates, and no terminal obeys, a thing."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What moves a cursor, sets a title, or turns text around; not the tab nor the end of a line."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; a number is none.

    >>> harmless("=1+1"), harmless("-1+1"), harmless("-23.5"), harmless("door")
    ("'=1+1", "'-1+1", '-23.5', 'door')
    """
    is_formula = cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if is_formula else cell


def plain(cell: str) -> str:
    """A cell as it was before it was made harmless.

    >>> plain("'+3 dB"), plain("'tis the door")
    ('+3 dB', "'tis the door")
    """
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def on_a_line(text: str, most: int = 1000) -> str:
    r"""A text on one line, without what cannot be seen, its end left out where it is long.

    >>> on_a_line(" door\t\x1b[31mslams ", 20)
    'door [31mslams'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:most]


def visible(text: str) -> str:
    r"""A text of which a terminal obeys nothing.

    >>> visible("door\x1b[31m\tslams")
    'door\\x1b[31m\tslams'
    """
    return _OBEYED.sub(lambda found: ascii(found[0])[1:-1], text)
