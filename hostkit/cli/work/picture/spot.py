"""`hostkit spot` at work: a list shown, or laid over a session's hits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hostkit.cli.show.document import print_document
from hostkit.cli.show.lines import tell
from hostkit.cli.show.table import in_a_cell, print_table
from hostkit.cli.work.picture.timing import HEADS, form_cells, form_object, timed_session
from hostkit.errors import BadValue, RequestError
from hostkit.ground.counted import counted
from hostkit.picture.cueing.report import HitReport, hits_csv
from hostkit.picture.cueing.report_page import report_page
from hostkit.picture.hits import hit_points
from hostkit.picture.spotted import Spotted, SpottedHit, given_by, spot, with_spotted
from hostkit.picture.spotting.formats import Format, read_list
from hostkit.picture.spotting.marker import (
    Given,
    Outgoing,
    OutgoingHit,
    Skipped,
    SpottingList,
)
from hostkit.session.editing import edit_file
from hostkit.session.load import LoadedSession
from hostkit.session.model.music import Hit
from hostkit.session.text import read_text
from hostkit.timebase.forms import Forms, forms_of
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.tempo_map import TempoMap

NO_HITS = (
    "no hits; write some under hits:, or bring a list in: hostkit spot import LIST --into SESSION"
)


def given_rate(text: str | None) -> Given:
    """What `--frame-rate` says. Raises RequestError."""
    if text is None:
        return Given()
    try:
        return Given(FrameRate.parse(text))
    except BadValue as error:
        raise RequestError(*error.fault.of("--frame-rate")) from None


def show_list(file: Path, frame_rate: str | None, name: str | None, *, as_json: bool) -> int:
    """Prints what a list holds. Gives 1 where none of its rows can be read. Raises RequestError."""
    kind, found = read_list(file, given_rate(frame_rate), name)
    if as_json:
        imported = [{"at": str(marker), "name": marker.name} for marker in found.markers]
        print_document({**_document(kind, found, found.skipped), "imported": imported})
    else:
        rows = [
            (str(marker), in_a_cell(marker.name), in_a_cell(marker.note))
            for marker in found.markers
        ]
        if rows:
            print_table(("at", "name", "note"), rows)
        _tell_skipped(file, found.skipped)
        tell(f"{file}: {_in_words(kind, found)}")
        if found.events and not (found.markers or found.skipped):
            tell("it lists cuts and no markers; hostkit conform follows a recut by such lists")
    return 1 if found.skipped and not found.markers else 0


def spot_into(
    session: Path,
    file: Path,
    frame_rate: str | None,
    name: str | None,
    *,
    as_json: bool,
    quiet: bool,
    write: bool,
) -> int:
    """Lays a list over a session's hits, and says what came of it. Raises RequestError."""
    loaded, tempo_map = timed_session(session)
    kind, found = read_list(file, given_by(loaded, given_rate(frame_rate)), name)
    spotted = spot(found, loaded, tempo_map)

    def change(text: str) -> str:
        return with_spotted(text, spotted, loaded, tempo_map)

    if write:
        edit_file(session, change)
    else:
        change(read_text(session))  # what cannot be changed is told without writing, too
    skipped = (*found.skipped, *spotted.skipped)
    if as_json:
        print_document(_spotted_document(kind, found, spotted, skipped))
    else:
        if not quiet:
            _print_spotted(spotted)
        _tell_skipped(file, skipped)
        tell(f"{session}: {_came_of(spotted, write=write)}")
    return 1 if found.skipped and not found.markers else 0


def _document(kind: Format, found: SpottingList, skipped: Iterable[Skipped]) -> dict[str, Any]:
    return {
        "kind": kind.name,
        "frame_rate": str(found.frame_rate) if found.frame_rate else None,
        "events": found.events,
        "imported": [],
        "skipped": [
            {"line": row.line or None, "text": row.text, "why": str(row.why)} for row in skipped
        ],
    }


def _spotted_document(
    kind: Format, found: SpottingList, spotted: Spotted, skipped: Iterable[Skipped]
) -> dict[str, Any]:
    every = sorted((*spotted.added, *spotted.moved, *spotted.kept), key=lambda hit: hit.seconds)
    return {
        **_document(kind, found, skipped),
        "imported": [{"at": hit.at, "name": hit.name} for hit in every],
        "added": [{"at": hit.at, "name": hit.name} for hit in spotted.added],
        "moved": [{"at": hit.at, "name": hit.name, "was": hit.was} for hit in spotted.moved],
        "kept": [{"at": hit.at, "name": hit.name} for hit in spotted.kept],
        "unlisted": spotted.unlisted,
    }


def _print_spotted(spotted: Spotted) -> None:
    states: list[tuple[str, SpottedHit]] = [
        *(("added", hit) for hit in spotted.added),
        *(("moved", hit) for hit in spotted.moved),
        *(("kept", hit) for hit in spotted.kept),
    ]
    states.sort(key=lambda pair: pair[1].seconds)
    if states:
        rows = [(state, hit.at, in_a_cell(hit.name), hit.was) for state, hit in states]
        print_table(("", "at", "name", "was at"), rows)


def _came_of(spotted: Spotted, *, write: bool) -> str:
    parts = [
        counted(len(spotted.added), "hit") + (" added" if write else " would be added"),
        f"{len(spotted.moved)} moved",
        f"{len(spotted.kept)} there already",
    ]
    if spotted.unlisted:
        parts.append(f"{spotted.unlisted} not in the list stay")
    return ", ".join(parts)


def _in_words(kind: Format, found: SpottingList) -> str:
    rate = f", {found.frame_rate} frames a second" if found.frame_rate else ""
    parts = [counted(len(found.markers), "marker")]
    if found.events:
        parts.append(counted(found.events, "event"))
    if found.skipped:
        parts.append(f"{counted(len(found.skipped), 'row')} skipped")
    return f"{', '.join(parts)} ({kind.about}{rate})"


def _tell_skipped(file: Path, skipped: Iterable[Skipped]) -> None:
    for row in skipped:
        place = f"{file}:{row.line}" if row.line else str(file)
        tell(f"warning: {place}: {row.why} ({row.text})")


def hit_objects(loaded: LoadedSession, tempo_map: TempoMap) -> list[dict[str, Any]]:
    """The hits of a session by time, as objects of its document. Raises InvalidInput."""
    return [
        {
            "name": hit.name,
            "at": str(hit.at),
            **form_object(forms),
            "weight": hit.weight,
            "early_frames": hit.tolerance_frames[0],
            "late_frames": hit.tolerance_frames[1],
            "land_on": hit.land_on,
        }
        for hit, forms in _hits_by_time(loaded, tempo_map)
    ]


def print_hits(loaded: LoadedSession, tempo_map: TempoMap) -> None:
    """The hits of a session by time, as a table. Raises InvalidInput."""
    heads = (*HEADS[:3], "name", "weight", "tolerance", "land on")
    rows = [
        (
            *form_cells(forms)[:3],
            in_a_cell(hit.name),
            f"{hit.weight:g}",
            "-{:g} +{:g} frames".format(*hit.tolerance_frames),
            hit.land_on,
        )
        for hit, forms in _hits_by_time(loaded, tempo_map)
    ]
    print_table(heads, rows, numbers=("seconds", "weight"))


def _hits_by_time(loaded: LoadedSession, tempo_map: TempoMap) -> list[tuple[Hit, Forms]]:
    hit_points(loaded, tempo_map)  # tells of all that have no place
    rate = loaded.session.sample_rate
    hits = [(hit, forms_of(hit.at, tempo_map, rate)) for hit in loaded.session.hits]
    return sorted(hits, key=lambda pair: pair[1].seconds)


def outgoing_hits(loaded: LoadedSession, tempo_map: TempoMap) -> Outgoing:
    """The hits of a session on their way out. Raises InvalidInput for those with no place."""
    marks = []
    for point in hit_points(loaded, tempo_map):
        beats = tempo_map.beats_at_seconds(point.seconds)
        name = " ".join(point.name.split())
        marks.append(OutgoingHit(name, point.seconds, beats, tempo_map.bar_beat_at(beats)))
    session = loaded.session
    title = " ".join(text for text in (session.cue, session.title) if text) or loaded.name
    return Outgoing(" ".join(title.split()), tuple(marks), tempo_map, session.sample_rate)


def report_writer(path: Path) -> Callable[[HitReport], bytes]:
    """What a report becomes in a file whose name ends so. Raises RequestError for any other."""
    endings: dict[str, Callable[[HitReport], bytes]] = {
        ".html": lambda report: report_page(report).encode(),
        ".csv": hits_csv,
    }
    if (found := endings.get(path.suffix.lower())) is None:
        raise RequestError(
            f"ends in none of {', '.join(endings)}", cure="the ending says what to write", file=path
        )
    return found


def report_object(report: HitReport, file: Path) -> dict[str, Any]:
    """A report as a document."""
    return {
        "file": str(file),
        "hits": [
            {
                "name": one.hit.name,
                **form_object(one.place),
                "lands_at_bar_beat": form_object(one.landing)["bar_beat"],
                "lands_at_seconds": form_object(one.landing)["seconds"],
                "frames_off": one.landed.frames_off,
                "outcome": str(one.landed.outcome),
                "in_bars": one.in_bars,
            }
            for one in report.hits
        ],
    }
