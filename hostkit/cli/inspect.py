"""`hostkit check`, `plan` and `schema`: what can be known without rendering."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli.render import Json, PluginDirs, ProfileName, SessionFiles


def check(
    sessions: SessionFiles,
    profile: ProfileName = None,
    plugin_dir: PluginDirs = None,
    json: Json = False,
) -> None:
    """Find everything that is wrong with sessions, or lacking for a profile, without rendering."""
    from hostkit.cli.inspecting import check_all

    raise typer.Exit(check_all(sessions, profile, tuple(plugin_dir or ()), as_json=json))


def plan(
    session: Annotated[Path, typer.Argument(help="A session file.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Where it was rendered to.")
    ] = None,
    plugin_dir: PluginDirs = None,
    json: Json = False,
) -> None:
    """Show what would be rendered, what is cached, and why."""
    from hostkit.cli.inspecting import show_plan

    show_plan(session, out, tuple(plugin_dir or ()), as_json=json)


def schema() -> None:
    """Print the JSON Schema of session files."""
    from hostkit.cli.inspecting import print_schema

    print_schema()
