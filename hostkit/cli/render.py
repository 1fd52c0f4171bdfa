"""`hostkit render`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

SessionFiles = Annotated[list[Path], typer.Argument(help="Session files.", metavar="SESSION…")]
PluginDirs = Annotated[
    list[Path] | None,
    typer.Option("--plugin-dir", help="A folder to look for plug-ins in first; may be repeated."),
]
ProfileName = Annotated[
    str | None,
    typer.Option("--profile", metavar="NAME", help="Deliver by a profile: a name, or its file."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def render(
    sessions: SessionFiles,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Where to (default: renders/NAME beside it).")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("-j", "--jobs", min=1, help="Processes at once (default: cores).")
    ] = None,
    mix: Annotated[
        list[str] | None,
        typer.Option("--mix", metavar="NAME", help="Also this mix; may be repeated."),
    ] = None,
    profile: ProfileName = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Render everything, keep no prints.")
    ] = False,
    twice: Annotated[
        bool, typer.Option("--twice", help="Render each track twice; say which devices differ.")
    ] = False,
    locked: Annotated[
        bool, typer.Option("--locked", help="Refuse sessions that drifted from their locks.")
    ] = False,
    plugin_dir: PluginDirs = None,
    timeout: Annotated[
        float, typer.Option(min=1, help="Seconds without progress until a device is given up.")
    ] = 60.0,
    json: Json = False,
) -> None:
    """Render sessions: stems, the full mix and the mixes named, with manifest and certificate."""
    from hostkit.cli.options import RenderOptions
    from hostkit.cli.unchanged import told_unchanged

    options = RenderOptions(
        out=out,
        jobs=jobs,
        no_cache=no_cache,
        plugin_dirs=tuple(plugin_dir or ()),
        timeout_seconds=timeout,
        json=json,
        profile=profile,
        twice=twice,
        locked=locked,
        mixes=None if profile and not mix else tuple(mix or ()),
    )
    if told_unchanged(sessions, options):
        return
    from hostkit.engine.isolate import warm_up

    warm_up()  # beside the imports that follow
    from hostkit.cli.rendering import render_all

    raise typer.Exit(render_all(sessions, options))
