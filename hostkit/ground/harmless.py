"""Text of somebody else's in a table that a spreadsheet opens."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
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
