"""Text of somebody else's in a table that a spreadsheet opens."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("door")
    ("'=1+1", 'door')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def plain(cell: str) -> str:
    """A cell as it was before it was made harmless.

    >>> plain("'+3 dB"), plain("'tis the door")
    ('+3 dB', "'tis the door")
    """
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
