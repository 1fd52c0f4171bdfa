"""`hostkit listen`."""

from __future__ import annotations

from typing import Annotated

import typer

from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given


def listen(
    sessions: take.Sessions,
    port: Annotated[
        int,
        typer.Option(
            "--port",
            metavar="N",
            min=0,
            max=65_535,
            help="The port of the page; any that is free when it is not given.",
            show_default=False,
        ),
    ] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address, and open no browser.")
    ] = False,
    jobs: take.Jobs = None,
    plugin_dir: take.PluginDirs = None,
    timeout: take.Timeout = take.TIMEOUT_SECONDS,
) -> None:
    """Listen to sessions on a page while you work: what you save is heard without a stop.

    The page is on this machine alone. It plays every stem and track, and shows what is wrong where
    a session is; Ctrl-C ends it.
    """
    from hostkit.cli.take.sessions import cues
    from hostkit.jobs.isolate import warm_up

    warm_up()  # beside the imports that follow
    from hostkit.cli.work.listen import listen_to

    listen_to(
        cues(sessions, quiet=True),
        port=port,
        opens=not no_browser,
        jobs=jobs,
        plugin_dirs=given(plugin_dir),
        timeout_seconds=timeout,
    )
