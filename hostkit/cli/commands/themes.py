"""`hostkit themes`: the themes of a film, where its cues quote them, and one out of a MIDI file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli.on_demand import OnDemand, group_of
from hostkit.cli.show.lines import tell
from hostkit.cli.take import completion
from hostkit.cli.take import parameters as take

HERE = "hostkit.cli.commands.themes"

COMMANDS = (
    OnDemand(
        "show",
        f"{HERE}:show_themes",
        "Show where cues quote their themes, changed how; `show` may be left out.",
    ),
    OnDemand("take", f"{HERE}:take_from_midi", "Take a theme from some bars of a MIDI file."),
)

app = typer.Typer(
    cls=group_of(COMMANDS, default="show"),
    rich_markup_mode=None,
    help="Show where cues quote their themes, changed how; take one from a MIDI file.",
    no_args_is_help=True,
)


def show_themes(
    sessions: take.Sessions,
    midi: Annotated[
        Path | None,
        typer.Option(
            "--midi", metavar="FILE", help="Write the themes to a MIDI file, a track each."
        ),
    ] = None,
    lilypond: Annotated[
        Path | None,
        typer.Option("--lilypond", metavar="FILE", help="Write the themes in LilyPond's words."),
    ] = None,
    force: take.Force = False,
    json: take.Json = False,
    quiet: take.Quiet = False,
) -> None:
    """Show where cues quote their themes, changed how; `show` may be left out.

    For each use: the cue, its place, who plays it, how it is changed, and for how long the theme
    was not heard before. Then which cues have none, and which themes are alike.
    """
    from hostkit.cli.take.sessions import cues
    from hostkit.cli.take.target import expect_free
    from hostkit.cli.work.themes.show import cues_of, show, write_lilypond, write_themes_midi

    for target in (midi, lilypond):
        if target is not None:
            expect_free(target, force=force)
    found = cues_of(cues(sessions, quiet=quiet))
    written = []
    if midi is not None:
        written.append(write_themes_midi(midi, found))
    if lilypond is not None:
        written.append(write_lilypond(lilypond, found))
    if json or not written:
        show(found, as_json=json)
    elif not quiet:
        for line in written:
            tell(line)


def take_from_midi(
    score: Annotated[Path, typer.Argument(metavar="MIDI", help="A MIDI file.")],
    bars: Annotated[
        str, typer.Option("--bars", metavar="N-N", help="The bars to take, as they are counted.")
    ],
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="What the theme is called.")],
    track: Annotated[
        str | None,
        typer.Option("--track", metavar="NAME", help="A track by name or number (default: all)."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="KEY", help="Spell it in a key, and note that: 'D minor'."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            metavar="FILE",
            help="Write it into this session or file of themes (default: print it).",
            autocompletion=completion.sessions,
        ),
    ] = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Take a theme from some bars of a MIDI file.

    Times are written to the nearest plain note value; a file keeps its comments.
    """
    from hostkit.cli.work.themes.taking import take_theme

    take_theme(score, track, bars, name, key, into, as_json=json, quiet=quiet, write=not dry_run)
