"""`hostkit init` at work: a session begun, or one updated from a newer project."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from hostkit.cli.show.document import print_document
from hostkit.cli.show.lines import tell
from hostkit.errors import RequestError
from hostkit.exchange.arriving.installed import PluginsHere
from hostkit.exchange.arriving.start import start_any
from hostkit.exchange.project import Loss, by_track
from hostkit.exchange.updating.changes import Updated
from hostkit.exchange.updating.update import update_session
from hostkit.ground.counted import counted
from hostkit.ground.installed import this_command
from hostkit.plan.environment import Environment


@dataclass(frozen=True)
class InitRequest:
    """What a session is begun from, or which one is updated from it."""

    source: Path
    out: Path | None
    update: Path | None
    plugin_dirs: tuple[Path, ...]
    force: bool
    json: bool
    quiet: bool
    dry_run: bool


def begin_session(request: InitRequest) -> None:
    """Writes a session, and says what came of it."""
    begun = start_any(
        request.source,
        request.out,
        force=request.force,
        font=Environment().default_soundfont(),
        write=not request.dry_run,
        installed=PluginsHere(request.plugin_dirs),
    )
    started = begun.started
    if request.json:
        print_document(
            {
                "session": str(started.path),
                "tracks": started.tracks,
                "stems": started.stems,
                "unrecognised": started.unrecognised,
                "repairs": list(started.repairs),
                "warnings": list(started.warnings),
                "losses": _listed(begun.losses),
                "changes": [],
            }
        )
        return
    would = "would be written, with " if request.dry_run else ""
    parts = f"{counted(started.tracks, 'track')}, {counted(started.stems, 'stem')}"
    tell(f"{started.path}: {would}{parts}")
    if started.said:
        tell(f"  {started.said}")
    for warning in started.warnings:
        tell(f"  warning: {warning}")
    _tell(begun.losses)
    _next(request, started.path)


def update(request: InitRequest) -> None:
    """Brings a newer project into a session, and says what changed. Raises RequestError."""
    assert request.update is not None
    if request.out is not None:
        raise RequestError(
            "--update changes the session that it names, and -o names another",
            cure="leave -o out; copy the session first to keep both",
        )
    done = update_session(
        request.source,
        request.update,
        write=not request.dry_run,
        installed=PluginsHere(request.plugin_dirs),
    )
    if request.json:
        print_document(_document(done))
        return
    if not done.is_other:
        tell(f"{done.session}: nothing changed")
    else:
        would = "would be updated" if request.dry_run else "updated"
        tell(f"{done.session}: {would} from {request.source}")
    for change in done.changes:
        if change.state != "same":
            tell(f"  {_MARKS[change.state]} {change.track}: {change.what}")
    for said in done.said:
        tell(f"  warning: {said}")
    if request.quiet or not done.is_other:
        return
    _tell(done.losses)
    if not request.dry_run:
        undo = " && ".join(shlex.join(["mv", f"{path}.bak", str(path)]) for path in done.replaced)
        typer.echo(f"undo: {undo}")
    _next(request, done.session)


_MOST_LINES = 100
_MARKS = {"changed": "~", "new": "+", "gone": "-"}


def _document(done: Updated) -> dict[str, Any]:
    return {
        "session": str(done.session),
        "tracks": len(done.changes),
        "stems": None,
        "unrecognised": 0,
        "repairs": [],
        "warnings": list(done.said),
        "losses": _listed(done.losses),
        "changes": [
            {"track": change.track, "state": change.state, "what": change.what}
            for change in done.changes
        ],
    }


def _listed(losses: Iterable[Loss]) -> list[dict[str, Any]]:
    return [
        {"track": loss.track or None, "what": loss.what, "count": loss.count} for loss in losses
    ]


def _tell(losses: Iterable[Loss]) -> None:
    """What was lost, by track: of very much the beginning."""
    lines: list[str] = []
    for track, of_it in by_track(losses):
        lines.append(f"  {track or 'not brought over'}:")
        for loss in of_it:
            times = f" ({loss.count} times)" if loss.count > 1 else ""
            lines.append(f"    {loss.what}{times}")
    for line in lines[:_MOST_LINES]:
        tell(line)
    if len(lines) > _MOST_LINES:
        more = counted(len(lines) - _MOST_LINES, "line")
        tell(f"  … and {more} more: all stands in the session, and with --json")


def _next(request: InitRequest, session: Path) -> None:
    if not (request.quiet or request.dry_run):
        typer.echo(f"next: {shlex.join([*this_command(), 'render', str(session)])}")
