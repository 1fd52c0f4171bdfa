"""`hostkit init`: a session for a MIDI file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli import parameters as take


def init(
    score: Annotated[Path, typer.Argument(metavar="SCORE.mid", help="A MIDI file.")],
    out: take.OutFile = None,
    force: take.Force = False,
) -> None:
    """Write a session for a MIDI file: a track each, General MIDI sounds, stems by family."""
    import shlex

    from hostkit.plan.surroundings import Surroundings
    from hostkit.session.starting.start import start_session
    from hostkit.session.starting.text import no_sound

    started = start_session(score, out, force=force, font=Surroundings().default_soundfont())
    typer.echo(f"{started.path}: {started.tracks} tracks, {started.stems} stems")
    if started.unrecognised:
        typer.echo(f"  {no_sound(started.unrecognised, started.tracks)}")
    for mend in started.mends:
        typer.echo(f"  note: {score.name}: {mend}")
    typer.echo(f"next: hostkit render {shlex.quote(str(started.path))}")
