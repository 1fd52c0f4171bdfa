"""Tables on standard output: as wide as the terminal, and never folded in a pipe."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Sequence
from itertools import zip_longest
from textwrap import TextWrapper

from hostkit.cli.show.lines import tell
from hostkit.cli.show.status_line import cells_of, cropped
from hostkit.ground.harmless import on_a_line, visible
from hostkit.ground.process.streams import write_obeyed

GAP = 2
"""Columns between cells."""
NAME_CELLS = 60
_LEAST_ROOM = 20
"""Of a terminal that has less for a text, that is not folded: it would be a word a line."""


def print_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Collection[str] = (),
    whole: Collection[str] = (),
) -> None:
    """Prints rows under their heads; columns of `numbers` stand to the right.

    What is in columns that are `whole`, such as paths, is never folded. In a pipe each row is one
    line without trailing spaces, for `grep` and `cut`. Where a terminal is so narrow that words
    would be cut, what is whole stands under its row; where that is not enough, each row is a list.
    """
    if not sys.stdout.isatty():
        print("\n".join(_lines(heads, rows, numbers)))
        return
    columns = shutil.get_terminal_size().columns
    heads, *rows = _filled(heads, rows)
    below = _those_below(heads, rows, columns, whole)
    if below is None:
        tell("\n".join(_lists(heads, rows)))
        return
    head, *lines = _folded(heads, rows, numbers, columns, whole, below)
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    if plain:
        lines.insert(0, head)
    else:
        write_obeyed(sys.stdout, f"\x1b[1m{visible(head)}\x1b[0m\n")
    if lines:
        print(*lines, sep="\n")


def in_a_cell(name: str) -> str:
    """A name of somebody else's, cut where it would make every row of a table too wide."""
    return cropped(on_a_line(name), NAME_CELLS)


def print_rows(rows: Sequence[Sequence[str]]) -> None:
    """Rows without heads: on a terminal the last column is folded, so that the others stand."""
    *widths, _ = (max(map(cells_of, column)) for column in zip(*rows, strict=True))
    before = sum(widths) + GAP * len(widths)
    room = shutil.get_terminal_size().columns - before
    folds = sys.stdout.isatty() and room >= _LEAST_ROOM
    for *cells, last in rows:
        placed = "".join(
            cell + " " * (width - cells_of(cell) + GAP)
            for cell, width in zip(cells, widths, strict=True)
        )
        first, *others = (_parts(last, room) if folds else [last]) or [""]
        print("\n".join([f"{placed}{first}".rstrip(), *(" " * before + part for part in others)]))


def _filled(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The heads and rows without columns that have nothing in them.

    >>> _filled(("name", ""), (("a", ""),))
    [['name'], ['a']]
    """
    filled = [n for n, column in enumerate(zip(heads, *rows, strict=True)) if any(column)]
    return [[row[n] for n in filled] for row in (heads, *rows)]


def _those_below(
    heads: Sequence[str], rows: Sequence[Sequence[str]], columns: int, whole: Collection[str]
) -> Sequence[str] | None:
    """The heads of what has to stand under its row: of what is whole, the last; None: no use.

    >>> rows = (("a", "1", "x/y"),)
    >>> [_those_below(("name", "n", "in"), rows, room, {"name", "in"}) for room in (12, 7, 1, 0)]
    [[], ['in'], ['name', 'in'], None]
    """
    movable = [head for head in heads if head in whole]
    for first in range(len(movable), -1, -1):
        beside = _without(heads, rows, movable[first:])
        widths = _least_widths(*beside, whole)
        if widths and sum(widths) + GAP * (len(widths) - 1) <= columns:
            return movable[first:]
    return None


def _without(
    heads: Sequence[str], rows: Sequence[Sequence[str]], left_out: Collection[str]
) -> tuple[list[str], list[list[str]]]:
    """The heads and rows without those columns."""
    kept = [n for n, head in enumerate(heads) if head not in left_out]
    first, *others = [[row[n] for n in kept] for row in (heads, *rows)]
    return first, others


def _folded(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Collection[str],
    columns: int,
    whole: Collection[str] = (),
    below: Collection[str] = (),
) -> list[str]:
    """The heads and every row, folded between words so that they fit; with lines `below` them.

    >>> print(*_folded(("name", "of"), (("a long name", "1"),), {"of"}, 10), sep="|")
    name    of|a long   1
    name
    >>> print(*_folded(("a", "in"), (("x y", "my cue"),), (), 9, {"in"}), sep="|")
    a  in|x  my cue
    y
    >>> print(*_folded(("n", "in"), (("1", "a/b"), ("2", "")), {"n"}, 3, {"in"}, ["in"]), sep="|")
    n
      in|1
      a/b|2
    """
    _, under = _without(heads, (heads, *rows), set(heads) - set(below))
    heads, rows = _without(heads, rows, below)
    least = _least_widths(heads, rows, whole)
    widths = [max(map(cells_of, column)) for column in zip(heads, *rows, strict=True)]
    while sum(widths) + GAP * (len(widths) - 1) > columns:
        spare = [width - word for width, word in zip(widths, least, strict=True)]
        widths[max(range(len(widths)), key=lambda n: (spare[n] > 0, widths[n]))] -= 1
    folded = []
    for row, cells in zip((heads, *rows), under, strict=True):
        parts = [_parts(cell, width) for cell, width in zip(row, widths, strict=True)]
        lines = [
            _in_columns(line, widths, heads, numbers) for line in zip_longest(*parts, fillvalue="")
        ]
        folded.append("\n".join([*lines, *(" " * GAP + cell for cell in cells if cell)]))
    return folded


def _in_columns(
    cells: Sequence[str], widths: Sequence[int], heads: Sequence[str], numbers: Collection[str]
) -> str:
    placed = []
    for cell, width, head in zip(cells, widths, heads, strict=True):
        space = " " * (width - cells_of(cell))
        placed.append(space + cell if head in numbers else cell + space)
    return (" " * GAP).join(placed).rstrip()


def _least_widths(
    heads: Sequence[str], rows: Sequence[Sequence[str]], whole: Collection[str]
) -> list[int]:
    """How wide each column has to be: as its longest word, or its longest cell where `whole`."""
    return [
        max(
            cells_of(part)
            for cell in column
            for part in ([cell] if head in whole else cell.split() or [""])
        )
        for head, column in zip(heads, zip(heads, *rows, strict=True), strict=True)
    ]


def _parts(cell: str, width: int) -> list[str]:
    """A cell in lines of that width, names with hyphens in one piece."""
    if cells_of(cell) <= width:
        return [cell]
    return TextWrapper(width, break_on_hyphens=False, break_long_words=False).wrap(cell)


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
