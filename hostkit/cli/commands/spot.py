"""`hostkit spot`: spotting lists of other programs, in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli.on_demand import OnDemand, group_of
from hostkit.cli.show.lines import tell
from hostkit.cli.take import completion
from hostkit.cli.take import parameters as take
from hostkit.ground.counted import counted

HERE = "hostkit.cli.commands.spot"

COMMANDS = (
    OnDemand(
        "import",
        f"{HERE}:import_list",
        "Read markers: EDL, Pro Tools, Avid, Premiere, Final Cut, Cubase, MIDI, tables.",
    ),
    OnDemand("list", f"{HERE}:list_hits", "List a session's hits, their places in every form."),
    OnDemand("report", f"{HERE}:report", "Write where each hit lands, as a page or a table."),
    OnDemand("export", f"{HERE}:export", "Write a session's hits as another program's markers."),
)

app = typer.Typer(
    cls=group_of(COMMANDS),
    rich_markup_mode=None,
    help="Bring spotting lists in and out: markers of the picture as a session's hits.",
    no_args_is_help=True,
)

Into = Annotated[
    Path | None,
    typer.Option(
        "--into",
        metavar="SESSION",
        help="Write what it holds into this session's hits (default: show it).",
        autocompletion=completion.sessions,
    ),
]
FrameRate = Annotated[
    str | None,
    typer.Option(
        "--frame-rate",
        metavar="R",
        help="Of a list that does not say its own: 23.976, 24, 25 … (default: the session's).",
    ),
]
ListFormat = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help="edl, csv, protools, avid, premiere, fcpxml, midi, cubase (default: by its content).",
    ),
]
WrittenFormat = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help="edl, csv, protools, avid, premiere, fcpxml or midi (default: by the file's ending).",
    ),
]


def import_list(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A spotting list, of any program.")],
    into: Into = None,
    frame_rate: FrameRate = None,
    list_format: ListFormat = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Read markers: EDL, Pro Tools, Avid, Premiere, Final Cut, Cubase, MIDI, tables."""
    from hostkit.cli.work.picture.spot import show_list, spot_into

    if into is None:
        code = show_list(file, frame_rate, list_format, as_json=json)
    else:
        code = spot_into(
            into, file, frame_rate, list_format, as_json=json, quiet=quiet, write=not dry_run
        )
    raise typer.Exit(code)


def list_hits(session: take.Session, json: take.Json = False) -> None:
    """List a session's hits, their places in every form."""
    from hostkit.cli.show.document import print_document
    from hostkit.cli.show.lines import tell
    from hostkit.cli.work.picture.spot import NO_HITS, hit_objects, print_hits
    from hostkit.cli.work.picture.timing import timed_session

    loaded, tempo_map = timed_session(session)
    if json:
        print_document({"hits": hit_objects(loaded, tempo_map)})
    elif loaded.session.hits:
        print_hits(loaded, tempo_map)
    else:
        tell(f"{session}: {NO_HITS}")


def report(
    session: take.Session,
    out: take.OutFile = None,
    force: take.Force = False,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Write where each hit lands, as a page or a table.

    The ending of the file's name says which: .html or .csv.
    """
    from hostkit.audio.files.whole_file import whole_file
    from hostkit.cli.show.document import print_document
    from hostkit.cli.show.lines import tell
    from hostkit.cli.take.target import expect_free, expect_no_source
    from hostkit.cli.work.picture.spot import NO_HITS, report_object, report_writer
    from hostkit.cli.work.picture.timing import timed_session
    from hostkit.picture.cueing.report import hit_report
    from hostkit.picture.landing import HitOutcome

    target = out or session.with_name(f"{session.stem}-hits.html")
    write = report_writer(target)
    expect_free(target, force=force)
    loaded, tempo_map = timed_session(session)
    expect_no_source(target, loaded)
    made = hit_report(loaded, tempo_map)
    if not dry_run:
        with whole_file(target) as file:
            file.write(write(made))
    if json:
        print_document(report_object(made, target))
    elif not quiet:
        would = "would be written, " if dry_run else ""
        counts = ", ".join(f"{made.count(outcome)} {outcome}" for outcome in HitOutcome)
        found = f"{counted(len(made.hits), 'hit')}: {counts}" if made.hits else NO_HITS
        tell(f"{target}: {would}{found}")


def export(
    session: take.Session,
    out: take.OutFile = None,
    list_format: WrittenFormat = None,
    force: take.Force = False,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Write a session's hits as another program's markers."""
    from hostkit.audio.files.whole_file import whole_file
    from hostkit.cli.show.document import print_document
    from hostkit.cli.show.lines import tell_error
    from hostkit.cli.take.target import expect_free, expect_no_source
    from hostkit.cli.work.picture.spot import outgoing_hits
    from hostkit.cli.work.picture.timing import timed_session
    from hostkit.errors import RequestError
    from hostkit.picture.spotting.formats import writing, written

    if out is None and list_format is None:
        raise RequestError("nothing says what to write", cure="name the file: -o markers.edl")
    chosen = writing(out, list_format)
    target = out or session.with_suffix(chosen.endings[0] if chosen.endings else ".txt")
    expect_free(target, force=force)
    loaded, tempo_map = timed_session(session)
    expect_no_source(target, loaded)
    hits = outgoing_hits(loaded, tempo_map)
    data = written(hits, chosen, session)
    if not dry_run:
        with whole_file(target) as file:
            file.write(data)
    between = [mark.name for mark in hits.between_frames()] if chosen.name != "midi" else []
    if json:
        print_document(
            {
                "file": str(target),
                "kind": chosen.name,
                "hits": len(hits.marks),
                "between_frames": between,
            }
        )
        return
    if between and not quiet:
        tell_error(f"warning: written at the nearest frame: {', '.join(between)}")
    would = "would be written, with " if dry_run else ""
    tell(f"{target}: {would}{counted(len(hits.marks), 'hit')} ({chosen.about})")
