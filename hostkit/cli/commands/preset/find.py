"""`hostkit preset list` and `search`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hostkit.cli.show.lines import tell_error
from hostkit.cli.take import completion
from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hostkit.library.finding.search import Listed, Query, SearchResult

MANY = 200
"""Fewer changed files are read at once."""
Plugin = Annotated[
    str | None,
    typer.Option(
        "--plugin",
        metavar="NAME",
        help="That uses this plug-in.",
        autocompletion=completion.plugins,
    ),
]
Range = Annotated[
    str | None, typer.Option("--range", metavar="LOW-HIGH", help="That plays all of C2-C5.")
]
DefaultOnly = Annotated[
    bool, typer.Option("--default-only", help="That needs nothing but the embedded default.")
]
Kind = Annotated[str | None, typer.Option("--kind", help="instrument, or effects.", metavar="KIND")]


def list_presets(
    tag: take.Tags = None,
    family: take.Family = None,
    plugin: Plugin = None,
    note_range: Range = None,
    kind: Kind = None,
    default_only: DefaultOnly = False,
    json: take.Json = False,
) -> None:
    """List presets, by name."""
    found = _search((), tag, family, plugin, note_range, kind, default_only, None)
    _tell(found, json)


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORD…", help="Words, also misspelt ones.")],
    tag: take.Tags = None,
    family: take.Family = None,
    plugin: Plugin = None,
    note_range: Range = None,
    kind: Kind = None,
    default_only: DefaultOnly = False,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="At most so many.")] = 30,
    json: take.Json = False,
) -> None:
    """Find presets by words, best first."""
    found = _search(tuple(words), tag, family, plugin, note_range, kind, default_only, limit)
    _tell(found, json)


def _search(
    words: tuple[str, ...],
    tag: list[str] | None,
    family: str | None,
    plugin: str | None,
    note_range: str | None,
    kind: str | None,
    default_only: bool,
    limit: int | None,
) -> SearchResult:
    from hostkit.errors import BadValue, RequestError
    from hostkit.library.finding.search import Query
    from hostkit.library.finding.search import search as find
    from hostkit.library.folders import Libraries
    from hostkit.midi.pitch import NoteRange

    if kind not in (None, "instrument", "effects"):
        raise RequestError(f"--kind is instrument or effects, not {kind!r}")
    try:
        room = NoteRange.parse(note_range) if note_range else None
    except BadValue as error:
        raise RequestError(*error.fault.of("--range")) from None
    wanted: Query = Query(words, given(tag), family, plugin, room, kind, default_only)
    with _reading() as told:
        return find(Libraries.around(Path.cwd()), wanted, limit, told)


@contextmanager
def _reading() -> Iterator[Callable[[int, int], None]]:
    """A line on a terminal while many changed files are read for the index."""
    import sys

    from hostkit.cli.show.status_line import StatusLine, is_terminal

    if not is_terminal():
        yield lambda _done, _of: None
        return
    line = StatusLine(sys.stderr)

    def told(done: int, of: int) -> None:
        if of > MANY:
            line.draw(done / of, "", ["reading presets"])

    try:
        yield told
    finally:
        line.wipe()


def _tell(found: SearchResult, json: bool) -> None:

    from hostkit.cli.show.document import print_document

    if json:
        print_document({"presets": [preset.as_json() for preset in found.presets]})
        return
    lines = [
        f"{word!r} " + (f"read as {', '.join(instead)}" if instead else "is in no preset")
        for word, instead in found.corrections.items()
    ]
    if not found.presets:
        if all(found.corrections.values()):
            lines.append("no preset is like that")
        lines[-1] += "; hostkit preset list shows what there is"
    for line in lines:
        tell_error(line)
    if not found.presets:
        return
    print_presets(found.presets)
    for preset in found.presets:
        if preset.problem:
            tell_error(preset.problem)


def print_presets(presets: Sequence[Listed]) -> None:
    """A row for each: name, range, description and what it needs."""
    from hostkit.cli.show.table import print_rows

    rows = []
    for preset in presets:
        needs = f" [needs {', '.join(preset.needs)}]" if preset.needs else ""
        text = "(broken)" if preset.problem else preset.description
        rows.append((preset.name, str(preset.range or ""), text + needs))
    print_rows(rows)
