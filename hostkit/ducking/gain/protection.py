"""What protected hits leave of the wishes around them.

A hit in or beside a phrase keeps the music up there. What is left of the phrase's wish on
either side is only worth going down for where there is speech in it: a dip that is up
again before the first word, or one that comes after the last, is heard as a pump and
helps nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hostkit.ducking.gain.ramps import Level, RampTimes

LEAST_SPEECH_SECONDS = 0.25
"""What is left of a phrase holds at least this much speech, about a syllable, or is dropped."""


@dataclass(frozen=True)
class Wish:
    """A level wished for, and the frames of it (half-open) in which somebody speaks."""

    level: Level
    speech_start: int
    speech_stop: int

    def spoken_in(self, start: int, stop: int) -> int:
        """Frames of speech between two frames."""
        return max(0, min(stop, self.speech_stop) - max(start, self.speech_start))


def spared(
    wishes: Iterable[Wish], protected: Sequence[tuple[int, int]], times: RampTimes
) -> list[Level]:
    """The levels, each without the protected spans and the ramps that lead to and from them.

    A wish that a span cuts keeps the pieces that hold speech at full depth, so a release
    into a hit ends there, and one that a hit follows is not broken off by it.

    >>> times = RampTimes(1000, 0.3, 0.6, 100.0)
    >>> wish = Wish(Level(0, 5000, -6.0), 300, 4200)
    >>> [(level.start, level.stop) for level in spared([wish], [(1000, 1500)], times)]
    [(1800, 5000)]
    """
    return [level for wish in wishes for level in _pieces(wish, sorted(protected), times)]


def _pieces(wish: Wish, protected: Sequence[tuple[int, int]], times: RampTimes) -> Iterator[Level]:
    level = wish.level
    up, down = times.frames(level.gain_db, 0.0), times.frames(0.0, level.gain_db)
    edges = [level.start]
    for start, stop in protected:
        if start - up < level.stop and stop + down > level.start:
            edges += [start - up, stop + down]
    if len(edges) == 1:
        yield level
        return
    edges.append(level.stop)
    spoken = wish.spoken_in(level.start, level.stop)
    enough = min(round(LEAST_SPEECH_SECONDS * times.sample_rate), spoken)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if max(1, enough) <= wish.spoken_in(start, stop):
            yield Level(start, stop, level.gain_db)
