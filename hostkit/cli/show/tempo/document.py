"""A tempo map and its hits for programs: the documents of `hostkit tempo`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hostkit.cli.show.tempo.tables import click
from hostkit.cli.work.picture.tempo import points
from hostkit.picture.landing import HitOutcome
from hostkit.picture.solver.steepness import steepest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hostkit.cli.work.picture.tempo import ShownTempo, SolvedTempo
    from hostkit.picture.landing import LandedHit
    from hostkit.timebase.curves.segments import Segment
    from hostkit.timebase.tempo_map import TempoMap


def solved_document(solved: SolvedTempo, *, written: bool) -> dict[str, Any]:
    """What `tempo solve` found; `written` is whether the session was changed."""
    frame = solved.shown.timed.frame_seconds
    return {
        **_shown(solved.shown, points(solved.solution)),
        "constant": [
            {
                "bpm": one.bpm,
                "click": click(one.bpm, frame),
                "caught": one.caught,
                "near": one.near,
                "missed": one.missed,
                "important": one.important,
                "important_caught": one.important_caught,
                "mean_frames_off": round(one.mean_frames_off, 4),
            }
            for one in solved.solution.constant
        ],
        "obstacles": [{"name": one.hit.name, "why": why} for one, why in solved.reasons],
        "helps": [
            {"what": one.what, "written": one.written, "caught": one.caught} for one in solved.helps
        ],
        "written": written,
    }


def shown_document(shown: ShownTempo) -> dict[str, Any]:
    """What `tempo show` has to say."""
    return _shown(shown, _points(shown.tempo_map))


def _shown(shown: ShownTempo, tempo: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "session": str(shown.timed.loaded.path),
        "hits": [_hit(one) for one in shown.hits],
        "tempo": tempo,
        "max_change_percent_per_beat": round(steepest(shown.tempo_map, shown.end), 4),
        "meter_changes": [
            {"at": f"{change.bar}|1", "meter": f"{change.numerator}/{change.denominator}"}
            for change in shown.tempo_map.meters.changes
        ],
        "jumps": [
            {"at": str(change.at), "percent": round(change.percent, 4)} for change in shown.jumps
        ],
        "warnings": list(shown.warnings),
    }


def _hit(one: LandedHit) -> dict[str, Any]:
    return {
        "name": one.hit.name,
        "weight": one.hit.weight,
        "at_seconds": float(one.hit.seconds),
        "lands_at_seconds": float(one.lands_at_seconds),
        "frames_off": round(one.frames_off, 4),
        "landing": str(one.landing),
        "caught": one.outcome is HitOutcome.CAUGHT,
        "outcome": str(one.outcome),
    }


def _points(tempo_map: TempoMap) -> list[dict[str, Any]]:
    """The map as a session's tempo points, without its meters."""
    segments: Sequence[Segment] = tempo_map.segments
    points = []
    for segment, after in zip(segments, [*segments[1:], None], strict=True):
        point = {"at": str(tempo_map.bar_beat_at(segment.beats)), "bpm": float(segment.bpm)}
        if segment.ramp is not None and after is not None:
            until = str(tempo_map.bar_beat_at(after.beats))
            point |= {"ramp_to": segment.ramp.end_bpm, "until": until, "curve": segment.ramp.curve}
        points.append(point)
    return points
