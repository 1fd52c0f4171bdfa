"""`hostkit conform`: sessions after a recut of the picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli.take import parameters as take

OldList = Annotated[
    Path,
    typer.Option("--old", metavar="FILE", help="The edit list that the sessions were made to."),
]
NewList = Annotated[
    Path, typer.Option("--new", metavar="FILE", help="The edit list of the same reel now.")
]
NewSession = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--out",
        metavar="FILE",
        help="The new session (default: SESSION-conformed.yaml, beside the old one).",
    ),
]


def conform(
    sessions: take.Sessions,
    old: OldList,
    new: NewList,
    out: NewSession = None,
    force: take.Force = False,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Follow a recut: what becomes of start, hits and sections, and a new session beside each."""
    from hostkit.cli.take.sessions import cues
    from hostkit.cli.work.picture.conform import ConformOptions, conform_sessions

    options = ConformOptions(
        old=old, new=new, out=out, force=force, json=json, quiet=quiet, write=not dry_run
    )
    raise typer.Exit(conform_sessions(cues(sessions, quiet=quiet), options))
