"""`hostkit export`: a session to a DAW."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from hostkit.cli.show.telling import How
from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given


class LeavingKind(StrEnum):
    """What a session can leave as (`hostkit.exchange.writers`)."""

    DAWPROJECT = "dawproject"
    RPP = "rpp"
    MIDI = "midi"


To = Annotated[
    LeavingKind | None,
    typer.Option(
        "--to",
        case_sensitive=False,
        metavar="KIND",
        help="dawproject, rpp (REAPER) or midi (default: by the file's ending).",
    ),
]
Ramps = Annotated[
    bool,
    typer.Option("--ramps", help="Write tempo ramps as ramps (default: in steps, for every DAW)."),
]


class RenderedAs(StrEnum):
    """What can be rendered beside the project."""

    STEMS = "stems"
    PRINTS = "prints"


Audio = Annotated[
    RenderedAs | None,
    typer.Option(
        "--audio",
        case_sensitive=False,
        metavar="WHAT",
        help="Also render stems, or prints (tracks before their faders), as muted audio tracks.",
    ),
]


def export(
    session: take.Session,
    to: To = None,
    out: take.OutFile = None,
    ramps: Ramps = False,
    audio: Audio = None,
    plugin_dir: take.PluginDirs = None,
    jobs: take.Jobs = None,
    force: take.Force = False,
    json: take.Json = False,
    quiet: take.Quiet = False,
    progress: take.Progress = How.AUTO,
    dry_run: take.DryRun = False,
) -> None:
    """Write a session as a project of a DAW, or as a MIDI file: notes, tempo, markers, devices.

    Plug-ins go with their states. What the file cannot hold is said.
    """
    from hostkit.cli.take.options import RenderOptions
    from hostkit.cli.work.export import ExportRequest, export_session

    options = RenderOptions(
        jobs=jobs,
        plugin_dirs=given(plugin_dir),
        json=json,
        quiet=quiet,
        progress=progress,
        dry_run=dry_run,
    )
    request = ExportRequest(
        session,
        to.value if to else None,
        out,
        ramps=ramps,
        audio=audio.value if audio else None,
        force=force,
    )
    raise typer.Exit(export_session(request, options))
