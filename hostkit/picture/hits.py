"""The hits of a session in exact time: what a tempo is solved for, and a click leads to."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hostkit.errors import BadValue, InvalidInput, Problem
from hostkit.session.load import LoadedSession
from hostkit.session.model.music import Hit, LandOn
from hostkit.timebase.tempo_map import TempoMap

MOST_HOURS = 4
"""Longer than any reel: what is further away is a slip, and would be minutes of work."""


@dataclass(frozen=True)
class HitPoint:
    """A moment of the picture that music has to meet.

    `seconds` count from the session's start, which is 1|1. `weight` 0 … 100 says how much it
    matters. Music meets it from `early_frames` before to `late_frames` after, in frames of the
    picture, on a beat that `land_on` names.
    """

    name: str
    seconds: Fraction
    weight: float = 1.0
    early_frames: float = 1.0
    late_frames: float = 2.0
    land_on: LandOn = "beat"

    @classmethod
    def of(cls, hit: Hit, seconds: Fraction) -> HitPoint:
        """A hit as it is written, at its time."""
        return cls(hit.name, seconds, hit.weight, *hit.tolerance_frames, land_on=hit.land_on)


def hit_points(loaded: LoadedSession, tempo_map: TempoMap) -> tuple[HitPoint, ...]:
    """The hits of a session in order of time; those at one time stay as they are written.

    A timecode is where its frame is, whatever the tempo; a bar goes through `tempo_map`. Raises
    InvalidInput with every hit that has no place: before the start, or a label that is none.
    """
    points: list[HitPoint] = []
    problems: list[Problem] = []
    for index, hit in enumerate(loaded.session.hits):
        try:
            seconds = tempo_map.seconds_of(hit.at)
        except BadValue as error:
            problems.append(loaded.problem(("hits", index, "at"), *error.fault))
            continue
        points.append(HitPoint.of(hit, seconds))
    if problems:
        raise InvalidInput(problems)
    return tuple(sorted(points, key=lambda point: point.seconds))
