"""`hostkit check`."""

from __future__ import annotations

import typer

from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given


def check(
    sessions: take.Sessions,
    profile: take.Profile = None,
    trim: take.Trim = 0.0,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
) -> None:
    """Find everything that is wrong with sessions, or lacking for a profile, without rendering."""
    from hostkit.cli.take.sessions import cues
    from hostkit.cli.work.check import check_all

    dirs = given(plugin_dir)
    found = cues(sessions, quiet=quiet)
    raise typer.Exit(check_all(found, profile, dirs, trim_db=trim, as_json=json, quiet=quiet))
