"""`hostkit check`, `plan` and `schema`: what can be known without rendering."""

from __future__ import annotations

from typing import Annotated

import typer

from hostkit.cli.take import parameters as take


def check(
    sessions: take.Sessions,
    profile: take.Profile = None,
    trim: take.Trim = 0.0,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
) -> None:
    """Find everything that is wrong with sessions, or lacking for a profile, without rendering."""
    from hostkit.cli.inspecting import check_all
    from hostkit.cli.take.sessions import cues

    dirs = tuple(plugin_dir or ())
    found = cues(sessions, quiet=quiet)
    raise typer.Exit(check_all(found, profile, dirs, trim_db=trim, as_json=json, quiet=quiet))


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
    quiet: take.Quiet = False,
) -> None:
    """Show what `render` would do with the same options: what is cached, what not, and why."""
    from hostkit.cli.planning import show_plans
    from hostkit.cli.take.listening import is_listening, listen_to
    from hostkit.cli.take.options import RenderOptions
    from hostkit.cli.take.sessions import cues

    options = RenderOptions(
        out=out,
        plugin_dirs=tuple(plugin_dir or ()),
        json=json,
        quiet=quiet,
        profile=profile,
        trim_db=trim,
        mixes=None if profile and not mix else tuple(mix or ()),
    )
    found = cues(sessions, quiet=quiet)
    if is_listening(solo, mute, start, end):
        from hostkit.cli.previewing import preview_plans

        raise typer.Exit(preview_plans(found, listen_to(solo, mute, start, end, options), options))
    raise typer.Exit(show_plans(found, options))


def schema(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="session (default), preset or profile.")
    ] = "session",
) -> None:
    """Print the JSON Schema of sessions, presets or profiles."""
    from hostkit.cli.inspecting import print_schema

    print_schema(kind)
