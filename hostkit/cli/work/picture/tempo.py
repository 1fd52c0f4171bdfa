"""The tempo of a session: shown, and solved for its hits."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hostkit.audio.files.whole_file import whole_file
from hostkit.cli.work.picture.timing import timed_session
from hostkit.errors import BadValue, RequestError
from hostkit.picture.beat import Meter
from hostkit.picture.hits import HitPoint, hit_points
from hostkit.picture.landing import landed
from hostkit.picture.solver.chart import DrawnMap, chart
from hostkit.picture.solver.kept import kept_spans
from hostkit.picture.solver.obstacles import Concession, reasons, what_helps
from hostkit.picture.solver.solve import Solution, solve
from hostkit.picture.solver.steepness import NOTICED_PERCENT, TempoChange, jumps
from hostkit.picture.solver.stretch.lattice import MOST_ODD_BARS
from hostkit.picture.solver.wishes import Wishes, usual_meters
from hostkit.session.editing import edit_file, flow, with_key
from hostkit.timebase.picture import FRAME_RATE_WITHOUT_PICTURE, frames_per_second
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap, TempoMark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hostkit.picture.landing import LandedHit
    from hostkit.session.load import LoadedSession
    from hostkit.session.model.music import LandOn

_MOST_NAMED = 6
_AROUND = 0.15
"""How far the tempo may go from the session's own where no range is given."""


@dataclass(frozen=True)
class WantedTempo:
    """What was typed; what is None is for the session to say."""

    bpm: tuple[float, float] | None = None
    want: float | None = None
    max_change: float = 0.02
    meters: tuple[Meter, ...] | None = None
    land_on: LandOn | None = None
    kept: tuple[tuple[BarBeat, BarBeat], ...] = ()
    pickup_beats: int = 0


@dataclass(frozen=True)
class TimedSession:
    """A session with its tempo map, and its hits where they are in the picture.

    Hits `in_bars` move with the tempo, so they are no more than named.
    """

    loaded: LoadedSession
    tempo_map: TempoMap
    hits: tuple[HitPoint, ...]
    in_bars: tuple[str, ...]

    @property
    def frame_seconds(self) -> Fraction:
        return 1 / frames_per_second(self.tempo_map.picture)

    def at(self, hit: HitPoint) -> str:
        """When a hit is: timecode, or seconds where there is no picture."""
        with suppress(BadValue):  # past midnight there is no timecode
            if self.tempo_map.picture is not None:
                return str(self.tempo_map.picture.label_of(hit.seconds))
        return f"{float(hit.seconds):.3f}s"

    def warnings(self) -> Iterator[str]:
        """What is good to know of its hits."""
        if self.hits and self.tempo_map.picture is None:
            rate = FRAME_RATE_WITHOUT_PICTURE
            yield f"the session has no picture: frames are counted as {rate} a second"
        if self.in_bars:
            names = ", ".join(map(repr, self.in_bars))
            yield f"written in bars, so they move with the tempo: {names}"


@dataclass(frozen=True)
class ShownTempo:
    """A tempo map of a session up to a quarter note, and what is to be known of it."""

    timed: TimedSession
    tempo_map: TempoMap
    end: Fraction
    hits: tuple[LandedHit, ...]
    jumps: tuple[TempoChange, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class SolvedTempo:
    """A solution for a session, and what is in the way of the hits that it misses."""

    shown: ShownTempo
    solution: Solution
    reasons: tuple[tuple[LandedHit, str], ...]
    helps: tuple[Concession, ...]


def timed(path: Path) -> TimedSession:
    """A session's tempo and hits. Raises RequestError."""
    loaded, tempo_map = timed_session(path)
    hits = loaded.session.hits
    points = hit_points(loaded, tempo_map)
    in_bars = {(h.name, tempo_map.seconds_of(h.at)) for h in hits if isinstance(h.at, BarBeat)}
    fixed = tuple(point for point in points if (point.name, point.seconds) not in in_bars)
    return TimedSession(loaded, tempo_map, fixed, tuple(sorted(name for name, _ in in_bars)))


def shown(timed: TimedSession) -> ShownTempo:
    """The session's own map up to its last hit, section or change, looked through for jumps."""
    tempo_map = timed.tempo_map
    places = [tempo_map.segments[-1].beats, tempo_map.meters.changes[-1].beats]
    places += [tempo_map.beats_at_seconds(hit.seconds) for hit in timed.hits]
    for section in timed.loaded.session.sections:
        with suppress(BadValue):  # `check` tells of a place that does not exist
            places.append(tempo_map.beats_at(section.at))
    end = max(places) + tempo_map.meters.changes[-1].quarters_a_bar
    hits = landed(timed.hits, tempo_map, timed.frame_seconds)
    found = jumps(tempo_map, end, NOTICED_PERCENT)
    return ShownTempo(timed, tempo_map, end, hits, found, tuple(timed.warnings()))


def solve_session(timed: TimedSession, wanted: WantedTempo) -> SolvedTempo:
    """The map that meets the hits, as wanted. Raises RequestError, naming what is in the way."""
    hits = timed.hits
    if not hits and timed.in_bars:
        raise RequestError(
            "its hits are written in bars, which move with the tempo",
            cure="write them as timecode or seconds",
            file=timed.loaded.path,
        )
    if wanted.land_on is not None:
        hits = tuple(replace(hit, land_on=wanted.land_on) for hit in hits)
    try:
        kept = kept_spans(wanted.kept, timed.tempo_map)
        solution = solve(hits, _wishes(timed, wanted), kept)
    except BadValue as error:
        raise RequestError(*error.fault, file=timed.loaded.path) from None
    why = tuple(reasons(solution))
    tempo_map, end = solution.tempo_map, solution.end
    limit = max(NOTICED_PERCENT, 100 * wanted.max_change)
    told = (*_given_up(timed, solution), *_moved(timed, tempo_map), *_drifting(timed, tempo_map))
    warnings = (*timed.warnings(), *told)
    shown = ShownTempo(timed, tempo_map, end, solution.hits, jumps(tempo_map, end, limit), warnings)
    return SolvedTempo(shown, solution, why, what_helps(solution, hits, kept) if why else ())


def points(solution: Solution) -> list[dict[str, Any]]:
    """The solution as a session's tempo points."""
    return [_point(mark) for mark in solution.marks]


def write(solved: SolvedTempo) -> bool:
    """Puts the map into the session's `tempo:`; false where it is there already."""
    path = solved.shown.timed.loaded.path
    lines = [flow(point) for point in points(solved.solution)]
    return edit_file(path, lambda text: with_key(text, "tempo", lines, str(path)))


def draw(out: Path, shown: ShownTempo, facts: str) -> None:
    """Writes the image of a map. Raises StorageError."""
    drawn = DrawnMap(shown.tempo_map, shown.end, shown.hits)
    with whole_file(out) as file:
        file.write(chart(drawn, f"{shown.timed.loaded.name}: tempo", facts).encode())


def _point(mark: TempoMark) -> dict[str, Any]:
    point: dict[str, Any] = {"at": str(mark.at), "bpm": _number(mark.bpm)}
    if mark.meter is not None:
        point["meter"] = f"{mark.meter[0]}/{mark.meter[1]}"
    if mark.ramp_to is not None:
        point |= {"ramp_to": _number(mark.ramp_to), "until": str(mark.until)}
        point |= {"curve": mark.curve} if mark.curve != "beats" else {}
    return point


def _number(bpm: Fraction) -> float | int:
    """As a session writes it: a whole number without a point."""
    return int(bpm) if bpm.denominator == 1 else float(bpm)


def _wishes(timed: TimedSession, wanted: WantedTempo) -> Wishes:
    """What was typed; for the rest the session's own tempo and meter are the measure."""
    own = _own_tempo(timed)
    low, high = wanted.bpm or (0.0, 0.0)
    if wanted.bpm is None:
        middle = wanted.want or own
        low, high = round(middle * (1 - _AROUND), 1), round(middle * (1 + _AROUND), 1)
    want = wanted.want or (own if low <= own <= high else (low * high) ** 0.5)
    if not low <= want <= high:
        raise RequestError(
            f"--want {want:g} is not in the range, {low:g}-{high:g}",
            cure="widen --bpm or change it",
        )
    first = timed.tempo_map.meters.changes[0]
    base = first.numerator, first.denominator
    if wanted.pickup_beats and len(timed.tempo_map.meters.changes) > 1:
        second = timed.tempo_map.meters.changes[1]
        base = second.numerator, second.denominator
    meters = wanted.meters or usual_meters(base)
    return Wishes(
        low, high, want, wanted.max_change, meters, wanted.pickup_beats, timed.frame_seconds
    )


def _own_tempo(timed: TimedSession) -> float:
    """The session's mean tempo up to its last hit, to the tenth."""
    seconds = max((hit.seconds for hit in timed.hits), default=Fraction(0))
    if not seconds:
        return timed.tempo_map.tempo_at(Fraction(0))
    return round(float(timed.tempo_map.beats_at_seconds(seconds) * 60 / seconds), 1)


def _given_up(timed: TimedSession, solution: Solution) -> Iterator[str]:
    """What to say where a new map is in another meter than a passage of the session.

    Single bars are none: they may come from a solution before.
    """
    changes, usual = timed.tempo_map.meters.changes, solution.wishes.meters[0]
    lost = []
    for change, after in zip(changes, [*changes[1:], None], strict=True):
        meter, now = (change.numerator, change.denominator), solution.tempo_map.meters
        long = after is None or after.bar - change.bar > MOST_ODD_BARS
        there = now.at(change.beats)
        if long and meter != usual and (there.numerator, there.denominator) != meter:
            lost.append(f"{meter[0]}/{meter[1]} at {change.bar}|1")
    if lost:
        said = ", ".join(lost[:_MOST_NAMED]) + (" …" if len(lost) > _MOST_NAMED else "")
        yield f"meters that the session has give way: {said}; --keep holds bars"


def _moved(timed: TimedSession, tempo_map: TempoMap) -> Iterator[str]:
    """What to say where sections in bars are on other notes under the meters of a new map."""
    moved = [
        repr(section.name)
        for section in timed.loaded.session.sections
        if isinstance(section.at, BarBeat)
        and _quarters(section.at, timed.tempo_map) != _quarters(section.at, tempo_map)
    ]
    if moved:
        names = ", ".join(moved)
        yield f"its meters put other notes at the bars where sections begin; look at {names}"


def _drifting(timed: TimedSession, tempo_map: TempoMap) -> Iterator[str]:
    """What to say of recorded tracks, whose beats a new map moves."""
    loaded = timed.loaded
    if not any(track.audio or track.live for track in loaded.session.tracks.values()):
        return
    from hostkit.plan.environment import Environment  # only recorded tracks need their files
    from hostkit.plan.tracks.drift import ChangedTempo

    new = replace(tempo_map, picture=timed.tempo_map.picture)
    for name, seconds in ChangedTempo(loaded, timed.tempo_map, new).drifts(Environment()):
        yield (
            f"{name} is recorded, and this map changes its tempo: it drifts from the beat by up to "
            f"{float(seconds) * 1000:.0f} ms; hold its bars with --keep, or record it again"
        )


def _quarters(at: BarBeat, tempo_map: TempoMap) -> Fraction | None:
    """None where the map has no such place."""
    try:
        return tempo_map.beats_at(at)
    except BadValue:
        return None
