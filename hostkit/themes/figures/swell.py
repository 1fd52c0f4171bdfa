"""Swells: dynamics that move, as expression (CC 11), modulation (CC 1) or velocity.

A swell is straight in dB (`hostkit.themes.dynamics`). As expression its loudest moment is at 127,
and the notes have the velocity of that dynamic.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from hostkit.errors import BadValue
from hostkit.midi.controllers import EXPRESSION, MODULATION
from hostkit.themes.dynamics import DYNAMICS, SOFTEST_DB, level_db, value_at
from hostkit.themes.phrase import ControllerCurve, MusicPhrase, WrittenNote

SwellBy = Literal["expression", "modulation", "both", "velocity"]
MAX_MARKS = 32
_STEP = Fraction(1, 4)
_MOST_STEPS = 400


@dataclass(frozen=True)
class Swell:
    """Levels in dB below full (127), reached one after the other at equal distances."""

    levels_db: tuple[float, ...]

    @classmethod
    def of(cls, text: str) -> Swell:
        """`p < f > p`, or in dB `-18 < 0 > -6`. Raises BadValue.

        >>> [round(level, 1) for level in Swell.of("p < f > p").levels_db]
        [-16.5, -4.9, -16.5]
        """
        words = text.replace("<", " < ").replace(">", " > ").split()
        if len(words) < 3 or len(words) % 2 == 0 or len(words) > 2 * MAX_MARKS:
            raise BadValue(f"{text[:40]!r} is no swell", cure="write p < f > p, or -18 < 0 in dB")
        levels = tuple(map(_level_db, words[::2]))
        for sign, (before, after) in zip(words[1::2], pairwise(levels), strict=True):
            if sign not in ("<", ">"):
                raise BadValue(f"{sign[:12]!r} stands where < or > should", cure="write p < f > p")
            if (before < after) != (sign == "<") or before == after:
                raise BadValue(
                    f"{text[:40]!r}: {sign} leads to {'more' if sign == '<' else 'less'}",
                    cure="turn it round",
                )
        return cls(levels)

    @property
    def loudest_db(self) -> float:
        return max(self.levels_db)

    def level_db(self, place: float) -> float:
        """The level at a place of its length, 0…1."""
        spans = len(self.levels_db) - 1
        number = min(int(place * spans), spans - 1)
        before, after = self.levels_db[number : number + 2]
        return before + (after - before) * (place * spans - number)


def _level_db(word: str) -> float:
    if word in DYNAMICS:
        return level_db(DYNAMICS[word])
    try:
        level = float(word.removesuffix("dB"))
    except ValueError:
        level = math.nan
    if not SOFTEST_DB <= level <= 0:
        raise BadValue(
            f"{word[:12]!r} is no dynamic",
            cure=f"write {', '.join(DYNAMICS)}, or dB from {SOFTEST_DB:g} to 0",
        )
    return level


def swelled(phrase: MusicPhrase, swell: Swell, by: str = "expression") -> MusicPhrase:
    """The phrase with a swell over its whole length."""
    return _BY[by](phrase, swell)


def _as_expression(phrase: MusicPhrase, swell: Swell) -> MusicPhrase:
    curve = _curve(phrase.length, EXPRESSION, swell, lambda level: level - swell.loudest_db)
    return _with_curves(_at_velocity(phrase, swell.loudest_db), (curve,))


def _as_modulation(phrase: MusicPhrase, swell: Swell) -> MusicPhrase:
    return _with_curves(phrase, (_curve(phrase.length, MODULATION, swell, lambda level: level),))


def _as_both(phrase: MusicPhrase, swell: Swell) -> MusicPhrase:
    return _as_modulation(_as_expression(phrase, swell), swell)


def _as_velocity(phrase: MusicPhrase, swell: Swell) -> MusicPhrase:
    def louder(note: WrittenNote) -> WrittenNote:
        place = float(min(note.start / phrase.length, Fraction(1))) if phrase.length else 0.0
        return replace(note, velocity=_velocity(swell.level_db(place)))

    return phrase.each(louder)


_BY: dict[str, Callable[[MusicPhrase, Swell], MusicPhrase]] = {
    "expression": _as_expression,
    "modulation": _as_modulation,
    "both": _as_both,
    "velocity": _as_velocity,
}


def _at_velocity(phrase: MusicPhrase, level: float) -> MusicPhrase:
    return phrase.each(lambda note: replace(note, velocity=_velocity(level)))


def _velocity(level: float) -> int:
    return max(1, round(value_at(level)))


def _curve(
    length: Fraction, controller: int, swell: Swell, level: Callable[[float], float]
) -> ControllerCurve:
    steps = max(len(swell.levels_db) - 1, min(-int(-length // _STEP), _MOST_STEPS))
    points = tuple(
        (length * step / steps, value_at(level(swell.level_db(step / steps))))
        for step in range(steps + 1)
    )
    return ControllerCurve(controller, points)


def _with_curves(phrase: MusicPhrase, curves: Sequence[ControllerCurve]) -> MusicPhrase:
    return replace(phrase, curves=(*phrase.curves, *curves))
