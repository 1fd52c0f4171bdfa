"""`hostkit mixes`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli.render import Json, PluginDirs, ProfileName, SessionFiles


def mixes(
    sessions: SessionFiles,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Where to (default: renders/NAME beside it).")
    ] = None,
    profile: ProfileName = None,
    jobs: Annotated[
        int | None, typer.Option("-j", "--jobs", min=1, help="Processes at once (default: cores).")
    ] = None,
    executor: Annotated[
        str, typer.Option(help="local, or dask for a cluster over a shared store.")
    ] = "local",
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Of the Dask scheduler: tcp://host:8786.")
    ] = None,
    plugin_dir: PluginDirs = None,
    timeout: Annotated[
        float, typer.Option(min=1, help="Seconds without progress until a device is given up.")
    ] = 60.0,
    json: Json = False,
) -> None:
    """Render the stems and every mix of all sessions, through one pool."""
    from hostkit.cli.options import RenderOptions
    from hostkit.cli.rendering import render_all
    from hostkit.errors import RequestError

    if executor not in ("local", "dask"):
        raise RequestError(f"there is no executor {executor!r}; there are local and dask")
    if (executor == "dask") != (scheduler is not None):
        raise RequestError("a cluster takes both: --executor dask --scheduler tcp://host:8786")
    options = RenderOptions(
        out=out,
        jobs=jobs,
        no_cache=False,
        plugin_dirs=tuple(plugin_dir or ()),
        timeout_seconds=timeout,
        json=json,
        profile=profile,
        mixes=None,
        scheduler=scheduler,
        table=True,
    )
    raise typer.Exit(render_all(sessions, options))
