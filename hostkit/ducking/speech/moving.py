"""Means over neighbouring hops, in little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Hops: TypeAlias = NDArray[Any]
"""One number for each hop of 10 ms, of any type."""

PIECE_HOPS = 6_000  # a minute: an hour at once would take memory for nothing


def moving_means(
    values: Hops, hops: int, of: Callable[[Hops], Hops] = np.asarray
) -> Iterator[tuple[slice, Hops]]:
    """The means of `hops` neighbours around every value, a piece at a time with its place.

    What is averaged is `of` the values; before the first and after the last lies 0. Of an even
    number of neighbours, one more lies before.

    >>> [means.tolist() for _, means in moving_means(np.array([3.0, 0.0, 6.0, 9.0]), 3)]
    [[1.0, 3.0, 5.0, 5.0]]
    """
    kernel = np.full(hops, 1.0 / hops)
    before, after = hops // 2, (hops - 1) // 2
    for start in range(0, values.size, PIECE_HOPS):
        stop = min(start + PIECE_HOPS, values.size)
        first, last = max(0, start - before), min(values.size, stop + after)
        padding = before - (start - first), after - (last - stop)
        yield (
            slice(start, stop),
            np.convolve(np.pad(of(values[first:last]), padding), kernel, mode="valid"),
        )
