"""`hostkit preset show`, `tree` and `where-used`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.take import parameters as take
from hostkit.ground.counted import counted

if TYPE_CHECKING:
    from hostkit.library.folders import Libraries
    from hostkit.library.load import LoadedPreset


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
    tell(f"{name}: {preset.description}" if preset.description else name)
    suggestion = f"stem {preset.suggest.stem}" if preset.suggest.stem else ""
    facts = {
        "library": f"{loaded.library.folder} ({loaded.library.whose})",
        "built on": ", ".join(str(path) for path in loaded.files[1:]),
        "hides": ", ".join(hidden),
        "category": preset.category or "",
        "tags": ", ".join(preset.tags),
        "character": ", ".join(preset.character),
        "range": str(preset.range or ""),
        "needs": ", ".join(preset.needs) or "no plug-in",
        "suggests": ", ".join(filter(None, [suggestion, *preset.suggest.tags])),
        "author": preset.author,
        "licence": preset.licence,
    }
    for key, value in facts.items():
        if value:
            tell(f"  {key:10} {value}")
    for setting, value in settings(loaded).items():
        indent = (
            "  " if "." not in setting.removeprefix("effects.") or setting == "gain_db" else "    "
        )
        tell(f"{indent}{setting} = {value}")


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
        tell(f"{library.folder} ({library.whose}): {counted(len(names), 'preset')}")
        for folder, group in groupby(names, key=lambda name: name.rpartition("/")[0]):
            tell(f"  {folder or '.'}")
            for name in group:
                tell(f"    {name.rpartition('/')[2]}{' (hidden)' if name in seen else ''}")
        seen |= set(names)


def where_used(
    name: take.PresetName,
    places: take.SessionPlaces = None,
    json: take.Json = False,
) -> None:
    """List the sessions and tracks that use a preset, also through one built on it."""
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
        tell(f"{use.session}: {use.where}{through} at {use.file}:{use.line}")
    if not uses:
        tell(f"no session uses {name}")
    for text in unread:
        tell_error(text)


def _libraries() -> Libraries:
    from hostkit.library.folders import Libraries

    return Libraries.around(Path.cwd())
