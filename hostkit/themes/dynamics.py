"""Dynamics: marks as velocities, levels in dB, and how loudness moves while notes are held.

The law is that of General MIDI 2 for controllers and of SoundFonts for velocity: a value v is
40·log10(v/127) dB. Where loudness moves from one mark to another, notes have the velocity of the
loudest, and expression (CC 11) takes off what that is too much, straight in dB: so a held note
swells as well as those that begin, and a swell to `f` is as loud there as a plain `f`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from hostkit.midi.controllers import EXPRESSION, MODULATION
from hostkit.themes.phrase import ControllerCurve, MusicPhrase

DYNAMICS = {
    "pppp": 8, "ppp": 16, "pp": 33, "p": 49, "mp": 64,
    "mf": 80, "f": 96, "ff": 112, "fff": 127, "ffff": 127,
}  # fmt: skip
"""Velocities of the marks."""
LOUDEST = 127
"""The highest velocity; and expression that takes off nothing."""
SOFTEST_DB = -84.0
_STEP = Fraction(1, 4)
_MOST_STEPS = 400


def level_db(value: float) -> float:
    """The level of a velocity or controller value, 0…127, below full.

    >>> round(level_db(64), 1), level_db(0)
    (-11.9, -84.0)
    """
    return max(40 * math.log10(value / LOUDEST), SOFTEST_DB) if value > 0 else SOFTEST_DB


def value_at(level: float) -> float:
    """The velocity or controller value of a level in dB, at most 127."""
    return float(min(LOUDEST * 10 ** (level / 40), LOUDEST))


def dynamic_of(velocity: int) -> str:
    """The mark nearest to a velocity.

    >>> dynamic_of(80), dynamic_of(100)
    ('mf', 'f')
    """
    return min(DYNAMICS, key=lambda name: abs(DYNAMICS[name] - velocity))


def next_dynamic(velocity: int, way: int) -> int:
    """The velocity of the mark next louder (`way` 1) or softer (-1).

    >>> next_dynamic(49, 1), next_dynamic(49, -1), next_dynamic(127, 1)
    (64, 33, 127)
    """
    beyond = [mark for mark in DYNAMICS.values() if (mark - velocity) * way > 0]
    return min(beyond, key=lambda mark: abs(mark - velocity), default=velocity)


def with_hairpins(phrase: MusicPhrase, points: Sequence[tuple[Fraction, int]]) -> MusicPhrase:
    """The phrase with loudness that goes through velocities at quarter notes.

    Notes that begin before the first of the points, or at the last and later, stay as they are.
    """
    first, last = points[0][0], points[-1][0]
    peak = max(velocity for _, velocity in points)
    louder = phrase.each(
        lambda note: replace(note, velocity=peak) if first <= note.start < last else note
    )
    return replace(louder, curves=(*phrase.curves, expression(points, peak)))


def expression(points: Sequence[tuple[Fraction, int]], peak: int) -> ControllerCurve:
    """What brings a velocity of `peak` down to those of the points; then nothing is taken off.

    >>> curve = expression([(Fraction(0), 49), (Fraction(1, 2), 98)], peak=98)
    >>> [(str(at), round(value, 1)) for at, value in curve.points]
    [('0', 63.5), ('1/4', 89.8), ('1/2', 127.0), ('1/2', 127.0)]
    """
    relative: list[tuple[Fraction, float]] = []
    full = level_db(peak)
    for (at, velocity), (then, aim) in pairwise(points):
        steps = max(1, min(-int(-(then - at) // _STEP), _MOST_STEPS))
        before, after = level_db(velocity) - full, level_db(aim) - full
        relative += (
            (at + (then - at) * step / steps, value_at(before + (after - before) * step / steps))
            for step in range(steps)
        )
    last, velocity = points[-1]
    relative += ((last, value_at(level_db(velocity) - full)), (last, float(LOUDEST)))
    return ControllerCurve(EXPRESSION, tuple(relative))


def sent_as(phrase: MusicPhrase, by: str) -> MusicPhrase:
    """The phrase with loudness that moves sent in another way than by expression alone.

    `modulation` (CC 1) is how loud it is meant to be, in place of expression or beside it (`both`);
    by `velocity` notes begin as loud as the moment is, and nothing moves while they are held.
    """
    notes, curves = phrase.notes, [one for one in phrase.curves if one.controller != EXPRESSION]
    for curve in phrase.curves:
        if curve.controller != EXPRESSION:
            continue
        first, last = curve.points[0][0], curve.points[-1][0]
        within = [note for note in notes if note.start < last and first < note.end]
        peak = level_db(max((note.velocity for note in within), default=LOUDEST))
        levels = [(at, value_at(level_db(value) + peak)) for at, value in curve.points]
        if len(levels) > 1 and levels[-1][0] == levels[-2][0]:
            levels.pop()  # what comes after it is no part of it
        if by in ("expression", "both"):
            curves.append(curve)
        if by in ("modulation", "both"):
            curves.append(ControllerCurve(MODULATION, tuple(levels)))
        if by == "velocity":
            notes = tuple(
                replace(note, velocity=_velocity_at(levels, note.start))
                if first <= note.start < last
                else note
                for note in notes
            )
    return replace(phrase, notes=notes, curves=tuple(curves))


def _velocity_at(levels: Sequence[tuple[Fraction, float]], at: Fraction) -> int:
    value = next(value for place, value in reversed(levels) if place <= at)
    return max(1, round(value))
