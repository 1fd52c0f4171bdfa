"""Numbers and units as a DAWproject writes them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hostkit.ground.levels import db_to_gain, gain_to_db
from hostkit.timebase.quarters import Quarters
from hostkit.timebase.tempo_map import TempoMap

TimeUnit = Literal["beats", "seconds"]
UNITS: dict[str, TimeUnit] = {"beats": "beats", "seconds": "seconds"}
"""By what a file says."""

_GRIDS = (107_520, 72_000)
"""Parts of a quarter note: 1/1024, triplets, quintuplets, septuplets; the ticks of 600 and 1000."""
_FINEST = 10**9
"""Of what lies on no grid. All three together fit into 64 bits up to the furthest time."""
_ROUNDED = 6e-7  # Bitwig writes six decimals
_FURTHEST = 10_000_000  # quarter notes or seconds


def number(text: str | None, default: float = 0.0) -> float:
    """A finite number, else the default; infinities, which are written `inf`, are huge ones.

    >>> number("0.25"), number("many", 1.0), number("-inf") < -1e300
    (0.25, 1.0, True)
    """
    try:
        value = float(text) if text is not None else default
    except ValueError:
        return default
    return default if math.isnan(value) else max(-1.7e308, min(value, 1.7e308))


def numbers(texts: Sequence[str | None], default: float) -> NDArray[np.float64]:
    """Each as `number` reads it."""
    try:
        read = np.array(list(map(float, texts)), dtype=np.float64)  # type: ignore[arg-type]  # None is no number
    except (TypeError, ValueError):
        return np.array([number(text, default) for text in texts], dtype=np.float64)
    return np.where(np.isnan(read), default, np.clip(read, -1.7e308, 1.7e308))


def whole(text: str | None, default: int = 0) -> int:
    value = number(text, float(default))
    return round(value) if abs(value) < 2**53 else default


def flag(text: str | None, default: bool) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}.get(text or "", default)


@dataclass(frozen=True)
class Times:
    """Times of one project as exact numbers, each text looked at once."""

    known: dict[TimeUnit, dict[str, Fraction]] = field(
        default_factory=lambda: {"beats": {}, "seconds": {}}, repr=False
    )

    def exact(self, text: str | None, unit: TimeUnit) -> Fraction | None:
        """A time as it was meant: a third of a beat is 0.333333. None where it is no number.

        >>> Times().exact("0.333333", "beats"), Times().exact("nan", "beats")
        (Fraction(1, 3), None)
        """
        if text is None:
            return None
        known = self.known[unit]
        if (found := known.get(text)) is not None:
            return found
        value = number(text, math.nan)
        if math.isnan(value) or abs(value) > _FURTHEST:
            return None
        known[text] = meant = _meant(value) if unit == "beats" else Fraction(repr(value))
        return meant


@dataclass(frozen=True)
class MeantTimes:
    """Times in beats, as columns: 0 where they are not `said`."""

    times: Quarters
    said: NDArray[np.bool_]


def meant(texts: Sequence[str | None]) -> MeantTimes:
    """Times in beats as `Times.exact` reads each.

    >>> meant(["0.333333", None]).times.units.tolist(), meant(["0.333333"]).times.per_quarter
    ([35840, 0], 107520)
    """
    values = numbers(texts, math.nan)
    said = ~np.isnan(values) & (np.abs(values) <= _FURTHEST)
    values = np.where(said, values, 0.0)
    near = np.minimum(_ROUNDED, np.abs(values) / 1000)
    left = np.ones(len(values), dtype=np.bool_)
    parts = []
    for grid in _GRIDS:
        ticks = values * grid
        nearest = np.rint(ticks)
        on_it = left & (np.abs(ticks - nearest) <= grid * near)
        parts.append((grid, on_it, nearest))
        left &= ~on_it
    parts.append((_FINEST, left, np.rint(values * _FINEST)))
    parts = [part for part in parts if part[1].any()]
    per_quarter = math.lcm(*(grid for grid, _, _ in parts))
    units = np.zeros(len(values), dtype=np.int64)
    for grid, on_it, ticks in parts:
        units[on_it] = ticks[on_it].astype(np.int64) * (per_quarter // grid)
    return MeantTimes(Quarters(units, per_quarter), said)


def _meant(value: float) -> Fraction:
    for grid in _GRIDS:
        ticks = value * grid
        nearest = round(ticks)
        if abs(ticks - nearest) <= grid * min(_ROUNDED, abs(value) / 1000):
            return Fraction(nearest, grid)
    return Fraction(round(value * _FINEST), _FINEST)


@dataclass(frozen=True)
class ProjectClock:
    """Between beats, which are quarter notes, and seconds; before the start in its first tempo."""

    tempo_map: TempoMap

    def to(self, unit: TimeUnit, value: Fraction, of: TimeUnit) -> Fraction:
        """A project time in another unit."""
        if unit == of:
            return value
        if value < 0:
            bpm = self.tempo_map.segments[0].bpm
            return value * bpm / 60 if unit == "beats" else value * 60 / bpm
        if unit == "beats":
            return self.tempo_map.beats_at_seconds(value)
        return self.tempo_map.seconds_at(value)


def gain_of(value: float, unit: str) -> float:
    """Linear gain of a level, which is linear unless it says that it is in decibels."""
    return db_to_gain(min(value, 200.0)) if unit == "decibel" else max(0.0, min(value, 1e6))


def level_db(text: str | None, unit: str) -> float:
    """A level in dB; −inf for none.

    >>> level_db("1", "linear"), level_db("-6", "decibel")
    (0.0, -6.0)
    """
    return round(gain_to_db(gain_of(number(text, 1.0 if unit != "decibel" else 0.0), unit)), 9)


def pan_of(value: float, low: float = 0.0, high: float = 1.0) -> float:
    """A place between left −1 and right 1.

    >>> pan_of(0.5), pan_of(1.0), pan_of(-1.0, -1.0)
    (0.0, 1.0, -1.0)
    """
    span = high - low
    place = 2 * (value - low) / span - 1 if 0 < span < 1e6 else 0.0
    return max(-1.0, min(1.0, round(place, 9)))
