"""Stretches of frames that are taken, and what of others is free."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator


class Spans:
    """Frames that are taken: stretches from a start to before an end, none of which overlap."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def free(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """What of a stretch is not taken, in order.

        >>> taken = Spans()
        >>> taken.take(3, 5)
        >>> list(taken.free(0, 9)), list(taken.free(3, 4))
        ([(0, 3), (5, 9)], [])
        """
        number = bisect_right(self._ends, start)
        while start < end:
            taken = self._starts[number] if number < len(self._starts) else end
            if start < taken:
                yield start, min(taken, end)
            if taken >= end:
                return
            start = self._ends[number]
            number += 1

    def take(self, start: int, end: int) -> None:
        """Takes a stretch, all of which is free."""
        number = bisect_left(self._starts, start)
        self._starts.insert(number, start)
        self._ends.insert(number, end)
