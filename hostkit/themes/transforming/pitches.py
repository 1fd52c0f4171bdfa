"""Other pitches at the same times: transposed, in another mode, turned upside down."""

from __future__ import annotations

from dataclasses import replace

from hostkit.errors import BadValue
from hostkit.themes.keys import MusicKey
from hostkit.themes.phrase import MusicPhrase
from hostkit.themes.pitch import Pitch

_OCTAVE = 12
_LETTERS = 7
_INTERVALS = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)
"""Letters of the usual interval of so many semitones; six are an augmented fourth."""


def key_of(phrase: MusicPhrase, what: str) -> MusicKey:
    """The key that a change moves in. Raises BadValue where there is none."""
    if phrase.key is None:
        raise BadValue(f"{what} is within a key, and the theme has none", "write key: D minor")
    return phrase.key


def transposed(phrase: MusicPhrase, semitones: int) -> MusicPhrase:
    r"""Every note so many semitones higher, and the key with them; there and back is the same.

    LilyPond's `\transpose` by the usual interval of that size.
    """
    octaves, rest = divmod(abs(semitones), _OCTAVE)
    letters = _INTERVALS[rest] + _LETTERS * octaves
    interval = (letters, semitones) if semitones >= 0 else (-letters, semitones)
    moved = phrase.each(lambda note: note.at_pitch(note.pitch.up(*interval)))
    if phrase.key is None:
        return moved
    tonic = phrase.key.tonic.up(*interval)
    in_octave = Pitch(tonic.letter + 4 * _LETTERS, tonic.alter)
    return replace(moved, key=replace(phrase.key, tonic=in_octave))


def moved_in_key(phrase: MusicPhrase, steps: int) -> MusicPhrase:
    r"""Every note so many degrees of its key higher. Raises BadValue for a theme without a key."""
    key = key_of(phrase, "a step")

    def moved(pitch: Pitch) -> Pitch:
        degree, alter = key.degree(pitch)
        return key.pitch(degree + steps, alter)

    return phrase.each(lambda note: note.at_pitch(moved(note.pitch)))


def in_mode(phrase: MusicPhrase, mode: str, tonic: Pitch | None = None) -> MusicPhrase:
    """The same degrees in another mode, and on another tonic, the nearest, where one is given.

    An alteration stays unless the new mode has it anyway: a leading note is one in major, too.
    To and from scales that have not seven notes each note becomes the nearest, the lower of two.
    Raises BadValue for a theme without a key.
    """
    old = key_of(phrase, "a change of mode")
    new = MusicKey(tonic or old.tonic, mode)
    up = new.tonic.key - old.tonic.key
    octaves = -1 if up > _OCTAVE // 2 else 1 if up <= -_OCTAVE // 2 else 0
    letters = new.tonic.step - old.tonic.step

    def changed(pitch: Pitch) -> Pitch:
        if len(old.intervals) == _LETTERS == len(new.intervals):
            degree, alter = old.degree(pitch)
            index = degree % _LETTERS
            if old.intervals[index] + alter == new.intervals[index]:
                alter = 0
            made = new.pitch(degree, alter)
        else:
            degree, _ = new.degree(pitch.up(letters, up))
            made = new.pitch(degree)
        return made.up(_LETTERS * octaves, _OCTAVE * octaves)

    changed_notes = phrase.each(lambda note: note.at_pitch(changed(note.pitch)))
    return replace(changed_notes, key=new)


def inverted(
    phrase: MusicPhrase, about: Pitch | None = None, *, diatonic: bool = False
) -> MusicPhrase:
    r"""Upside down about a pitch, else about its first note: what was up is as far down.

    In semitones as LilyPond's `\inversion`, or in degrees of its key. Twice is the same. Raises
    BadValue for a theme without a key.
    """
    if not phrase.notes:
        return phrase
    axis = about or phrase.notes[0].pitch
    if diatonic:
        key = key_of(phrase, "a diatonic inversion")
        middle, altered = key.degree(axis)

    def turned(pitch: Pitch) -> Pitch:
        if not diatonic:
            return axis.up(axis.step - pitch.step, axis.key - pitch.key)
        degree, alter = key.degree(pitch)
        return key.pitch(2 * middle - degree, 2 * altered - alter)

    return phrase.each(lambda note: note.at_pitch(turned(note.pitch)))
