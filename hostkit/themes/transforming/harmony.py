"""A theme over other chords: its weighty notes become tones of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from hostkit.themes.figures.harmony.symbols import ChordSymbol, PlacedChord
from hostkit.themes.phrase import MusicPhrase, WrittenNote

_BEAT = Fraction(1)
_OCTAVE = 12


def reharmonised(phrase: MusicPhrase, chords: Sequence[PlacedChord]) -> MusicPhrase:
    """Notes on a beat, or as long as one, move to the nearest tone of the chord, the lower of two.

    The others pass between them and stay. Where the chords are over they begin again.
    """
    whole = chords[-1].start + chords[-1].length

    def over(at: Fraction) -> ChordSymbol:
        within = at % whole
        return next(one.symbol for one in reversed(chords) if one.start <= within)

    def moved(note: WrittenNote) -> WrittenNote:
        if note.start % _BEAT and note.length < _BEAT:
            return note
        chord = over(note.start)
        near = range(note.pitch.key - _OCTAVE // 2, note.pitch.key + _OCTAVE // 2 + 1)
        tones = [key for key in near if key % _OCTAVE in chord.keys]
        key = min(tones, key=lambda one: (abs(one - note.pitch.key), one))
        return note if key == note.pitch.key else replace(note, pitch=chord.spelled(key))

    return phrase.each(moved)
