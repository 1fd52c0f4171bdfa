"""`hostkit preset pack`, `unpack`, `rename` and `undo`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli.commands.preset.capturing import commit_of, library, would
from hostkit.cli.show.lines import tell_error
from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given
from hostkit.ground.counted import counted


def pack(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write, such as film.presets.zip.")
    ],
    of: Annotated[
        Path | None,
        typer.Option(
            "--of",
            metavar="DIR",
            help="The library (default: presets/ here or in a folder above, else the user's own).",
        ),
    ] = None,
    force: take.Force = False,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Put a library into one file, with a manifest and hashes."""
    from hostkit.cli.show.document import tell_result
    from hostkit.cli.take.target import expect_free
    from hostkit.library.exchange.pack import pack as packed

    expect_free(file, force=force)
    done = packed(library(of), file, write=not dry_run)
    dry = "would be written, with " if dry_run else ""
    line = f"{file}: {dry}{_contents(done.presets, done.files)}, {done.bytes} bytes unpacked"
    tell_result({"file": str(file), **asdict(done)}, [] if quiet else [line], as_json=json)


def unpack(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that pack wrote.")],
    to: take.Library = None,
    force: take.Force = False,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Take a packed library out, all of it or nothing."""
    from hostkit.cli.show.document import tell_result
    from hostkit.library.exchange.pack import unpack as unpacked

    target, commit = library(to), commit_of(dry_run)
    done = unpacked(file, target.folder, force=force, commit=commit)
    dry = "would have " if dry_run else ""
    lines = [*would(commit), f"{target.folder}: {dry}{_contents(done.presets, done.files)}"]
    document = {"folder": str(target.folder), **asdict(done)}
    tell_result(document, [] if quiet else lines, as_json=json)


def rename(
    old: take.PresetName,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
    places: take.SessionPlaces = None,
    others: take.Libraries = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Rename a preset, in every session that uses it as well (undo takes it back)."""
    from hostkit.cli.show.document import tell_result
    from hostkit.library.folders import Libraries
    from hostkit.library.sessions.rename import rename as renamed
    from hostkit.library.sessions.usage import find_sessions

    libraries = Libraries.around(Path.cwd())
    where, _ = libraries.find(old)
    sessions = list(find_sessions(places or [Path()]))
    commit = commit_of(dry_run)
    changed, unread = renamed(old, new, where, sessions, libraries, given(others), commit=commit)
    files = [str(file) for file in changed]
    document = {"old": old, "new": new, "changed": files, "unreadable": unread}
    done = [f"{old} is now {new}", *(f"  changed in {file}" for file in files)]
    lines = [f"{old} would become {new}", *would(commit)] if dry_run else done
    tell_result(document, [] if quiet else lines, as_json=json)
    for text in unread:
        tell_error(text)
    raise typer.Exit(1 if unread else 0)


def undo(json: take.Json = False, quiet: take.Quiet = False, dry_run: take.DryRun = False) -> None:
    """Take back the last change of presets: new, import, level, rename, unpack …"""
    from hostkit.cli.show.document import tell_result
    from hostkit.library.changes import undo as undone

    commit = commit_of(dry_run)
    change = undone(commit if dry_run else None)
    lines = [*would(commit), f"{'would be undone' if dry_run else 'undone'}: {change}"]
    tell_result({"undone": change}, [] if quiet else lines, as_json=json)


def _contents(presets: int, files: int) -> str:
    return f"{counted(presets, 'preset')}, {counted(files, 'file')}"
