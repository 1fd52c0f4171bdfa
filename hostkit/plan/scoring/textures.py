"""Textures of drones: parameters of a track that its score moves, as automation is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.plan.found import wrong_at
from hostkit.plan.scoring.placed import TEXTURE_KEYS, TextureLane
from hostkit.session.model.score.entry import ScoreEntry
from hostkit.session.model.score.figure_entries import DroneEntry
from hostkit.themes.figures.drone import texture
from hostkit.themes.score_place import ScorePlace


def with_texture(
    lanes: Mapping[str, TextureLane],
    number: int,
    entry: ScoreEntry,
    place: ScorePlace,
    length: Fraction,
    written: Iterable[str],
) -> Mapping[str, TextureLane]:
    """The lanes by parameter, with what an entry adds to them, which lasts for `length`.

    `written` are the parameters that have automation. Raises BadValue.
    """
    if not isinstance(entry, DroneEntry) or entry.drone.texture is None:
        return lanes
    asked, tempo_map = entry.drone.texture, place.tempo_map
    before = lanes.get(asked.parameter)
    start = tempo_map.bar_beat_at(place.start)
    with wrong_at(*TEXTURE_KEYS, "parameter"):
        if asked.parameter in written:
            raise BadValue(f"automation: moves {asked.parameter}, too", cure="take one of them out")
        if before and tempo_map.beats_at(before.points[-1][0]) > place.start:
            raise BadValue(
                f"another drone still moves {asked.parameter} at {start}",
                cure="write drones in order of time, each after the end of the one before",
            )
    with wrong_at(*TEXTURE_KEYS, "curve"):
        period = place.bars(Fraction(repr(asked.period_bars)))
        points = texture(asked.curve, asked.start, asked.to, length, period=period, seed=asked.seed)
    moved = tuple((tempo_map.bar_beat_at(place.start + at), value) for at, value in points)
    if before is None:
        return {**lanes, asked.parameter: TextureLane(number, moved)}
    return {**lanes, asked.parameter: TextureLane(before.entry, (*before.points, *moved))}
