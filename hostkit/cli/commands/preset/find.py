"""`hostkit preset list`, `search`, `show`, `tree` and `where-used`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hostkit.cli.take import completion
from hostkit.cli.take import parameters as take
from hostkit.ground.counted import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hostkit.library.finding.search import Listed, Query, SearchResult
    from hostkit.library.folders import Libraries
    from hostkit.library.load import LoadedPreset

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
    from hostkit.library.pitch import NoteRange

    if kind not in (None, "instrument", "effects"):
        raise RequestError(f"--kind is instrument or effects, not {kind!r}")
    try:
        room = NoteRange.parse(note_range) if note_range else None
    except BadValue as error:
        raise RequestError(*error.fault.of("--range")) from None
    wanted: Query = Query(words, tuple(tag or ()), family, plugin, room, kind, default_only)
    with _reading() as told:
        return find(_libraries(), wanted, limit, told)


def _libraries() -> Libraries:
    from hostkit.library.folders import Libraries

    return Libraries.around(Path.cwd())


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
    import sys

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
        print(line, file=sys.stderr)
    if not found.presets:
        return
    print_presets(found.presets)
    for preset in found.presets:
        if preset.problem:
            print(preset.problem, file=sys.stderr)


def print_presets(presets: Sequence[Listed]) -> None:
    """A line for each: name, range, what it needs, description."""
    width = max(len(preset.name) for preset in presets)
    for preset in presets:
        room = str(preset.range or "")
        needs = f" [needs {', '.join(preset.needs)}]" if preset.needs else ""
        text = "(broken)" if preset.problem else preset.description
        print(f"{preset.name:{width}}  {room:8}  {text}{needs}".rstrip())


def show(name: take.PresetName, json: take.Json = False) -> None:
    """Show one preset: where it is from, what it is made of, what it hides."""
    from hostkit.cli.show.document import print_document
    from hostkit.library.load import load_preset

    libraries = _libraries()
    loaded = load_preset(name, libraries)
    hidden = [str(path) for _, path in libraries.find_all(name)[1:]]
    if json:
        entry = {
            "name": name,
            "library": str(loaded.library.folder),
            "files": [str(path) for path in loaded.files],
            "hides": hidden,
            "needs": list(loaded.preset.needs),
            **loaded.preset.model_dump(mode="json"),
        }
        print_document({"presets": [entry]})
        return
    _print_preset(name, loaded, hidden)


def _print_preset(name: str, loaded: LoadedPreset, hidden: list[str]) -> None:
    from hostkit.audition.compare import settings

    preset = loaded.preset
    print(f"{name}: {preset.description}" if preset.description else name)
    suggestion = f"stem {preset.suggest.stem}" if preset.suggest.stem else ""
    facts = {
        "library": f"{loaded.library.folder} ({loaded.library.whose})",
        "built on": ", ".join(str(path) for path in loaded.files[1:]),
        "hides": ", ".join(hidden),
        "category": preset.category or "",
        "tags": ", ".join(preset.tags),
        "character": ", ".join(preset.character),
        "range": str(preset.range or ""),
        "needs": ", ".join(preset.needs) or "nothing but the default",
        "suggests": ", ".join(filter(None, [suggestion, *preset.suggest.tags])),
        "author": preset.author,
        "licence": preset.licence,
    }
    for key, value in facts.items():
        if value:
            print(f"  {key:10} {value}")
    for setting, value in settings(loaded).items():
        indent = (
            "  " if "." not in setting.removeprefix("effects.") or setting == "gain_db" else "    "
        )
        print(f"{indent}{setting} = {value}")


def tree(json: take.Json = False) -> None:
    """Show the libraries in the order they are searched, and their presets by folder."""
    from itertools import groupby

    from hostkit.cli.show.document import print_document

    libraries = _libraries()
    if json:
        entries = [
            {"folder": str(each.folder), "whose": each.whose, "presets": each.names()}
            for each in libraries.order
        ]
        print_document({"libraries": entries})
        return
    seen: set[str] = set()
    for library in libraries.order:
        names = library.names()
        print(f"{library.folder} ({library.whose}): {counted(len(names), 'preset')}")
        for folder, group in groupby(names, key=lambda name: name.rpartition("/")[0]):
            print(f"  {folder or '.'}")
            for name in group:
                print(f"    {name.rpartition('/')[2]}{' (hidden)' if name in seen else ''}")
        seen |= set(names)


def where_used(
    name: take.PresetName,
    places: take.SessionPlaces = None,
    json: take.Json = False,
) -> None:
    """List the sessions and tracks that use a preset, also through one built on it."""
    import sys

    from hostkit.cli.show.document import print_document
    from hostkit.library.sessions.usage import find_sessions
    from hostkit.library.sessions.usage import where_used as find

    libraries = _libraries()
    libraries.find(name)
    uses, unread = find(name, find_sessions(places or [Path()]), libraries)
    if json:
        entries = [
            {
                "session": str(use.session),
                "file": str(use.file),
                "line": use.line,
                "where": use.where,
                "preset": use.preset,
            }
            for use in uses
        ]
        print_document({"uses": entries, "unreadable": unread})
        return
    for use in uses:
        through = f" (through {use.preset})" if use.preset != name else ""
        print(f"{use.session}: {use.where}{through} at {use.file}:{use.line}")
    if not uses:
        print(f"no session uses {name}")
    for text in unread:
        print(text, file=sys.stderr)
