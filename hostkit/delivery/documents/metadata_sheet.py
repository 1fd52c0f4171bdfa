"""The metadata sheet that a library takes in: the columns are the profile's, in its order."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from hostkit.delivery.documents.sheet_rows import Row, file_rows, session_row, share_rows
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.profiles.sheet import SESSION_FIELDS, Column, SheetTable
from hostkit.ground.harmless import harmless
from hostkit.plan.plan import SessionPlan

_DELIMITERS = {"comma": ",", "tab": "\t"}
_ENDINGS = {"comma": ".csv", "tab": ".txt"}


@dataclass(frozen=True)
class _Place:
    """A column as it stands in the sheet; `share` is None where there is nobody to tell of."""

    header: str
    column: Column
    share: Row | None

    def cell(self, row: Row) -> str:
        """What stands here in a row: cut where it is too long, and no formula."""
        if self.share is None:
            return ""
        return harmless(self.column.fill({**row, **self.share})[: self.column.most])


def sheet_ending(order: Order) -> str:
    """What the sheet's file name ends in: libraries take tabs as .txt."""
    return _ENDINGS[_table(order).separator]


def metadata_sheet(plan: SessionPlan, order: Order, manifest: Manifest) -> bytes:
    """The sheet in UTF-8: a line for each row, quoted where a cell needs it."""
    table = _table(order)
    places = list(_places(table, order))
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=_DELIMITERS[table.separator])
    writer.writerow([place.header for place in places])
    for row in file_rows(plan, order, manifest, table):
        writer.writerow([place.cell(row) for place in places])
    return written.getvalue().encode("utf-8")


def sheet_notes(order: Order) -> Iterator[str]:
    """What is known beforehand of the sheet: blanks, what is cut, what would be a formula."""
    row = session_row(order)
    for column in _table(order).columns:
        if column.each or not column.fields or not SESSION_FIELDS.keys() >= {*column.fields}:
            continue  # nothing that the session says
        cell = column.fill(row)
        if column.required and not cell:
            lacking = " and ".join(f"{name}: …" for name in column.fields)
            yield f"metadata sheet: {column.header} stays blank; add credits: {{{lacking}}}"
        if column.most and len(cell) > column.most:
            yield (
                f"metadata sheet: {column.header} is cut to {column.most} of {len(cell)} "
                "characters; shorten it"
            )
        if cell != harmless(cell):
            yield (
                f"metadata sheet: {column.header} begins with {cell[0]!r}; it has a ' before it, "
                "or a spreadsheet would take it for a formula"
            )


def _table(order: Order) -> SheetTable:
    table = order.profile.metadata_sheet
    assert table is not None  # a profile with the document has one
    return table


def _places(table: SheetTable, order: Order) -> Iterator[_Place]:
    """The columns, those for each person as often as there are people."""
    for party, together in groupby(table.columns, key=lambda column: column.each):
        columns = list(together)
        if party is None:
            yield from (_Place(column.header, column, {}) for column in columns)
            continue
        shares = share_rows(order, party)
        for number in range(max(len(shares), table.at_least.get(party, 1))):
            share = shares[number] if number < len(shares) else None
            for column in columns:
                yield _Place(column.header.replace("{n}", str(number + 1)), column, share)
