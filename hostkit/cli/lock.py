"""`hostkit lock`: what a session's presets and plug-ins are now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hostkit.cli import parameters as take

if TYPE_CHECKING:
    from hostkit.plan.surroundings import Surroundings

Check = Annotated[bool, typer.Option("--check", help="Write nothing; say what has drifted.")]


def lock(sessions: take.Sessions, check: Check = False, plugin_dir: take.PluginDirs = None) -> None:
    """Note what sessions' presets and plug-ins are now, in SESSION.lock."""
    from hostkit.plan.surroundings import Surroundings
    from hostkit.session.folder import session_files

    around = Surroundings(tuple(plugin_dir or ()))
    drifted = 0
    for session in session_files(sessions):
        if check:
            drifted += _tell_drift(session, around)
        else:
            _write(session, around)
    raise typer.Exit(1 if drifted else 0)


def preset_lock(
    sessions: take.Sessions, check: Check = False, plugin_dir: take.PluginDirs = None
) -> None:
    """The old spelling of `hostkit lock`."""
    typer.echo("note: this is `hostkit lock` now; `hostkit preset lock` still works", err=True)
    lock(sessions, check, plugin_dir)


def _write(session: Path, around: Surroundings) -> None:
    from hostkit.audio.whole_file import whole_file
    from hostkit.library.sessions import lock as locks
    from hostkit.session.load import load_session

    path = locks.lock_path(session)
    made = locks.make_lock(load_session(session), around)
    with whole_file(path) as file:
        file.write(locks.write_lock(made).encode())
    typer.echo(f"{path}: {len(made.presets)} presets, {len(made.plugins)} plug-ins")


def _tell_drift(session: Path, around: Surroundings) -> bool:
    import shlex

    from hostkit.errors import RequestError
    from hostkit.library.sessions import lock as locks
    from hostkit.session.load import load_session

    known = locks.read_lock(session)
    if known is None:
        raise RequestError(
            f"there is no {locks.lock_path(session)}; "
            f"hostkit lock {shlex.quote(str(session))} writes it"
        )
    drifted = locks.drift(load_session(session), known, around)
    for text in drifted:
        typer.echo(text)
    if not drifted:
        typer.echo(f"{session} is as it was locked")
    return bool(drifted)
