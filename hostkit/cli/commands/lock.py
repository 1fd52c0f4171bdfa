"""`hostkit lock`: what a session's presets and plug-ins are now."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given
from hostkit.ground.counted import counted

if TYPE_CHECKING:
    from hostkit.plan.environment import Environment

Check = Annotated[bool, typer.Option("--check", help="Write nothing; say what has drifted.")]


@dataclass(frozen=True)
class Locked:
    """A session's lock: how much it notes, and what of that is no longer so."""

    session: str
    lock: str
    presets: int
    plugins: int
    drifted: tuple[str, ...] = ()


def lock(
    sessions: take.Sessions,
    check: Check = False,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Note what sessions' presets and plug-ins are now, in SESSION.lock."""
    from hostkit.cli.show.document import print_document
    from hostkit.cli.take.sessions import cues
    from hostkit.plan.environment import Environment

    environment = Environment(given(plugin_dir))
    look = _compared if check else partial(_written, write=not dry_run)
    found = []
    for session in cues(sessions, quiet=quiet):
        found.append(locked := look(session, environment))
        if not json:
            _tell(locked, check=check, quiet=quiet, dry_run=dry_run)
    if json:
        print_document({"sessions": [asdict(locked) for locked in found]})
    raise typer.Exit(1 if any(locked.drifted for locked in found) else 0)


def preset_lock(
    sessions: take.Sessions, check: Check = False, plugin_dir: take.PluginDirs = None
) -> None:
    """The old spelling of `hostkit lock`."""
    tell_error("warning: this is `hostkit lock` now; `hostkit preset lock` still works")
    lock(sessions, check, plugin_dir)


def _tell(locked: Locked, *, check: bool, quiet: bool, dry_run: bool) -> None:
    for text in locked.drifted:
        tell(text)
    if not check:
        would = "would be written, with " if dry_run else ""
        known = f"{counted(locked.presets, 'preset')}, {counted(locked.plugins, 'plug-in')}"
        tell(f"{locked.lock}: {would}{known}")
    elif not locked.drifted and not quiet:
        tell(f"{locked.session} is as it was locked")


def _written(session: Path, environment: Environment, *, write: bool) -> Locked:
    from hostkit.audio.files.whole_file import whole_file
    from hostkit.library.sessions import lock as locks
    from hostkit.library.sessions.lock_file import lock_path
    from hostkit.session.load import load_session

    path = lock_path(session)
    made = locks.make_lock(load_session(session), environment)
    if write:
        with whole_file(path) as file:
            file.write(locks.write_lock(made).encode())
    return Locked(str(session), str(path), len(made.presets), len(made.plugins))


def _compared(session: Path, environment: Environment) -> Locked:
    """Raises RequestError for a session without a lock."""
    import shlex

    from hostkit.errors import RequestError
    from hostkit.library.sessions import lock as locks
    from hostkit.library.sessions.lock_file import lock_path
    from hostkit.session.load import load_session

    path, known = lock_path(session), locks.read_lock(session)
    if known is None:
        raise RequestError(
            f"there is no {path}", cure=f"hostkit lock {shlex.quote(str(session))} writes it"
        )
    drifted = tuple(locks.drift(load_session(session), known, environment))
    return Locked(str(session), str(path), len(known.presets), len(known.plugins), drifted)
