"""`hostkit render`."""

from __future__ import annotations

from typing import Annotated

import typer

from hostkit.cli import parameters as take
from hostkit.cli.telling import How


def render(
    sessions: take.Sessions,
    out: take.Out = None,
    jobs: take.Jobs = None,
    mix: take.Mixes = None,
    profile: take.Profile = None,
    trim: take.Trim = 0.0,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Render everything, keep no prints.")
    ] = False,
    twice: Annotated[
        bool, typer.Option("--twice", help="Render each track twice; say which devices differ.")
    ] = False,
    locked: Annotated[
        bool, typer.Option("--locked", help="Refuse sessions that drifted from their locks.")
    ] = False,
    plugin_dir: take.PluginDirs = None,
    timeout: take.Timeout = take.TIMEOUT_SECONDS,
    memory_limit: take.MemoryLimit = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    progress: take.Progress = How.AUTO,
) -> None:
    """Render sessions: stems, the full mix and the mixes named, with manifest and certificate."""
    from hostkit.cli.options import RenderOptions
    from hostkit.cli.unchanged import told_unchanged
    from hostkit.session.folder import session_files

    sessions = session_files(sessions)
    options = RenderOptions(
        out=out,
        jobs=jobs,
        no_cache=no_cache,
        plugin_dirs=tuple(plugin_dir or ()),
        timeout_seconds=timeout,
        memory_bytes=int(memory_limit * 1e9) if memory_limit else None,
        json=json,
        quiet=quiet,
        progress=progress,
        profile=profile,
        trim_db=trim,
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
