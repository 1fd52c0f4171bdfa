"""A project as the text of a REAPER project (.rpp), as REAPER 6 and 7 open it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from hostkit.exchange.project import Loss, Project, said_once
from hostkit.exchange.reaper.tree import ROOT, block_lines, number_text, row_text
from hostkit.exchange.reaper.writing.around import LINEAR, SQUARE, Around, colour_number, guid
from hostkit.exchange.reaper.writing.tracks import TrackLines
from hostkit.exchange.tempo import ProjectMeter, ProjectTempo

_VERSION = "6.80/hostkit"
_DEFAULT_RATE = 48_000


def to_reaper(project: Project, folder: Path) -> tuple[bytes, tuple[Loss, ...]]:
    """The bytes of a project that is to lie in `folder`, and what it cannot hold."""
    around = Around(project.tempo_map, folder.absolute())
    losses: list[Loss] = []
    tracks = TrackLines(around, losses)
    master = next((track for track in project.tracks if track.role == "master"), None)
    rows = [
        *_notes(project),
        "RIPPLE 0",
        "AUTOXFADE 0",
        "PANLAW 1",
        "TIMEMODE 1 5 -1 30 0 0 -1",
        "PANMODE 3",
        "TIMELOCKMODE 1",
        "TEMPOENVLOCKMODE 1",
        f"SAMPLERATE {project.sample_rate or _DEFAULT_RATE} 1 0",
        *_tempo(project, around),
        "PLAYRATE 1 0 0.25 4",
        *tracks.master(master),
        *_markers(project, around),
        *tracks.lines(project.tracks),
    ]
    text = "\n".join(block_lines(ROOT, rows, 0.1, _VERSION, 0))
    return f"{text}\n".encode(), said_once(losses)


def _notes(project: Project) -> Iterator[str]:
    if project.title:
        yield row_text("TITLE", project.title)
    if project.comment:
        yield from block_lines("NOTES", [f"|{line}" for line in project.comment.split("\n")], 0, 2)


def _markers(project: Project, around: Around) -> Iterator[str]:
    for number, marker in enumerate(project.markers, 1):
        start, colour = number_text(around.seconds(marker.at)), colour_number(marker.colour)
        name = row_text(marker.name)
        region = int(marker.end is not None)
        key = guid("marker", number, marker.name)
        yield f"MARKER {number} {start} {name} {region} {colour} 1 R {key} 0"
        if marker.end is not None:
            yield f'MARKER {number} {number_text(around.seconds(marker.end))} "" 1'


def _tempo(project: Project, around: Around) -> Iterator[str]:
    """The first tempo and meter; where there are others, all of them as the tempo envelope."""
    tempos = project.tempos or (ProjectTempo(Fraction(0), Fraction(120)),)
    meters = project.meters or (ProjectMeter(Fraction(0), 4, 4),)
    first, meter = tempos[0], meters[0]
    if meter.at > 0:
        meter = ProjectMeter(Fraction(0), 4, 4)
    yield f"TEMPO {number_text(float(first.bpm))} {meter.numerator} {meter.denominator}"
    if len(tempos) == 1 and len(meters) == 1:
        return
    rows = ["ACT 1 -1", "VIS 1 0 1", "LANEHEIGHT 0 0", "ARM 0", "DEFSHAPE 1 -1 -1"]
    rows += _points(tempos, meters, around)
    yield from block_lines("TEMPOENVEX", rows)


def _points(
    tempos: tuple[ProjectTempo, ...], meters: tuple[ProjectMeter, ...], around: Around
) -> Iterator[str]:
    """Every place where tempo or meter changes; a meter amid a ramp has the tempo that is there."""
    changes = {meter.at: meter for meter in meters}
    marks = [(tempo.at, float(tempo.bpm), tempo.ramps) for tempo in tempos]
    starts = [tempo.at for tempo in tempos]
    for at in changes.keys() - set(starts):
        before = tempos[max(0, bisect_right(starts, at) - 1)]
        marks.append((at, around.tempo_map.tempo_at(at), before.ramps))
    for at, bpm, ramps in sorted(marks, key=lambda mark: mark[0]):
        meter = changes.pop(at, None)
        shown = f" {meter.denominator << 16 | meter.numerator}" if meter else ""
        shape = LINEAR if ramps else SQUARE
        yield f"PT {number_text(around.seconds(at))} {number_text(bpm)} {shape}{shown}"
