"""Small differences as a player makes them, the same ones for the same seed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

from hostkit.themes.phrase import MusicPhrase, WrittenNote

_GRID = 960
"""Parts of a quarter note that times are moved by: half a millisecond at 120."""


def humanised(phrase: MusicPhrase, seed: int, timing: Fraction, velocity: int) -> MusicPhrase:
    """Each note earlier or later by `timing` quarter notes at most, and louder or softer.

    Little is likelier than much. None begins before the phrase; the same seed gives the same.
    """
    chance = Random(seed)

    def swayed() -> float:
        return chance.random() + chance.random() - 1

    def played(note: WrittenNote) -> WrittenNote:
        moved = Fraction(round(float(timing) * _GRID * swayed()), _GRID)
        louder = round(velocity * swayed())
        return replace(
            note,
            start=max(note.start + moved, min(note.start, Fraction(0))),
            velocity=max(1, min(127, note.velocity + louder)),
        )

    return phrase.with_notes([played(note) for note in phrase.notes])
