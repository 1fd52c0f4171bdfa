"""`hostkit render`."""

from __future__ import annotations

from typing import Annotated

import typer

from hostkit.cli.show.telling import How
from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given


def render(
    sessions: take.Sessions,
    out: take.Out = None,
    jobs: take.Jobs = None,
    mix: take.Mixes = None,
    profile: take.Profile = None,
    trim: take.Trim = 0.0,
    solo: take.Solo = None,
    mute: take.Mute = None,
    start: take.From = None,
    end: take.To = None,
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
    quiet: take.QuietOfCached = False,
    dry_run: take.DryRun = False,
    progress: take.Progress = How.AUTO,
) -> None:
    """Render sessions: stems, the full mix and the mixes named, with manifest and certificate.

    With --solo, --mute, --from or --to it is a quick listen: one file in preview/ of the
    folder, from the same prints. The delivery stays as it is.
    """
    from hostkit.cli.take.listening import is_listening, listen_to
    from hostkit.cli.take.options import RenderOptions
    from hostkit.cli.take.sessions import cues
    from hostkit.cli.work.unchanged import told_unchanged

    sessions = cues(sessions, quiet=quiet)
    options = RenderOptions(
        out=out,
        jobs=jobs,
        no_cache=no_cache,
        plugin_dirs=given(plugin_dir),
        timeout_seconds=timeout,
        memory_limit_gb=memory_limit,
        json=json,
        quiet=quiet,
        progress=progress,
        profile=profile,
        trim_db=trim,
        twice=twice,
        locked=locked,
        dry_run=dry_run,
        mixes=None if profile and not mix else given(mix),
    )
    listening = is_listening(solo, mute, start, end)
    if dry_run and not listening:
        from hostkit.cli.work.plan import show_plans

        raise typer.Exit(show_plans(sessions, options))
    if not listening and told_unchanged(sessions, options):
        return
    from hostkit.jobs.isolate import warm_up

    warm_up()  # beside the imports that follow
    if listening:
        from hostkit.cli.work.preview import preview_all

        raise typer.Exit(preview_all(sessions, listen_to(solo, mute, start, end, options), options))
    from hostkit.cli.work.render import render_all

    raise typer.Exit(render_all(sessions, options))
