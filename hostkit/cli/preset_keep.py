"""`hostkit preset pack`, `unpack`, `rename`, `lock` and `undo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli.preset_make import Force, To, library
from hostkit.cli.render import PluginDirs


def pack(
    file: Annotated[Path, typer.Argument(help="The file to write, such as film.presets.zip.")],
    of: Annotated[
        Path | None,
        typer.Option("--of", metavar="DIR", help="The library (default: presets here)."),
    ] = None,
    force: Force = False,
) -> None:
    """Put a library into one file, with a manifest and hashes."""
    from hostkit.errors import RequestError
    from hostkit.library.exchange.pack import pack as packed

    if file.exists() and not force:
        raise RequestError(f"{file} is there already; --force replaces it")
    done = packed(library(of), file)
    print(f"{file}: {done.presets} presets, {done.files} files, {done.bytes} bytes unpacked")


def unpack(
    file: Annotated[Path, typer.Argument(help="A file that pack wrote.")],
    to: To = None,
    force: Force = False,
) -> None:
    """Take a packed library out, all of it or nothing."""
    from hostkit.library.exchange.pack import unpack as unpacked

    target = library(to)
    done = unpacked(file, target.folder, force=force)
    print(f"{target.folder}: {done.presets} presets, {done.files} files")


def rename(
    old: Annotated[str, typer.Argument(help="The preset's name.")],
    new: Annotated[str, typer.Argument(help="Its new name.")],
    places: Annotated[
        list[Path] | None,
        typer.Argument(help="Sessions, or folders of them, to update (default: here)."),
    ] = None,
) -> None:
    """Rename a preset, in every session that uses it as well (undo takes it back)."""
    import sys

    from hostkit.library.folders import Libraries
    from hostkit.library.sessions.rename import rename as renamed
    from hostkit.library.sessions.usage import find_sessions

    libraries = Libraries.around(Path.cwd())
    where, _ = libraries.find(old)
    sessions = list(find_sessions(places or [Path()]))
    changed, unread = renamed(old, new, where, sessions, libraries)
    print(f"{old} is now {new}")
    for file in changed:
        print(f"  changed in {file}")
    for text in unread:
        print(text, file=sys.stderr)
    raise typer.Exit(1 if unread else 0)


def lock(
    session: Annotated[Path, typer.Argument(help="A session file.")],
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; say what has drifted.")
    ] = False,
    plugin_dir: PluginDirs = None,
) -> None:
    """Note what a session's presets and plug-ins are now, in SESSION.lock."""
    from hostkit.audio.whole_file import whole_file
    from hostkit.errors import RequestError
    from hostkit.library.sessions import lock as locks
    from hostkit.plan.surroundings import Surroundings
    from hostkit.session.load import load_session

    loaded, around = load_session(session), Surroundings(tuple(plugin_dir or ()))
    path = locks.lock_path(session)
    if check:
        known = locks.read_lock(session)
        if known is None:
            raise RequestError(f"there is no {path}; hostkit preset lock {session} writes it")
        drifted = locks.drift(loaded, known, around)
        for text in drifted:
            print(text)
        if not drifted:
            print(f"{session} is as it was locked")
        raise typer.Exit(1 if drifted else 0)
    made = locks.make_lock(loaded, around)
    with whole_file(path) as file:
        file.write(locks.write_lock(made).encode())
    print(f"{path}: {len(made.presets)} presets, {len(made.plugins)} plug-ins")


def undo() -> None:
    """Take back the last change of presets: new, import, level, rename, unpack …"""
    from hostkit.library.changes import undo as undone

    print(f"undone: {undone()}")
