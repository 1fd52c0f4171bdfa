"""`hostkit tempo`: the tempo map of a session, shown and solved for its hits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from hostkit.cli.show.lines import tell
from hostkit.cli.show.plain_help import PlainCommand
from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given

app = typer.Typer(
    rich_markup_mode=None,
    help="Show the tempo map of a session, or solve one that meets its hits.",
    no_args_is_help=True,
)

OutImage = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="FILE", help="Draw the curve with its hits to this SVG."),
]
Bpm = Annotated[
    str | None,
    typer.Option(
        "--bpm",
        metavar="LOW-HIGH",
        help="The range of tempo in quarter notes a minute "
        "(default: 15 % around --want, or around the session's tempo).",
    ),
]
Want = Annotated[
    float | None,
    typer.Option(
        "--want", metavar="BPM", help="The tempo to stay near to (default: the session's own)."
    ),
]
MaxChange = Annotated[
    float,
    typer.Option(
        "--max-change",
        metavar="PERCENT",
        help="How far the tempo may go from one beat to the next.",
    ),
]
Meters = Annotated[
    str | None,
    typer.Option(
        "--meters",
        metavar="M,…",
        help="The usual meter, then those that single bars may have "
        "(default: the session's meter; in 4/4 also 3/4, 5/4 and 2/4).",
    ),
]
LandOn = Annotated[
    Literal["downbeat", "beat", "any"] | None,
    typer.Option(
        "--land-on",
        metavar="WHAT",
        help="Let every hit land on a downbeat, a beat, or any place (an eighth), "
        "whatever the session says: downbeat, beat or any.",
    ),
]
Keep = Annotated[
    list[str] | None,
    typer.Option(
        "--keep",
        metavar="BAR-BAR",
        help="Bars that stay as they are, where they are: 1-9 up to the bar line of 9; "
        "may be repeated.",
    ),
]
PickUp = Annotated[
    int,
    typer.Option(
        "--pick-up",
        metavar="BEATS",
        min=0,
        max=64,
        help="Begin so many beats before the first bar line.",
    ),
]
Write = Annotated[bool, typer.Option("--write", help="Put the map into the session's tempo:.")]


@app.command(cls=PlainCommand)
def solve(
    session: take.Session,
    bpm: Bpm = None,
    want: Want = None,
    max_change: MaxChange = 2.0,
    meters: Meters = None,
    land_on: LandOn = None,
    keep: Keep = None,
    pick_up: PickUp = 0,
    write: Write = False,
    out: OutImage = None,
    force: take.Force = False,
    json: take.Json = False,
    quiet: take.Quiet = False,
) -> None:
    """Find a tempo map on which the music meets the hits of the picture."""
    from hostkit.cli.show.document import print_document
    from hostkit.cli.show.tempo import document, tables
    from hostkit.cli.take import tempo as typed
    from hostkit.cli.work.picture import tempo as work

    wanted = work.WantedTempo(
        typed.bpm_range(bpm) if bpm is not None else None,
        typed.tempo("--want", want) if want is not None else None,
        typed.change_per_beat(max_change),
        typed.meters(meters) if meters is not None else None,
        land_on,
        typed.kept_bars(given(keep)),
        pick_up,
    )
    typed.expect_svg(out, force=force)
    solved = work.solve_session(work.timed(session), wanted)
    if out is not None:
        work.draw(out, solved.shown, tables.summary(solved))
    written = write and work.write(solved)
    if json:
        print_document(document.solved_document(solved, written=written))
    elif quiet:
        tables.print_brief(solved.shown, tables.summary(solved))
    else:
        tables.print_solved(solved)
    if write and not json:
        tell(f"{session}: {'tempo: is written' if written else 'has this tempo already'}")


@app.command(cls=PlainCommand)
def show(
    session: take.Session,
    out: OutImage = None,
    force: take.Force = False,
    json: take.Json = False,
    quiet: take.Quiet = False,
) -> None:
    """Show a session's tempo map, where it meets hits, and where its tempo jumps."""
    from hostkit.cli.show.document import print_document
    from hostkit.cli.show.tempo import document, tables
    from hostkit.cli.take import tempo as typed
    from hostkit.cli.work.picture import tempo as work

    typed.expect_svg(out, force=force)
    shown = work.shown(work.timed(session))
    if out is not None:
        work.draw(out, shown, tables.facts(shown))
    if json:
        print_document(document.shown_document(shown))
    elif quiet:
        tables.print_brief(shown, tables.facts(shown))
    else:
        tables.print_shown(shown)
