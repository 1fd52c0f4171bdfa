"""`hostkit status`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli.render import Json, PluginDirs, ProfileName


def status(
    sessions: Annotated[
        list[Path], typer.Argument(help="Session files, or folders of them.", metavar="SESSION…")
    ],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Where they were delivered to.")
    ] = None,
    profile: ProfileName = None,
    plugin_dir: PluginDirs = None,
    json: Json = False,
) -> None:
    """Show which stems and mixes exist, are stale (and why), or are missing."""
    from hostkit.cli.standing import show_status

    raise typer.Exit(show_status(sessions, out, profile, tuple(plugin_dir or ()), as_json=json))
