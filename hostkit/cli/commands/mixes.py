"""`hostkit mixes`."""

from __future__ import annotations

from typing import Annotated

import typer

from hostkit.cli.show.telling import How
from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given


def mixes(
    sessions: take.Sessions,
    out: take.OutOfEach = None,
    profile: take.Profile = None,
    trim: take.Trim = 0.0,
    jobs: take.Jobs = None,
    executor: Annotated[
        str,
        typer.Option(metavar="KIND", help="local, or dask for a cluster over a shared store."),
    ] = "local",
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Of the Dask scheduler: tcp://host:8786.")
    ] = None,
    plugin_dir: take.PluginDirs = None,
    timeout: take.Timeout = take.TIMEOUT_SECONDS,
    memory_limit: take.MemoryLimit = None,
    json: take.Json = False,
    quiet: take.QuietOfCached = False,
    dry_run: take.DryRun = False,
    progress: take.Progress = How.AUTO,
) -> None:
    """Render the stems and every mix of all sessions, through one pool."""
    from hostkit.cli.take.options import RenderOptions
    from hostkit.cli.take.sessions import cues
    from hostkit.cli.work.render import render_all
    from hostkit.errors import RequestError

    if executor not in ("local", "dask"):
        raise RequestError(f"there is no executor {executor!r}", cure="there are local and dask")
    if (executor == "dask") != (scheduler is not None):
        raise RequestError("a cluster takes both: --executor dask --scheduler tcp://host:8786")
    sessions = cues(sessions, quiet=quiet)
    options = RenderOptions(
        out=out,
        jobs=jobs,
        plugin_dirs=given(plugin_dir),
        timeout_seconds=timeout,
        memory_limit_gb=memory_limit,
        json=json,
        quiet=quiet,
        progress=progress,
        profile=profile,
        trim_db=trim,
        mixes=None,
        scheduler=scheduler,
        table=True,
        dry_run=dry_run,
    )
    if dry_run:
        from hostkit.cli.work.plan import show_plans

        raise typer.Exit(show_plans(sessions, options))
    raise typer.Exit(render_all(sessions, options))
