"""Pedal: one note held under everything, in octaves."""

from __future__ import annotations

from fractions import Fraction

from hostkit.themes.figures.tones import OCTAVE, in_range
from hostkit.themes.phrase import MEZZO_FORTE, MusicPhrase, WrittenNote
from hostkit.themes.pitch import Pitch


def pedal(
    pitch: Pitch,
    length: Fraction,
    *,
    octaves: int = 1,
    again: Fraction | None = None,
    velocity: int = MEZZO_FORTE,
) -> MusicPhrase:
    """`pitch` and the octaves below it, `octaves` in all, struck `again` after so long.

    >>> held = pedal(Pitch.of("D3"), Fraction(8), octaves=2, again=Fraction(4))
    >>> [(str(note.start), str(note.pitch)) for note in held.notes]
    [('0', 'D2'), ('0', 'D3'), ('4', 'D2'), ('4', 'D3')]
    """
    step = again or length
    keys = dict.fromkeys(in_range(pitch.up(-7 * down, -OCTAVE * down)) for down in range(octaves))
    return MusicPhrase.of(
        (
            WrittenNote(at, min(step, length - at), key, velocity)
            for number in range(-int(-length // step))
            if (at := number * step) < length
            for key in keys
        ),
        length,
    )
