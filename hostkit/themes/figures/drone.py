"""Drones: notes held for long whose texture moves, by voices that breathe and by a curve."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Literal

from hostkit.errors import BadValue
from hostkit.themes.figures.tones import OCTAVE, in_range
from hostkit.themes.phrase import MEZZO_FORTE, MusicPhrase, WrittenNote
from hostkit.themes.pitch import Pitch

CurveShape = Literal["linear", "geometric", "wave", "drift"]
MAX_POINTS = 4000
_STEP = Fraction(1, 2)
"""Quarter notes between two points of a curve."""
_FIFTH = (4, 7)


def drone(
    pitch: Pitch,
    length: Fraction,
    *,
    octaves: int = 1,
    fifth: bool = False,
    breath: Fraction | None = None,
    velocity: int = MEZZO_FORTE,
) -> MusicPhrase:
    """`pitch`, the octaves above it, and a `fifth` over the lowest, held.

    With `breath` each voice but the lowest is struck anew after so many quarter notes, one a
    little after the other, so that the sound never begins or ends as a whole.
    """
    voices = [pitch.up(7 * up, OCTAVE * up) for up in range(octaves)]
    if fifth:
        voices.insert(1, pitch.up(*_FIFTH))
    notes = []
    for place, voice in enumerate(dict.fromkeys(map(in_range, voices))):
        step = breath if breath and place else length
        first = step * place / len(voices) if breath and place else Fraction(0)
        starts = [Fraction(0)] if first else []
        starts += [first + step * again for again in range(-int(-(length - first) // step))]
        for start, stop in zip(starts, (*starts[1:], length), strict=True):
            notes.append(WrittenNote(start, stop - start, voice, velocity))
    return MusicPhrase.of(notes, length)


def texture(
    shape: str, low: float, high: float, length: Fraction, *, period: Fraction, seed: int = 0
) -> tuple[tuple[Fraction, float], ...]:
    """A parameter's way from `low`, as points at quarter notes; straight between them.

    * `linear`: to `high` by equal steps
    * `geometric`: to `high` by equal ratios, as one hears a filter open; both above 0
    * `wave`: to `high` and back, once in each `period`
    * `drift`: to a place of its own between the two in each `period`, which `seed` chooses

    >>> [(str(at), value) for at, value in texture("linear", 0, 8, Fraction(2), period=Fraction(1))]
    [('0', 0.0), ('1/2', 2.0), ('1', 4.0), ('3/2', 6.0), ('2', 8.0)]
    """
    if shape == "geometric" and min(low, high) <= 0:
        raise BadValue("a geometric curve has no 0 or less", cure="write linear, or values above 0")
    steps = min(-int(-length // _STEP), MAX_POINTS)
    at = _SHAPES[shape](low, high, length, period, seed)
    places = (length * step / steps for step in range(steps + 1))
    return tuple((place, min(max(at(place), min(low, high)), max(low, high))) for place in places)


_Way = Callable[[Fraction], float]


def _linear(low: float, high: float, length: Fraction, period: Fraction, seed: int) -> _Way:
    del period, seed
    return lambda place: low + (high - low) * float(place / length)


def _geometric(low: float, high: float, length: Fraction, period: Fraction, seed: int) -> _Way:
    del period, seed
    return lambda place: float(low * (high / low) ** float(place / length))


def _wave(low: float, high: float, length: Fraction, period: Fraction, seed: int) -> _Way:
    del length, seed
    return lambda place: low + (high - low) * _eased(float(2 * place / period))


def _drift(low: float, high: float, length: Fraction, period: Fraction, seed: int) -> _Way:
    random = Random(seed)
    count = -int(-length // period) + 1
    stops = [low, *(low + (high - low) * random.random() for _ in range(count))]

    def at(place: Fraction) -> float:
        number = int(place / period)
        return stops[number] + (stops[number + 1] - stops[number]) * _eased(
            float(place / period - number)
        )

    return at


def _eased(turn: float) -> float:
    """From 0 to 1 and back in 2, without corners."""
    return 0.5 - 0.5 * math.cos(math.pi * turn)


_SHAPES: dict[str, Callable[[float, float, Fraction, Fraction, int], _Way]] = {
    "linear": _linear,
    "geometric": _geometric,
    "wave": _wave,
    "drift": _drift,
}
