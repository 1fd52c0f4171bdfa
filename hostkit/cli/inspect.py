"""`hostkit check`, `plan` and `schema`: what can be known without rendering."""

from __future__ import annotations

from typing import Annotated

import typer

from hostkit.cli import parameters as take


def check(
    sessions: take.Sessions,
    profile: take.Profile = None,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
) -> None:
    """Find everything that is wrong with sessions, or lacking for a profile, without rendering."""
    from hostkit.cli.inspecting import check_all

    dirs = tuple(plugin_dir or ())
    raise typer.Exit(check_all(sessions, profile, dirs, as_json=json, quiet=quiet))


def plan(
    sessions: take.Sessions,
    out: take.Out = None,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
) -> None:
    """Show what would be rendered, what is cached, and why."""
    from hostkit.cli.inspecting import show_plans

    show_plans(sessions, out, tuple(plugin_dir or ()), as_json=json)


def schema(
    kind: Annotated[
        str, typer.Argument(metavar="[session|preset|profile]", help="Whose schema.")
    ] = "session",
) -> None:
    """Print the JSON Schema of sessions, presets or profiles."""
    from hostkit.cli.inspecting import print_schema

    print_schema(kind)
