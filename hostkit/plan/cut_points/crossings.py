"""What sounds across a place of the music: notes, and tails that ring on over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from hostkit.plan.arranging.music import Music

HEARD_SECONDS = Fraction(1, 50)
"""A tail that is over so soon after a place is not cut."""


@dataclass(frozen=True)
class Crossing:
    """A track whose notes or regions, `count` of them, or whose tail would be cut.

    A tail rings `tail_seconds` beyond the place; 0 where notes do.
    """

    track: str
    count: int
    tail_seconds: Fraction = Fraction(0)


def crossings(
    music: Music, tracks: tuple[str, ...], rings: tuple[Fraction, ...], place: Fraction
) -> Iterator[Crossing]:
    """The tracks that a cut at `place`, in quarter notes, would be heard in.

    `tracks` are those of the music's parts; `rings` how long each rings on after its notes, in
    seconds, empty where nobody knows.
    """
    seconds_at = music.tempo_map.seconds_at
    for index, (track, part) in enumerate(zip(tracks, music.parts, strict=True)):
        if count := part.over(place):
            yield Crossing(track, count)
            continue
        ended = part.ended_by(place)
        if not rings or ended is None:
            continue
        beyond = seconds_at(min(ended, place)) + rings[index] - seconds_at(place)
        if beyond > HEARD_SECONDS:
            yield Crossing(track, 0, beyond)
