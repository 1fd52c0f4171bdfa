"""`hostkit review`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli.show.telling import How, counting_of
from hostkit.cli.take import parameters as take

OutPage = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--out",
        metavar="FILE",
        help="The page to write (default: beside the first delivery, named after it).",
    ),
]
MaxMb = Annotated[
    float | None,
    typer.Option(
        "--max-mb",
        metavar="MB",
        min=0.1,
        max=100_000,
        help="How large the page may become: the bitrate is chosen by that (default: about 25, "
        "and no less than 96 kbit/s). Past it, or past 100, a folder is written.",
    ),
]


def review(
    folders: take.Deliveries,
    out: OutPage = None,
    max_mb: MaxMb = None,
    force: take.Force = False,
    jobs: take.Jobs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
    progress: take.Progress = How.AUTO,
) -> None:
    """Write one page of deliveries that plays offline: for whoever decides.

    It has the stems and mixes, what was measured and proved of them, and takes notes, which
    `spot import` reads. Of several deliveries one is heard against another, at the same loudness.
    """
    import os
    import time

    from hostkit.cli.show.document import print_document
    from hostkit.cli.show.lines import tell, tell_error
    from hostkit.cli.show.progress import showing
    from hostkit.cli.show.telling import done_line
    from hostkit.jobs.executors import LocalExecutor
    from hostkit.listening.review.make import PageProgress, make_review, plan_review
    from hostkit.listening.review.target import choose_target
    from hostkit.listening.review.versions import cues_of

    began = time.monotonic()
    plan = plan_review(folders, max_mb)
    apart = plan.size.apart
    target = choose_target(out, plan.versions[0].folder, apart=apart, force=force)
    where = target.folder if apart else target.path
    silent = json or quiet
    if not silent:
        tell(f"{where}: {plan.in_words}")
    if len(cues := cues_of(plan.versions)) > 1:
        tell_error(
            f"warning: these are no versions of one cue but {len(cues)} cues: {', '.join(cues)}; "
            "a page for each is made by naming its folder alone"
        )
    size = None
    if not dry_run:
        how = counting_of(progress, silent=silent)
        with LocalExecutor(jobs or os.cpu_count() or 1) as executor, showing(how) as view:
            follow = PageProgress(
                lambda name, frames: view.expected("file", name, frames),
                lambda name, frames: view.moved("file", name, frames),
                lambda name: view.finished("file", name),
            )
            size = make_review(plan, target, executor, follow)
    if json:
        print_document({"page": str(where), **plan.as_json, "bytes": size})
    elif size is not None:
        tell(f"{done_line(where, time.monotonic() - began)}, {size / 1e6:.1f} MB")
