"""Tremolo: notes repeated fast, or two of them in turn."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hostkit.themes.figures.rhythm import Stroke, repeated
from hostkit.themes.phrase import MEZZO_FORTE, MusicPhrase, WrittenNote
from hostkit.themes.pitch import Pitch


def tremolo(
    pitches: Sequence[Pitch],
    length: Fraction,
    value: Fraction,
    *,
    in_turn: bool = False,
    velocity: int = MEZZO_FORTE,
) -> MusicPhrase:
    """All of `pitches` in notes of `value`, or one after the other `in_turn`.

    >>> two = [Pitch.of("D4"), Pitch.of("F4")]
    >>> played = tremolo(two, Fraction(1), Fraction(1, 4), in_turn=True)
    >>> " ".join(str(note.pitch) for note in played.notes)
    'D4 F4 D4 F4'
    """
    notes = []
    for place, stroke in enumerate(repeated((Stroke(Fraction(0), value, 1),), length)):
        struck = [pitches[place % len(pitches)]] if in_turn else pitches
        notes += [WrittenNote(stroke.start, stroke.length, pitch, velocity) for pitch in struck]
    return MusicPhrase.of(notes, length)
