"""`hostkit plan`."""

from __future__ import annotations

import typer

from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given


def plan(
    sessions: take.Sessions,
    out: take.Out = None,
    mix: take.Mixes = None,
    profile: take.Profile = None,
    trim: take.Trim = 0.0,
    solo: take.Solo = None,
    mute: take.Mute = None,
    start: take.From = None,
    end: take.To = None,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.QuietOfCached = False,
) -> None:
    """Show what `render` would do with the same options: what is cached, what not, and why."""
    from hostkit.cli.take.listening import is_listening, listen_to
    from hostkit.cli.take.options import RenderOptions
    from hostkit.cli.take.sessions import cues
    from hostkit.cli.work.plan import show_plans

    options = RenderOptions(
        out=out,
        plugin_dirs=given(plugin_dir),
        json=json,
        quiet=quiet,
        profile=profile,
        trim_db=trim,
        mixes=None if profile and not mix else given(mix),
    )
    found = cues(sessions, quiet=quiet)
    if is_listening(solo, mute, start, end):
        from hostkit.cli.work.preview import preview_plans

        raise typer.Exit(preview_plans(found, listen_to(solo, mute, start, end, options), options))
    raise typer.Exit(show_plans(found, options))
