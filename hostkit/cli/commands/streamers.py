"""`hostkit streamers`."""

from __future__ import annotations

from typing import Annotated

import typer

from hostkit.cli.show.lines import tell
from hostkit.cli.take import parameters as take

Size = Annotated[
    str, typer.Option("--size", metavar="WxH", help="Of the video, in pixels (even numbers).")
]
StreamerSeconds = Annotated[
    float,
    typer.Option(
        "--seconds",
        metavar="SECONDS",
        min=0.1,
        max=30,
        help="How long a streamer takes to cross.",
    ),
]


def streamers(
    session: take.Session,
    out: take.OutFile = None,
    size: Size = "1280x720",
    seconds: StreamerSeconds = 2.0,
    force: take.Force = False,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Write a video with streamers and punches at hits, timecode and bar|beat.

    It is laid over the session's picture: file, else over black. ffmpeg makes it.
    """
    from hostkit.cli.show.document import print_document
    from hostkit.cli.work.picture.streamers import StreamersAsked, write_streamers

    target = out or session.with_name(f"{session.stem}-streamers.mp4")
    asked = StreamersAsked(session, target, size, seconds, force=force)
    made = write_streamers(asked, write=not dry_run, quiet=quiet or json)
    if json:
        print_document(made.as_json)
    elif not quiet:
        tell(f"{target}: {'would be written, ' if dry_run else ''}{made.in_words}")
