"""Many exact times as one array of whole numbers, a hundred times as fast as a Fraction each.

Numbers that 64 bits do not hold are Python's own, in an array of objects: slower, and as exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

_EXACT = 2**53
"""Up to here floats are whole numbers, and a quotient of two is the nearest float to it."""
_MOST = 2**62
"""What sums and products here stay below, so that no 64 bits run over."""


@dataclass(frozen=True, eq=False)
class Quarters:
    """Times or lengths in parts of a quarter note, of which it has `per_quarter`.

    >>> times = Quarters.of([Fraction(1, 3), Fraction(1, 2)])
    >>> times.units.tolist(), times.per_quarter, times.ticks(100).tolist()
    ([2, 3], 6, [33, 50])
    """

    units: NDArray[Any]
    per_quarter: int = 1

    @classmethod
    def of(cls, times: Sequence[Fraction]) -> Quarters:
        """The same times in parts that all are whole in."""
        per_quarter = math.lcm(*{at.denominator for at in times})
        return cls(
            whole_numbers([at.numerator * (per_quarter // at.denominator) for at in times]),
            per_quarter,
        )

    def __len__(self) -> int:
        return len(self.units)

    def __iter__(self) -> Iterator[Fraction]:
        """Each as a fraction; the same ones are made once."""
        known: dict[int, Fraction] = {}
        for units in self.units.tolist():
            if (found := known.get(units)) is None:
                found = known[units] = Fraction(units, self.per_quarter)
            yield found

    def __getitem__(self, place: int) -> Fraction:
        return Fraction(int(self.units[place]), self.per_quarter)

    def take(self, places: Any) -> Quarters:
        """Those at the given places, or in a slice, in that order."""
        return Quarters(self.units[places], self.per_quarter)

    def in_parts(self, per_quarter: int) -> Quarters:
        """The same in parts that are a multiple of these."""
        return Quarters(times_whole(self.units, per_quarter // self.per_quarter), per_quarter)

    def ticks(self, per_quarter: int) -> NDArray[Any]:
        """The nearest ticks, of two that are as near the even one."""
        if per_quarter % self.per_quarter == 0:
            return self.in_parts(per_quarter).units
        parts = times_whole(self.units, per_quarter)
        if self.per_quarter >= _MOST:
            parts = parts.astype(object)
        ticks, over = parts // self.per_quarter, parts % self.per_quarter
        twice = 2 * over
        up = (twice > self.per_quarter) | ((twice == self.per_quarter) & (ticks % 2 == 1))
        return np.asarray(ticks + up)

    def floats(self) -> NDArray[np.float64]:
        """Each as the nearest float."""
        exact = self.units.dtype != object and self.per_quarter < _EXACT
        if exact and (not len(self) or int(np.abs(self.units).max()) < _EXACT):
            return np.asarray(self.units / self.per_quarter, dtype=np.float64)
        return np.array([units / self.per_quarter for units in self.units.tolist()], np.float64)

    @property
    def whole_on(self) -> int:
        """The fewest ticks of a quarter note on which all of these fall."""
        return self.per_quarter // math.gcd(self.per_quarter, int(np.gcd.reduce(self.units)))

    @property
    def ranks(self) -> NDArray[Any]:
        """Numbers of 64 bits that stand in the order of these times."""
        if self.units.dtype != object:
            return self.units
        return np.unique(self.units, return_inverse=True)[1]


def together(parts: Sequence[Quarters]) -> Quarters:
    """The times of all parts, one after the other."""
    per_quarter = math.lcm(*(part.per_quarter for part in parts))
    units = [part.in_parts(per_quarter).units for part in parts]
    return Quarters(np.concatenate(units) if units else np.zeros(0, np.int64), per_quarter)


def whole_numbers(numbers: Iterable[int]) -> NDArray[Any]:
    """An array of them, of 64 bits where these hold them with room for sums."""
    listed = list(numbers)
    if listed and max(max(listed), -min(listed)) >= _MOST:
        return np.array(listed, dtype=object)
    return np.array(listed, dtype=np.int64)


def times_whole(units: NDArray[Any], factor: int) -> NDArray[Any]:
    """The numbers times a whole one, exactly."""
    if factor == 1 or not len(units):
        return units
    if units.dtype != object and int(np.abs(units).max()) * factor < _MOST:
        return units * factor
    return whole_numbers(number * factor for number in units.tolist())
