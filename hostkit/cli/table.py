"""Tables on standard output: as wide as the terminal, and never folded in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence


def print_table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[str] = ()
) -> None:
    """Prints rows under their heads; columns of `numbers` stand to the right.

    In a pipe each row is one line without trailing spaces, for `grep` and `cut`.
    """
    if not sys.stdout.isatty():
        print("\n".join(_lines(heads, rows, numbers)))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(head, overflow="fold", justify="right" if head in numbers else "left")
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, markup=False).print(table)


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
