"""Text of somebody else's in a table that a spreadsheet opens."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("door")
    ("'=1+1", 'door')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
