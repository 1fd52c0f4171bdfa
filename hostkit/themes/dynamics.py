"""Dynamics: their velocities, and how loudness grows while notes are held.

A dynamic is a velocity. Where loudness changes, on the way from one dynamic to another, notes have
the velocity of the loudest, and expression (CC 11) takes off what that is too much: so a held note
swells as well as one that begins, and afterwards expression is at rest. What the two make together
is sent as modulation (CC 1), too, where instruments fade their layers by it (`sounding`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from hostkit.midi.controllers import EXPRESSION
from hostkit.themes.phrase import ControllerCurve, MusicPhrase

LEVELS = {
    "ppppp": 4,
    "pppp": 8,
    "ppp": 16,
    "pp": 33,
    "p": 49,
    "mp": 64,
    "mf": 80,
    "f": 96,
    "ff": 112,
    "fff": 122,
    "ffff": 127,
}
"""The velocity of each dynamic, a step of 16 as most notation programs have it."""
AT_REST = 127
"""The value of expression where nothing swells."""


def dynamic_of(velocity: int) -> str:
    """The name of the dynamic nearest to a velocity.

    >>> dynamic_of(80), dynamic_of(100)
    ('mf', 'f')
    """
    return min(LEVELS, key=lambda name: abs(LEVELS[name] - velocity))


def swelled(phrase: MusicPhrase, points: Sequence[tuple[Fraction, int]]) -> MusicPhrase:
    """The phrase with loudness that goes through velocities at quarter notes, straight between.

    Notes that begin before the first of the points, or at the last and later, stay as they are.
    """
    first, last = points[0][0], points[-1][0]
    peak = max(velocity for _, velocity in points)
    louder = phrase.each(
        lambda note: replace(note, velocity=peak) if first <= note.start < last else note
    )
    return replace(louder, curves=(*phrase.curves, expression(points, peak)))


def expression(points: Iterable[tuple[Fraction, int]], peak: int) -> ControllerCurve:
    """The curve that brings a velocity of `peak` down to those of the points; then to rest.

    >>> curve = expression([(Fraction(0), 49), (Fraction(4), 98)], peak=98)
    >>> [(str(at), value) for at, value in curve.points]
    [('0', 63.5), ('4', 127.0), ('4', 127.0)]
    """
    relative = [(at, AT_REST * velocity / peak) for at, velocity in points]
    return ControllerCurve(EXPRESSION, (*relative, (relative[-1][0], float(AT_REST))))
