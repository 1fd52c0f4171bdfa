"""Tables on standard output: as wide as the terminal, and never folded in a pipe."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Sequence
from itertools import zip_longest
from textwrap import wrap

from hostkit.cli.show.status_line import cells_of

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
    head, *lines = _folded(heads, rows, numbers, shutil.get_terminal_size().columns)
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    print(head if plain else f"\x1b[1m{head}\x1b[0m", *lines, sep="\n")


def _folded(
    heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[str], columns: int
) -> list[str]:
    """The heads and every row, folded between words so that they fit.

    A column with nothing in it takes no room.

    >>> print(*_folded(("name", "of"), (("a long name", "1"),), {"of"}, 10), sep="|")
    name    of|a long   1
    name
    >>> _folded(("name", ""), (("a", ""),), (), 40)
    ['name', 'a']
    """
    filled = [n for n, column in enumerate(zip(heads, *rows, strict=True)) if any(column)]
    heads, *rows = ([row[n] for n in filled] for row in (heads, *rows))
    whole = list(zip(heads, *rows, strict=True))
    least = [_longest_word(column) for column in whole]
    widths = [max(map(cells_of, column)) for column in whole]
    while sum(widths) + GAP * (len(widths) - 1) > columns:
        spare = [width - word for width, word in zip(widths, least, strict=True)]
        widths[max(range(len(widths)), key=lambda n: (spare[n] > 0, widths[n]))] -= 1
    folded = []
    for row in (heads, *rows):
        parts = [wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
        lines = [
            _in_columns(line, widths, heads, numbers) for line in zip_longest(*parts, fillvalue="")
        ]
        folded.append("\n".join(lines))
    return folded


def _in_columns(
    cells: Sequence[str], widths: Sequence[int], heads: Sequence[str], numbers: Collection[str]
) -> str:
    placed = []
    for cell, width, head in zip(cells, widths, heads, strict=True):
        space = " " * (width - cells_of(cell))
        placed.append(space + cell if head in numbers else cell + space)
    return (" " * GAP).join(placed).rstrip()


def _longest_word(cells: Sequence[str]) -> int:
    return max(cells_of(word) for cell in cells for word in cell.split() or [""])


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
    widths = [max(map(cells_of, column)) for column in zip(heads, *rows, strict=True)]
    return [_in_columns(row, widths, heads, numbers) for row in (heads, *rows)]
