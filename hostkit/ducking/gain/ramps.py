"""From levels wished for to levels joined by ramps that are slow enough.

The level over time is first a row of steps: full level, down for a phrase, full level…
Every step between two levels becomes a ramp, and the ramp always lies in the shallower of
the two (the one with less reduction), so that the deeper one keeps its full length: a
phrase is down from its first sample to its last. A shallower stretch too short to hold its
ramps is lowered to its neighbour: that is how phrases too close to one another are joined,
with no rule of its own. Between two deeper ones it must also last for a moment: music that
comes up only to go down again is what is heard as pumping.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

EASE = 0.2
"""Part of a ramp over which its slope grows from zero, and shrinks to it again."""

PEAK_OF_MEAN = 1.0 / (1.0 - EASE)
"""The steepest slope of a ramp over its mean slope."""

POINTS_PER_SECOND = 100
"""Ramps are written down every 10 ms; between two points the level is linear in dB."""

OPEN_SECONDS = 0.5
"""A rise between two falls lasts at least this long at its top."""

Points: TypeAlias = tuple[NDArray[np.int64], NDArray[np.float64]]

_SLOPE_RESERVE = 1.001  # points are rounded to whole frames and millionths of a dB
_FOREVER = 2**62


@dataclass(frozen=True)
class Level:
    """A constant level over frames `start`…`stop` (half-open)."""

    start: int
    stop: int
    gain_db: float

    @property
    def frames(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True)
class RampTimes:
    """How long ramps take at a sample rate: at least this, longer where the slope demands."""

    sample_rate: int
    down_seconds: float
    up_seconds: float
    slope_db_per_s: float

    def frames(self, from_db: float, to_db: float) -> int:
        """Frames of the ramp between two levels.

        >>> RampTimes(48000, 0.3, 0.6, 30.0).frames(0.0, -8.0) / 48000
        0.3336...
        """
        if from_db == to_db:
            return 0
        wished = self.down_seconds if to_db < from_db else self.up_seconds
        peak_at_one_second = abs(to_db - from_db) * PEAK_OF_MEAN * _SLOPE_RESERVE
        return math.ceil(max(wished, peak_at_one_second / self.slope_db_per_s) * self.sample_rate)


def eased(part: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far a ramp has come, 0…1, at each part 0…1 of its length.

    The slope is a trapezoid: it grows over the first fifth, stays, shrinks over the last.

    >>> eased(np.array([0.0, 0.1, 0.5, 1.0])).round(5).tolist()
    [0.0, 0.03125, 0.5, 1.0]
    """
    early = np.minimum(part, 1.0 - part)
    done = np.where(early < EASE, early**2 / (2 * EASE), early - EASE / 2) * PEAK_OF_MEAN
    return np.where(part <= 0.5, done, 1.0 - done)


def over(wishes: Iterable[Level]) -> list[Level]:
    """A gapless row of levels: the deepest wish everywhere, 0 dB where there is none.

    >>> [level.gain_db for level in over([Level(10, 20, -6.0), Level(15, 30, -9.0)])]
    [0.0, -6.0, -9.0, 0.0]
    """
    wishes = [wish for wish in wishes if wish.gain_db < 0.0 and wish.frames > 0]
    if not wishes:
        return [Level(-_FOREVER, _FOREVER, 0.0)]
    edges = sorted({edge for wish in wishes for edge in (wish.start, wish.stop)})
    by_start = sorted(wishes, key=lambda wish: wish.start)
    row = [Level(-_FOREVER, edges[0], 0.0)]
    active: list[Level] = []
    waiting = 0
    for start, stop in zip(edges, [*edges[1:], _FOREVER], strict=True):
        while waiting < len(by_start) and by_start[waiting].start <= start:
            active.append(by_start[waiting])
            waiting += 1
        active = [wish for wish in active if wish.stop > start]
        row.append(Level(start, stop, min((wish.gain_db for wish in active), default=0.0)))
    return _merged(row)


def fitted(row: Sequence[Level], times: RampTimes) -> list[Level]:
    """The row with every stretch lowered that cannot hold its ramps.

    Each pass lowers what does not fit to its nearest deeper neighbour and merges the two,
    so the row grows shorter until everything fits.
    """
    levels = list(row)
    while True:
        lowered = [_lowered(levels, index, times) for index in range(len(levels))]
        merged = _merged(lowered)
        if merged == levels:
            return levels
        levels = merged


def points(row: Sequence[Level], times: RampTimes, frames: int) -> Points:
    """The break points of a fitted row: frames from 0 to `frames`, rising, and gains in dB."""
    places, gains = array("q", [-_FOREVER]), array("d", [row[0].gain_db])
    for left, right in pairwise(row):
        length = times.frames(left.gain_db, right.gain_db)
        start = left.stop - length if right.gain_db < left.gain_db else left.stop
        count = max(2, 1 + math.floor(length * POINTS_PER_SECOND / times.sample_rate))
        along = np.rint(np.linspace(0, length, count)).astype(np.int64)
        ramp = left.gain_db + (right.gain_db - left.gain_db) * eased(along / length)
        ramp[0], ramp[-1] = left.gain_db, right.gain_db
        new = slice(int(places[-1] == start), None)  # a ramp may begin where one has ended
        places.frombytes((start + along)[new].tobytes())
        gains.frombytes(ramp.round(6)[new].tobytes())
    places.append(_FOREVER)
    gains.append(row[-1].gain_db)
    return _cropped(np.frombuffer(places, np.int64), np.frombuffer(gains), frames)


def _cropped(places: NDArray[np.int64], gains: NDArray[np.float64], frames: int) -> Points:
    """The points from 0 to `frames`, with the level at both of these ends."""
    first, last = np.interp([0.0, float(frames)], places, gains).round(6).tolist()
    inner = slice(*np.searchsorted(places, [1, frames]))
    return (
        np.concatenate(([0], places[inner], [frames])).astype(np.int64, copy=False),
        np.concatenate(([first], gains[inner], [last])),
    )


def _lowered(levels: Sequence[Level], index: int, times: RampTimes) -> Level:
    level = levels[index]
    sides = [levels[side] for side in (index - 1, index + 1) if 0 <= side < len(levels)]
    deeper = [side for side in sides if side.gain_db < level.gain_db]
    needed = math.ceil(OPEN_SECONDS * times.sample_rate) if len(deeper) == 2 else 0
    for side in deeper:
        down = side.start > level.start
        needed += times.frames(*((level.gain_db, side.gain_db)[:: 1 if down else -1]))
    if needed <= level.frames:
        return level
    return replace(level, gain_db=max(side.gain_db for side in deeper))


def _merged(row: Sequence[Level]) -> list[Level]:
    merged: list[Level] = []
    for level in row:
        if merged and merged[-1].gain_db == level.gain_db:
            merged[-1] = replace(merged[-1], stop=level.stop)
        else:
            merged.append(level)
    return merged
