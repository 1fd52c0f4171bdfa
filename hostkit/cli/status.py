"""`hostkit status`."""

from __future__ import annotations

import typer

from hostkit.cli import parameters as take


def status(
    sessions: take.Sessions,
    out: take.Out = None,
    profile: take.Profile = None,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
) -> None:
    """Show which stems and mixes exist, are stale (and why), or are missing."""
    from hostkit.cli.standing import show_status

    dirs = tuple(plugin_dir or ())
    raise typer.Exit(show_status(sessions, out, profile, dirs, as_json=json, quiet=quiet))
