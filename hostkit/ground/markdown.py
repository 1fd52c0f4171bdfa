"""Text of somebody else's in a page of Markdown."""

from __future__ import annotations


def table_cell(text: str) -> str:
    r"""Text that stays inside its cell of a table.

    >>> print(table_cell("door | slam"))
    door \| slam
    """
    return " ".join(text.replace("|", "\\|").split())
