"""Arpeggios: the tones of chords one after the other, which may ring on together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from hostkit.themes.figures.ostinato import pattern_of
from hostkit.themes.figures.rhythm import Stroke, repeated
from hostkit.themes.figures.tones import Tones
from hostkit.themes.phrase import MEZZO_FORTE, MusicPhrase, WrittenNote


def arpeggio(
    tones: Tones,
    value: Fraction,
    length: Fraction,
    *,
    order: str = "up",
    octaves: int = 1,
    ring: bool = True,
    velocity: int = MEZZO_FORTE,
) -> MusicPhrase:
    """Tones in notes of `value`, over so many octaves, begun anew where the chord changes.

    With `ring` each sounds on until its chord ends or it is struck again. Raises BadValue.
    """
    changes = [start for start, _ in tones.sets if start < length]
    stops = [*changes, length][1:]
    notes: list[WrittenNote] = []
    for start, stop in zip(changes, stops, strict=True):
        pattern = pattern_of(order, len(tones.at(start)) * octaves)
        struck = repeated((Stroke(Fraction(0), value, 1),), stop - start)
        made = [
            WrittenNote(
                start + stroke.start,
                stroke.length,
                tones.tone(start, pattern[place % len(pattern)]),
                velocity,
            )
            for place, stroke in enumerate(struck)
        ]
        notes += _rung(made, stop) if ring else made
    return MusicPhrase.of(notes, length)


def _rung(notes: Sequence[WrittenNote], stop: Fraction) -> list[WrittenNote]:
    """Each held until its key is struck again, the others to `stop`."""
    struck: dict[int, Fraction] = {}
    made = []
    for note in reversed(notes):
        end = struck.get(note.pitch.key, stop)
        struck[note.pitch.key] = note.start
        made.append(replace(note, length=end - note.start))
    return made[::-1]
