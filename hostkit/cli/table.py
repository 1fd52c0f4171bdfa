"""Tables on standard output: as wide as the terminal, and never folded in a pipe."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Sequence
from typing import Any

GAP = 2
"""Columns between cells."""


def print_table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[str] = ()
) -> None:
    """Prints rows under their heads; columns of `numbers` stand to the right.

    In a pipe each row is one line without trailing spaces, for `grep` and `cut`. Where a
    terminal is so narrow that words would be cut, each row is a list.
    """
    if not sys.stdout.isatty():
        print("\n".join(_lines(heads, rows, numbers)))
        return
    widths = [_longest_word(column) for column in zip(heads, *rows, strict=True)]
    if sum(widths) + GAP * (len(widths) - 1) > shutil.get_terminal_size().columns:
        print("\n".join(_lists(heads, rows)))
        return
    from rich.console import Console
    from rich.table import Table

    style = "none" if os.environ.get("NO_COLOR") else "bold"
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style=style)
    for head, width in zip(heads, widths, strict=True):
        side: Any = "right" if head in numbers else "left"
        table.add_column(head, overflow="fold", justify=side, min_width=width)
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, markup=False).print(table)


def _longest_word(cells: Sequence[str]) -> int:
    return max(len(word) for cell in cells for word in cell.split() or [""])


def _lists(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Every row as its first cell, and a line below for each other one that is not empty.

    >>> _lists(("name", "n", "of"), (("a", "10", ""),))
    ['name a', '  n   10']
    """
    width = max(map(len, heads))
    lines = []
    for first, *cells in rows:
        named = zip(heads[1:], cells, strict=True)
        lines += [
            f"{heads[0]} {first}",
            *(f"  {head:{width - 1}} {cell}" for head, cell in named if cell),
        ]
    return lines


def _lines(
    heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[str]
) -> list[str]:
    """Every row as a line, columns aligned.

    >>> _lines(("name", "n"), (("a", "10"), ("longer", "9")), {"n"})
    ['name     n', 'a       10', 'longer   9']
    """
    whole = [tuple(heads), *(tuple(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*whole, strict=True)]
    sides = [str.rjust if head in numbers else str.ljust for head in heads]
    return [
        "  ".join(
            side(cell, width) for side, cell, width in zip(sides, row, widths, strict=True)
        ).rstrip()
        for row in whole
    ]
