"""`hostkit duck`: music under dialogue, to a target in LU."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hostkit.cli.show.lines import tell
from hostkit.cli.show.telling import How, counting_of, done_line
from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given
from hostkit.ground.counted import counted

if TYPE_CHECKING:
    from hostkit.delivery.ducking.report import DuckReport
    from hostkit.ducking.settings import ProtectedSpan
    from hostkit.timebase.tempo_map import TempoMap


def duck(
    music: Annotated[
        list[Path],
        typer.Argument(
            metavar="MUSIC…", help="Music, or folders of it; several stems move together."
        ),
    ],
    dialogue: Annotated[Path, typer.Option(metavar="FILE", help="The dialogue stem.")],
    out: take.OutBeside = None,
    output: Annotated[Path | None, typer.Option("--output", metavar="DIR", hidden=True)] = None,
    target_lu: Annotated[
        float | None,
        typer.Option(metavar="LU", help="Speech over music in every 3 s (default: 12)."),
    ] = None,
    listener: Annotated[
        str | None,
        typer.Option(
            metavar="WHO", help="Instead of a target: expert 10, general 14, ambience 15 LU."
        ),
    ] = None,
    max_depth_db: Annotated[
        float, typer.Option(metavar="DB", help="Never lower music by more.")
    ] = 18.0,
    mode: Annotated[
        str,
        typer.Option(
            metavar="MODE", help="broadband, speech_band (300 Hz to 4 kHz first) or both."
        ),
    ] = "broadband",
    attack_ms: Annotated[float, typer.Option(metavar="MS", help="Shortest way down.")] = 300.0,
    release_ms: Annotated[float, typer.Option(metavar="MS", help="Shortest way up.")] = 600.0,
    hold_ms: Annotated[
        float,
        typer.Option(metavar="MS", help="Stay down this long; shorter pauses do not end a phrase."),
    ] = 800.0,
    lookahead_ms: Annotated[
        float, typer.Option(metavar="MS", help="Start down before the onset.")
    ] = 300.0,
    slope_db_per_s: Annotated[
        float, typer.Option(metavar="DB", help="Move no faster; start earlier instead.")
    ] = 30.0,
    weight: Annotated[
        list[str] | None,
        typer.Option(metavar="STEM=W", help="How much of the depth a stem takes, 0 to 1."),
    ] = None,
    protect: Annotated[
        list[str] | None,
        typer.Option(
            metavar="T|FROM-TO",
            help="Seconds of a hit, or from and to of a rise, that keeps its level.",
        ),
    ] = None,
    vad: Annotated[
        str,
        typer.Option(
            metavar="KIND", help="energy (clean stems), neural (noisy ones; extra 'vad') or both."
        ),
    ] = "energy",
    phrases: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Use these phrases instead of looking.")
    ] = None,
    dialogue_channel: Annotated[
        str,
        typer.Option(
            metavar="WHERE", help="Mono dialogue is heard from both sides or from the centre alone."
        ),
    ] = "both",
    dialogue_at: Annotated[
        str | None,
        typer.Option(
            metavar="POS",
            help="Where the dialogue starts: 12.5s or 0:20 into the music, or timecode.",
        ),
    ] = None,
    frame_rate: Annotated[
        str | None, typer.Option(metavar="FPS", help="For a timecode in --dialogue-at.")
    ] = None,
    tempo: Annotated[
        Path | None,
        typer.Option(metavar="MIDI", help="Bars for the curve's MIDI file (default: 120 bpm)."),
    ] = None,
    controller: Annotated[
        int, typer.Option("--cc", metavar="N", help="Controller of the curve's MIDI file: 11 or 7.")
    ] = 11,
    intelligibility: Annotated[
        bool,
        typer.Option("--intelligibility", help="Add STOI and ESTOI (extra 'intelligibility')."),
    ] = False,
    force: take.Force = False,
    json: take.Json = False,
    quiet: take.Quiet = False,
    progress: take.Progress = How.AUTO,
    dry_run: take.DryRun = False,
) -> None:
    """Lower music under dialogue so that all speech meets a target in LU, and prove it.

    The inputs are only read. Exit code 1 if a phrase misses the target, or if
    speech is not told from noise or music; then nothing is written.
    """
    import time

    from hostkit.cli.work.duck import watched_layout
    from hostkit.delivery.ducking.bundle import Extras, duck_files, side_names
    from hostkit.delivery.ducking.ducked_folder import ducked_folder
    from hostkit.delivery.folder.inside import finish_around, music_files
    from hostkit.ducking.alignment import lay_out
    from hostkit.ducking.phrase_file import read_phrases
    from hostkit.ducking.settings import DuckSettings

    began = time.monotonic()
    settings = DuckSettings(
        target_lu=_target(target_lu, listener),
        max_depth_db=max_depth_db,
        mode=mode,
        attack_ms=attack_ms,
        release_ms=release_ms,
        hold_ms=hold_ms,
        lookahead_ms=lookahead_ms,
        slope_db_per_s=slope_db_per_s,
        weights=tuple(_weight(text) for text in given(weight)),
        protect=tuple(_span(text) for text in given(protect)),
        vad=vad,
        dialogue_channel=dialogue_channel,
    ).checked(place="hostkit duck")
    extras = Extras(_tempo_map(tempo), _controller(controller), intelligibility)
    spoken = read_phrases(phrases) if phrases else None
    if not dry_run:
        finish_around((dialogue, *music))
    music = music_files(music, dialogue)
    layout = lay_out(dialogue, music, dialogue_at, frame_rate)
    folder = out or output or ducked_folder(music[0])
    with watched_layout(layout, counting_of(progress, silent=json or quiet)) as watched:
        report = duck_files(
            watched, settings, folder, spoken, extras, force=force, write=not dry_run
        )
    _print(report, folder, json, quiet=quiet)
    if dry_run and not json:
        for name in (*(file.path.name for file in report.files), *side_names(settings, controller)):
            would = "replaced" if (folder / name).exists() else "written"
            tell(f"{folder / name}: would be {would}")
    elif not json:
        audio = counted(len(report.files), "ducked file")
        tell(
            f"written to {folder}: {audio}, duck_report.md, duck.svg, duck.json, phrases.csv "
            "and the curve"
        )
        tell(done_line(folder, time.monotonic() - began))
    _raise_for_misses(report)


def _target(target_lu: float | None, listener: str | None) -> float:
    from hostkit.ducking.settings import LISTENERS_LU, DuckSettings
    from hostkit.errors import RequestError

    if listener is None:
        return DuckSettings.target_lu if target_lu is None else target_lu
    if target_lu is not None:
        raise RequestError("--target-lu and --listener say the same thing", cure="give one of them")
    if listener not in LISTENERS_LU:
        known = ", ".join(f"{name} ({lu:g} LU)" for name, lu in LISTENERS_LU.items())
        raise RequestError(f"there is no listener {listener!r}", cure=f"there are {known}")
    return LISTENERS_LU[listener]


def _weight(text: str) -> tuple[str, float]:
    from hostkit.errors import RequestError

    name, _, value = text.rpartition("=")
    try:
        if not name:
            raise ValueError
        return name, float(value)
    except ValueError:
        raise RequestError(
            f"--weight {text}: write the stem and its weight, as in --weight strings=0.7"
        ) from None


def _span(text: str) -> ProtectedSpan:
    from hostkit.ducking.settings import ProtectedSpan
    from hostkit.errors import RequestError

    start, dash, end = text.partition("-")
    try:
        if dash:
            return ProtectedSpan(float(start.rstrip("s ")), float(end.rstrip("s ")), text)
        return ProtectedSpan.of_hit(float(start.rstrip("s ")), text)
    except ValueError:
        raise RequestError(
            f"--protect {text}: write the seconds of a hit (12.5), or of a rise (8-12.5)"
        ) from None


def _tempo_map(path: Path | None) -> TempoMap:
    from hostkit.timebase.tempo_map import TempoMap

    if path is None:
        return TempoMap()
    from hostkit.midi.reading.file import read_midi
    from hostkit.midi.tempo import tempo_map_of

    return tempo_map_of(read_midi(path))


def _controller(number: int) -> int:
    from hostkit.delivery.ducking.curve_files import CONTROLLERS
    from hostkit.errors import RequestError

    if number not in CONTROLLERS:
        known = " or ".join(f"{cc} ({name})" for cc, name in CONTROLLERS.items())
        raise RequestError(f"--cc {number}: the curve can be written as {known}")
    return number


def _print(report: DuckReport, folder: Path, as_json: bool, *, quiet: bool) -> None:
    from hostkit.cli.show.document import print_document
    from hostkit.cli.show.table import print_table
    from hostkit.delivery.ducking.report import report_document
    from hostkit.delivery.ducking.report_text import phrase_table, report_lines

    if as_json:
        print_document(report_document(report, folder))
        return
    if not quiet:
        heads, rows = phrase_table(report)
        print_table(heads, rows, numbers=heads)
        for line in report_lines(report):
            tell(line)


def _raise_for_misses(report: DuckReport) -> None:
    from hostkit.delivery.ducking.report_text import failures
    from hostkit.errors import QualityError

    if missed := failures(report):
        raise QualityError.of(missed)
