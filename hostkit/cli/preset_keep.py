"""`hostkit preset pack`, `unpack`, `rename`, `lock` and `undo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli import parameters as take
from hostkit.cli.preset_make import library


def pack(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write, such as film.presets.zip.")
    ],
    of: Annotated[
        Path | None,
        typer.Option("--of", metavar="DIR", help="The library (default: presets here)."),
    ] = None,
    force: take.Force = False,
) -> None:
    """Put a library into one file, with a manifest and hashes."""
    from hostkit.errors import RequestError
    from hostkit.library.exchange.pack import pack as packed

    if file.exists() and not force:
        raise RequestError(f"{file} is there already; --force replaces it")
    done = packed(library(of), file)
    print(f"{file}: {done.presets} presets, {done.files} files, {done.bytes} bytes unpacked")


def unpack(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that pack wrote.")],
    to: take.Library = None,
    force: take.Force = False,
) -> None:
    """Take a packed library out, all of it or nothing."""
    from hostkit.library.exchange.pack import unpack as unpacked

    target = library(to)
    done = unpacked(file, target.folder, force=force)
    print(f"{target.folder}: {done.presets} presets, {done.files} files")


def rename(
    old: take.PresetName,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
    places: take.SessionPlaces = None,
    others: take.Libraries = None,
) -> None:
    """Rename a preset, in every session that uses it as well (undo takes it back)."""
    import sys

    from hostkit.library.folders import Libraries
    from hostkit.library.sessions.rename import rename as renamed
    from hostkit.library.sessions.usage import find_sessions

    libraries = Libraries.around(Path.cwd())
    where, _ = libraries.find(old)
    sessions = list(find_sessions(places or [Path()]))
    changed, unread = renamed(old, new, where, sessions, libraries, others or ())
    print(f"{old} is now {new}")
    for file in changed:
        print(f"  changed in {file}")
    for text in unread:
        print(text, file=sys.stderr)
    raise typer.Exit(1 if unread else 0)


def undo() -> None:
    """Take back the last change of presets: new, import, level, rename, unpack …"""
    from hostkit.library.changes import undo as undone

    print(f"undone: {undone()}")
