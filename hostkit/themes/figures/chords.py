"""A progression of chords, held, or struck again in a rhythm."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hostkit.themes.figures.harmony.symbols import PlacedChord
from hostkit.themes.figures.rhythm import Stroke, repeated
from hostkit.themes.phrase import MusicPhrase, WrittenNote


def chords(
    placed: Sequence[PlacedChord],
    keys: Sequence[Sequence[int]],
    length: Fraction,
    strokes: Sequence[Stroke] | None = None,
    *,
    velocity: int,
) -> MusicPhrase:
    """Each chord on its `keys`, until `length` is over; `strokes` begin anew with each chord.

    Raises BadValue for more notes than a phrase can hold.

    >>> from hostkit.themes.figures.harmony.symbols import progression
    >>> placed = progression("C | F", Fraction(4))
    >>> played = chords(placed, [(60, 64), (65, 69)], Fraction(6), velocity=80)
    >>> [(str(note.pitch), str(note.length)) for note in played.notes]
    [('C4', '4'), ('E4', '4'), ('F4', '2'), ('A4', '2')]
    """
    notes: list[WrittenNote] = []
    for chord, sounding in zip(placed, keys, strict=True):
        lasting = min(chord.length, length - chord.start)
        if lasting <= 0:
            break
        struck = (
            [(Fraction(0), lasting)]
            if strokes is None
            else [(one.start, one.length) for one in repeated(strokes, lasting)]
        )
        notes += [
            WrittenNote(chord.start + start, held, chord.symbol.spelled(key), velocity)
            for start, held in struck
            for key in sounding
        ]
    return MusicPhrase.of(notes, length)
