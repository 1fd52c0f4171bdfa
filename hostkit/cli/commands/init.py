"""`hostkit init`: a session for a MIDI file, a DAW's project, or a folder of recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli.take import completion
from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given


def init(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="A MIDI file, a DAWproject, a REAPER project, or a folder of takes.",
        ),
    ],
    out: take.OutFile = None,
    update: Annotated[
        Path | None,
        typer.Option(
            "--update",
            metavar="SESSION",
            help="Bring a newer project's notes and clips into this session; all else stays.",
            autocompletion=completion.sessions,
        ),
    ] = None,
    plugin_dir: take.PluginDirs = None,
    force: take.Force = False,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Write a session for a MIDI file, a DAW's project or a folder of recordings.

    What of a project cannot be brought over is said, by track.
    """
    from hostkit.cli.work import init as work

    request = work.InitRequest(
        source=source,
        out=out,
        update=update,
        plugin_dirs=given(plugin_dir),
        force=force,
        json=json,
        quiet=quiet,
        dry_run=dry_run,
    )
    (work.begin_session if update is None else work.update)(request)
