"""The borders of a piece in ticks: which notes it plays, and when they end there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hostkit.plan.arranging.pieces import Piece

Ticks: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Border:
    """A piece in ticks, and how long a sixteenth is. The others are the piece's, in ticks."""

    start: int
    stop: int
    sixteenth: int
    release: int | None = None
    begun_before: int | None = None

    @classmethod
    def of(cls, piece: Piece, per_quarter: int) -> Border:
        first, last = math.ceil(piece.start * per_quarter), math.ceil(piece.stop * per_quarter)
        release = None if piece.release is None else math.floor(piece.release * per_quarter)
        begun = piece.begun_before
        begun_before = None if begun is None else math.ceil(begun * per_quarter)
        return cls(first, last, max(1, per_quarter // 4), release, begun_before)

    def plays(self, start: Ticks, stop: Ticks, drum: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which of the notes the piece plays."""
        before = self.stop if self.begun_before is None else self.begun_before
        inside = (start >= self.start) & (start < before)
        inside &= ~self._anticipates(start, stop, before)
        over = (start < self.start) & (stop > self.start)
        if self.begun_before is not None:
            return inside | over & self._anticipates(start, stop, self.start)
        again = ~drum & (stop - self.start >= self.sixteenth)
        return inside | over & (again | self._anticipates(start, stop, self.start))

    def ends(self, start: Ticks, stop: Ticks) -> Ticks:
        """Where the notes that it plays end, in ticks of the source.

        What sounds at the release ends there, and so do the last notes, but none before half
        of its length.
        """
        stop = np.minimum(stop, self.stop)
        if self.release is None or not stop.size:
            return stop
        start = np.maximum(start, self.start)
        early = (start < self.release) | self._last(stop)
        return np.where(early, np.minimum(stop, np.maximum(self.release, half(start, stop))), stop)

    def earliest_release(self, start: Ticks, stop: Ticks) -> int:
        """Half of the longest of the last notes; no release before it ends them earlier."""
        start, stop = np.maximum(start, self.start), np.minimum(stop, self.stop)
        return int(half(start, stop)[self._last(stop)].min())

    def _last(self, stop: Ticks) -> NDArray[np.bool_]:
        last: NDArray[np.bool_] = stop > stop.max() - self.sixteenth
        return last

    def _anticipates(self, start: Ticks, stop: Ticks, line: int) -> NDArray[np.bool_]:
        early = line - start
        return (early > 0) & (early <= self.sixteenth) & (stop - line > early)


def half(start: Ticks, stop: Ticks) -> Ticks:
    """The middle of each note."""
    middle: Ticks = (start + stop + 1) // 2
    return middle
