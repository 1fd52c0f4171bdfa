"""`hostkit render`."""

from __future__ import annotations

from typing import Annotated

import typer

from hostkit.cli.show.telling import How
from hostkit.cli.take import completion
from hostkit.cli.take import parameters as take

Solo = Annotated[
    list[str] | None,
    typer.Option(
        "--solo",
        metavar="NAME,…",
        help="Listen to these tracks, stems or tags alone; may be repeated.",
        autocompletion=completion.parts,
    ),
]
Mute = Annotated[
    list[str] | None,
    typer.Option(
        "--mute",
        metavar="NAME,…",
        help="Listen without these; may be repeated.",
        autocompletion=completion.parts,
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="POS",
        help="Listen from here: 9|1, 01:00:42:10, 12.5s, or where a section or hit begins.",
        autocompletion=completion.marks,
    ),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="POS",
        help="Listen up to here, said like --from.",
        autocompletion=completion.marks,
    ),
]


def _names(typed: list[str] | None) -> tuple[str, ...]:
    """Names typed one by one, or with commas between, each once. Raises RequestError for none."""
    names = [name.strip() for text in typed or () for name in text.split(",")]
    if not all(names):
        from hostkit.errors import RequestError

        raise RequestError("a name is empty; give a track, stem or tag after --solo and --mute")
    return tuple(dict.fromkeys(names))


def render(
    sessions: take.Sessions,
    out: take.Out = None,
    jobs: take.Jobs = None,
    mix: take.Mixes = None,
    profile: take.Profile = None,
    trim: take.Trim = 0.0,
    solo: Solo = None,
    mute: Mute = None,
    start: From = None,
    end: To = None,
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
    dry_run: take.DryRun = False,
    progress: take.Progress = How.AUTO,
) -> None:
    """Render sessions: stems, the full mix and the mixes named, with manifest and certificate.

    With --solo, --mute, --from or --to it is a quick listen: one file in preview/ of the
    folder, from the same prints. The delivery stays as it is.
    """
    from hostkit.cli.take.options import RenderOptions
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
        dry_run=dry_run,
        mixes=None if profile and not mix else tuple(mix or ()),
    )
    listening = bool(solo or mute or start is not None or end is not None)
    if dry_run and not listening:
        from hostkit.cli.inspecting import show_plans

        raise typer.Exit(show_plans(sessions, options))
    if not listening and told_unchanged(sessions, options):
        return
    from hostkit.jobs.isolate import warm_up

    warm_up()  # beside the imports that follow
    if listening:
        from hostkit.cli.previewing import preview_all
        from hostkit.preview import PreviewRequest

        request = PreviewRequest(
            _names(solo), _names(mute), start, end, trim_db=trim, locked=locked
        )
        raise typer.Exit(preview_all(sessions, request, options))
    from hostkit.cli.rendering import render_all

    raise typer.Exit(render_all(sessions, options))
