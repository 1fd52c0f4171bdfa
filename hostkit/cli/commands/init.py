"""`hostkit init`: a session for a MIDI file, or for a folder of recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli.take import parameters as take
from hostkit.ground.counted import counted


def init(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="A MIDI file, a DAWproject, a REAPER project, or a folder of takes.",
        ),
    ],
    out: take.OutFile = None,
    plugin_dir: take.PluginDirs = None,
    force: take.Force = False,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Write a session for a MIDI file or a folder of recordings: tracks, stems by family."""
    import shlex

    from hostkit.cli.show.document import print_document
    from hostkit.exchange.arriving.installed import PluginsHere
    from hostkit.exchange.arriving.start import start_any
    from hostkit.exchange.project import by_track
    from hostkit.ground.installed import this_command
    from hostkit.plan.environment import Environment

    font = Environment().default_soundfont()
    here = PluginsHere(tuple(plugin_dir or ()))
    begun = start_any(source, out, force=force, font=font, write=not dry_run, installed=here)
    started = begun.started
    if json:
        print_document(
            {
                "session": str(started.path),
                "tracks": started.tracks,
                "stems": started.stems,
                "unrecognised": started.unrecognised,
                "repairs": list(started.repairs),
                "warnings": list(started.warnings),
                "losses": [
                    {"track": loss.track or None, "what": loss.what, "count": loss.count}
                    for loss in begun.losses
                ],
            }
        )
        return
    would = "would be written, with " if dry_run else ""
    parts = f"{counted(started.tracks, 'track')}, {counted(started.stems, 'stem')}"
    typer.echo(f"{started.path}: {would}{parts}")
    if started.said:
        typer.echo(f"  {started.said}")
    for warning in started.warnings:
        typer.echo(f"  warning: {warning}")
    for track, losses in by_track(begun.losses):
        typer.echo(f"  {track or 'not brought over'}:")
        for loss in losses:
            times = f" ({loss.count} times)" if loss.count > 1 else ""
            typer.echo(f"    {loss.what}{times}")
    if not (quiet or dry_run):
        typer.echo(f"next: {shlex.join([*this_command(), 'render', str(started.path)])}")
