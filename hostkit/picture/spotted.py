"""A spotting list laid over the hits of a session: what is new, what moved, what is there."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any

from hostkit.errors import BadValue, Fault, RequestError
from hostkit.picture.hits import hit_points
from hostkit.picture.spotting.marker import Given, Marker, Skipped, SpottingList
from hostkit.session.editing import flow, with_items, with_key, with_values
from hostkit.session.load import LoadedSession
from hostkit.session.model.session import Session
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.position import BarBeat, Seconds
from hostkit.timebase.tempo_map import TempoMap
from hostkit.timebase.timecode import TimecodeLabel

MOST_HITS = 10_000
_REEL_SECONDS = 3600
"""What lies later than this after a session's start is not of its reel."""
_UNSEEN_SECONDS = Fraction(1, 50)
"""Without a picture: hits that are nearer than this are at one place."""


@dataclass(frozen=True)
class SpottedHit:
    """A marker as a hit: its position as a session writes it, and exact seconds from 1|1.

    `was` is the position of the session's hit that it moves, whose number is `number`.
    """

    name: str
    at: str
    seconds: Fraction
    number: int | None = None
    was: str = ""


@dataclass(frozen=True)
class Spotted:
    """What a list makes of a session's hits; all in the order of the list.

    `skipped` are markers that have no place in the session; `unlisted` counts the hits of the
    session that the list does not name, which stay.
    """

    added: tuple[SpottedHit, ...]
    moved: tuple[SpottedHit, ...]
    kept: tuple[SpottedHit, ...]
    skipped: tuple[Skipped, ...]
    unlisted: int


def given_by(loaded: LoadedSession, given: Given) -> Given:
    """What a session knows of a list for it: its frame rate, unless another is given."""
    picture = loaded.session.picture
    if picture is None:
        return given
    drop = isinstance(picture.start, TimecodeLabel) and picture.start.drop
    return Given(given.frame_rate or picture.frame_rate, drop)


def spot(found: SpottingList, loaded: LoadedSession, tempo_map: TempoMap) -> Spotted:
    """Lays a list over a session. Raises RequestError: timecode of another rate or without a
    picture, or a list of which nothing lies in the session; InvalidInput for hits with no place.
    """
    _check_rate(found, tempo_map)
    placed: list[SpottedHit] = []
    skipped: list[Skipped] = []
    end = _end(loaded.session, tempo_map)
    for marker in found.markers:
        try:
            hit = _placed(marker, tempo_map)
            _check_inside(hit, end, tempo_map)
            placed.append(hit)
        except BadValue as error:
            skipped.append(Skipped(marker.line, f"{marker} {marker.name}", error.fault))
    if found.markers and not placed:
        raise RequestError(*_elsewhere(found, skipped))
    return _matched(placed, tuple(skipped), loaded, tempo_map)


def with_spotted(text: str, spotted: Spotted, loaded: LoadedSession, tempo_map: TempoMap) -> str:
    """The text of the session's file with the hits in it; everything else stays as it is.

    New hits stand before the first one that is later. Hits of a session that this one extends are
    written into it. Raises RequestError where the file cannot be changed.
    """
    file = str(loaded.path)
    written: list[Any] = list(loaded.tree.data.get("hits") or [])
    if written and loaded.tree.key_place(("hits",)).file != file:
        for hit in spotted.moved:
            written[hit.number or 0] = {**written[hit.number or 0], "at": hit.at}
        text = with_key(text, "hits", [flow(hit) for hit in written], file)
    elif spotted.moved:
        moves: dict[KeyPath, str] = {
            ("hits", hit.number or 0, "at"): hit.at for hit in spotted.moved
        }
        text = with_values(text, moves, file)
    times = [tempo_map.seconds_of(hit.at) for hit in loaded.session.hits]
    for hit in spotted.moved:
        times[hit.number or 0] = hit.seconds
    latest = list(accumulate(times, max))  # so far: a later hit is the first that is over
    items = [
        (bisect_right(latest, hit.seconds), flow({"at": hit.at, "name": hit.name}))
        for hit in sorted(spotted.added, key=lambda hit: hit.seconds)
    ]
    return with_items(text, "hits", items, file) if items else text


def _check_rate(found: SpottingList, tempo_map: TempoMap) -> None:
    if not any(isinstance(marker.at, TimecodeLabel) for marker in found.markers):
        return
    if tempo_map.picture is None:
        first = next(m.at for m in found.markers if isinstance(m.at, TimecodeLabel))
        rate = found.frame_rate or 24
        raise RequestError(
            "the list has timecode, and the session has no picture",
            cure=f"say in the session picture: {{frame_rate: {rate}, start: {first}}}",
        )
    if found.frame_rate not in (None, tempo_map.picture.frame_rate):
        raise RequestError(
            f"the list is at {found.frame_rate} frames a second, "
            f"the session at {tempo_map.picture.frame_rate}",
            cure="export the list at the session's frame rate",
        )


def _placed(marker: Marker, tempo_map: TempoMap) -> SpottedHit:
    """Raises BadValue for what has no place in the session."""
    if isinstance(marker.at, BarBeat):
        return SpottedHit(marker.name, str(marker.at), tempo_map.seconds_of(marker.at))
    picture = tempo_map.picture
    if isinstance(marker.at, Seconds) or picture is None:
        seconds = tempo_map.seconds_of(marker.at)
        return SpottedHit(marker.name, _in_seconds(seconds), seconds)
    rate = picture.frame_rate.frames_per_second
    seconds = picture.seconds_of(marker.at) + marker.part / rate
    if seconds < 0:
        raise BadValue(f"{marker} lies before the session's start at {picture.start}")
    at = _in_seconds(seconds) if marker.part else str(picture.label_of(seconds))
    return SpottedHit(marker.name, at, seconds)


def _in_seconds(seconds: Fraction) -> str:
    """Seconds to the microsecond, a twentieth of a sample.

    >>> _in_seconds(Fraction(25, 2)), _in_seconds(Fraction(1, 3)), _in_seconds(Fraction(30))
    ('12.5s', '0.333333s', '30s')
    """
    return str(Seconds(Fraction(round(seconds * 10**6), 10**6)))


def _end(session: Session, tempo_map: TempoMap) -> Fraction | None:
    return None if isinstance(session.length, str) else tempo_map.seconds_of(session.length)


def _check_inside(hit: SpottedHit, end: Fraction | None, tempo_map: TempoMap) -> None:
    """Raises BadValue for what lies after the session's end, or in another reel."""
    start = tempo_map.picture.start if tempo_map.picture else "1|1"
    if end is not None and hit.seconds > end:
        raise BadValue(f"{hit.at} lies after the session's end, {float(end):g} s after {start}")
    if hit.seconds > _REEL_SECONDS:
        raise BadValue(f"{hit.at} lies more than an hour after the session's start at {start}")


def _elsewhere(found: SpottingList, skipped: list[Skipped]) -> Fault:
    first, last = found.markers[0], found.markers[-1]
    if len(found.markers) == 1:
        return Fault(f"its marker has no place in the session: {skipped[0].why.message}")
    return Fault(
        f"none of its {len(found.markers)} markers, from {first} to {last}, lies in the session: "
        f"{skipped[0].why.message}",
        cure="is it the list of this reel?",
    )


def _matched(
    placed: list[SpottedHit],
    skipped: tuple[Skipped, ...],
    loaded: LoadedSession,
    tempo_map: TempoMap,
) -> Spotted:
    """By name and time; a name that is there once in both moves its hit."""
    hits = loaded.session.hits
    hit_points(loaded, tempo_map)  # every hit has a place
    old = [(_folded(hit.name), tempo_map.seconds_of(hit.at), str(hit.at)) for hit in hits]
    near = _UNSEEN_SECONDS
    if tempo_map.picture is not None:
        near = 1 / tempo_map.picture.frame_rate.frames_per_second / 2
    left: dict[str, list[int]] = {}
    for number, (name, _, _) in enumerate(old):
        left.setdefault(name, []).append(number)
    often = Counter(_folded(hit.name) for hit in placed) + Counter(name for name, _, _ in old)
    kept, others = [], []
    for hit in placed:
        twins = left.get(_folded(hit.name), [])
        same = [number for number in twins if abs(old[number][1] - hit.seconds) < near]
        if same:
            twins.remove(same[0])
            kept.append(SpottedHit(hit.name, old[same[0]][2], hit.seconds, same[0]))
        else:
            others.append(hit)
    added, moved = [], []
    seen = {(_folded(hit.name), hit.seconds) for hit in kept}
    for hit in others:
        name = _folded(hit.name)
        twins = left.get(name, [])
        if twins and often[name] == 2:
            number = twins.pop()
            moved.append(SpottedHit(hit.name, hit.at, hit.seconds, number, old[number][2]))
        elif (name, hit.seconds) not in seen:
            seen.add((name, hit.seconds))
            added.append(hit)
    if len(old) + len(added) > MOST_HITS:
        raise RequestError(f"that makes more than {MOST_HITS} hits", cure="is it the right list?")
    return Spotted(tuple(added), tuple(moved), tuple(kept), skipped, sum(map(len, left.values())))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
