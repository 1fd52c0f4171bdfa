"""`hostkit status`."""

from __future__ import annotations

import typer

from hostkit.cli.show.telling import How, counting_of
from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given


def status(
    sessions: take.Sessions,
    out: take.Out = None,
    profile: take.Profile = None,
    trim: take.DeliveredTrim = None,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    progress: take.Progress = How.AUTO,
) -> None:
    """Show which stems and mixes exist, are stale (and why), or are missing."""
    from hostkit.cli.take.sessions import cues
    from hostkit.cli.work.status import show_status

    how = counting_of(progress, silent=json or quiet)
    dirs = given(plugin_dir)
    raise typer.Exit(
        show_status(
            cues(sessions, quiet=quiet),
            out,
            profile,
            dirs,
            trim_db=trim,
            as_json=json,
            quiet=quiet,
            how=how,
        )
    )
