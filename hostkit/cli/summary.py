"""The table at the end of a batch: a row for each session."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from hostkit.batch import Result

PLAIN_WIDTH = 200
COLUMNS = ("session", "stems", "mixes", "new files", "tracks", "certificate", "folder")


def print_summary(results: Sequence[Result]) -> None:
    """Prints what became of every session to standard output."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in COLUMNS:
        number = name in ("stems", "mixes", "new files")
        table.add_column(name, overflow="fold", justify="right" if number else "left")
    for result in results:
        table.add_row(*_row(result))
    failed = sum(result.error is not None for result in results)
    width = None if sys.stdout.isatty() else PLAIN_WIDTH
    console = Console(highlight=False, markup=False, width=width)
    console.print(table)
    console.print(f"{len(results) - failed} of {len(results)} sessions delivered")
    for result in results:
        if result.error is not None:
            console.print(f"  {result.task.session}: {_first_line(str(result.error))}")


def _row(result: Result) -> tuple[str, ...]:
    if result.rendered is None:
        return (result.task.session.stem, "", "", "", "", "failed", "")
    rendered = result.rendered
    manifest = rendered.manifest
    fresh = sum(track.status == "rendered" for track in manifest.tracks.values())
    return (
        manifest.session,
        str(len(manifest.stems)),
        str(len(manifest.mixes)),
        str(len(rendered.written)),
        f"{fresh} rendered, {len(manifest.tracks) - fresh} cached",
        rendered.certificate.verdict,
        str(rendered.folder),
    )


def _first_line(text: str) -> str:
    lines = text.splitlines() or [""]
    return lines[0] + (f" (and {len(lines) - 1} more)" if len(lines) > 1 else "")
