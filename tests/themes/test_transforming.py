"""Transformations: known answers from theory, and what holds for any phrase."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostkit.errors import BadValue
from hostkit.midi.pitch import NoteRange
from hostkit.themes.figures.harmony.symbols import progression
from hostkit.themes.keys import MODES, MusicKey
from hostkit.themes.notation.reading import read_notes
from hostkit.themes.phrase import MusicPhrase, WrittenNote
from hostkit.themes.pitch import Pitch
from hostkit.themes.transforming.harmony import reharmonised
from hostkit.themes.transforming.humanising import humanised
from hostkit.themes.transforming.ornaments import unornamented
from hostkit.themes.transforming.pitches import in_mode, inverted, moved_in_key, transposed
from hostkit.themes.transforming.times import (
    as_long_as,
    displaced,
    fragment,
    in_degrees,
    landing,
    retrograde,
    scaled,
)
from hostkit.themes.transforming.voices import divided

D_MINOR, C_MAJOR = MusicKey.parse("D minor"), MusicKey.parse("C major")


def read(text: str, key: MusicKey = D_MINOR) -> MusicPhrase:
    found = read_notes(text, key)
    assert found.faults == ()
    return found.phrase


def names(phrase: MusicPhrase) -> str:
    return " ".join(str(note.pitch) for note in phrase.notes)


def starts(phrase: MusicPhrase) -> list[Fraction]:
    return [note.start for note in phrase.notes]


ADA = read("d'4 f' a'8. g'16 | a'2")
SUBJECT = read("d'2 a' | f' d' | cis' d'4 e' | f'2 ~ f'8 g' f' e' | d'1")
"""Of the Art of Fugue."""


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (transposed(ADA, 3), "F4 Ab4 C5 Bb4 C5"),
        (transposed(ADA, -12), "D3 F3 A3 G3 A3"),
        (moved_in_key(ADA, 1), "E4 G4 Bb4 A4 Bb4"),
        (in_mode(ADA, "major"), "D4 F#4 A4 G4 A4"),
        (in_mode(ADA, "phrygian", Pitch.of("E4")), "E4 G4 B4 A4 B4"),
        (in_mode(read("d'4 e' f' g' a' bes' c''"), "lydian dominant"), "D4 E4 F#4 G#4 A4 B4 C5"),
        (in_mode(read("d'4 cis' d' bes"), "major"), "D4 C#4 D4 B3"),
        (in_mode(ADA, "whole tone"), "D4 E4 G#4 F#4 G#4"),
        (inverted(SUBJECT), "D4 G3 B3 D4 Eb4 D4 C4 B3 A3 B3 C4 D4"),
        (inverted(ADA, Pitch.of("A4")), "E5 C#5 A4 B4 A4"),
        (inverted(read("c'4 e' g' f'", C_MAJOR), diatonic=True), "C4 A3 F3 G3"),
        (retrograde(ADA), "A4 G4 A4 F4 D4"),
        (fragment(ADA, 2, 4), "F4 A4 G4"),
        (in_degrees(fragment(ADA, 1, 2), [0, 2, 4]), "D4 F4 F4 A4 A4 C5"),
        (reharmonised(ADA, progression("Gm", Fraction(4))), "D4 G4 Bb4 G4 Bb4"),
    ],
)  # fmt: skip
def test_known_answers(changed: MusicPhrase, expected: str):
    assert names(changed) == expected


def test_times():
    assert starts(retrograde(ADA)) == [0, 2, Fraction(9, 4), 3, 4]
    assert starts(scaled(ADA, Fraction(2))) == [0, 2, 4, Fraction(11, 2), 6]
    assert starts(displaced(ADA, Fraction(-1, 2)))[:2] == [Fraction(-1, 2), Fraction(1, 2)]
    assert as_long_as(ADA, Fraction(7)).length == 7
    assert landing(ADA, Fraction(9)).notes[-1].start == 9
    with pytest.raises(BadValue, match="there are no notes 2 to 8: the theme has 5"):
        fragment(ADA, 2, 8)
    with pytest.raises(BadValue, match="within a key"):
        moved_in_key(replace(ADA, key=None), 2)


def test_a_leading_note_stays_one_and_the_key_goes_along():
    there = in_mode(transposed(ADA, 2), "dorian")
    assert str(there.key) == "E dorian"
    assert names(moved_in_key(there, -1)) == "D4 F#4 A4 G4 A4"


def test_ornaments_go_and_give_their_time_back():
    plain = unornamented(read(r"\grace { c'16 e' } d'4\trill \acciaccatura e'8 <f' a'>2 d'4\turn"))
    assert names(plain) == "D4 F4 A4 D4"
    assert starts(plain) == [0, 1, 1, 3]
    assert not any(note.marks for note in plain.notes)
    assert names(unornamented(read("d'4 e'16 f'8. g'2"), Fraction(1, 2))) == "D4 F4 G4"


def test_voices_take_notes_by_register():
    chords = read("<d' f' a' d''>2 <c' e'>4 c'4")
    high, low = divided(chords, [None, None])
    assert (names(high), names(low)) == ("A4 D5 E4 C4", "D4 F4 C4")
    violin, cello = NoteRange.parse("G3-E7"), NoteRange.parse("C2-A4")
    above, below = divided(read("a'2 c'4 d4"), [violin, cello])
    assert (names(above), names(below)) == ("A4 C4", "D3")


def test_the_same_seed_is_the_same_player():
    one, again, other = (humanised(ADA, seed, Fraction(1, 50), 6) for seed in (7, 7, 8))
    assert one == again != other
    for before, after in zip(ADA.notes, one.notes, strict=True):
        assert abs(after.start - before.start) <= Fraction(1, 50)
        assert after.start >= 0
        assert abs(after.velocity - before.velocity) <= 6


keys = st.builds(
    lambda letter, mode: MusicKey(Pitch(28 + letter), mode),
    st.integers(0, 6),
    st.sampled_from(sorted(mode for mode in MODES if len(MODES[mode]) == 7)),
)
pitches = st.builds(Pitch, st.integers(14, 55), st.integers(-1, 1))
notes = st.builds(
    WrittenNote,
    st.fractions(0, 16, max_denominator=12),
    st.fractions(Fraction(1, 12), 4, max_denominator=12),
    pitches,
    st.integers(1, 127),
)


@st.composite
def phrases(draw: st.DrawFn) -> MusicPhrase:
    return MusicPhrase.of(draw(st.lists(notes, min_size=1, max_size=8)), key=draw(keys))


@settings(max_examples=25, deadline=None)
@given(phrases(), st.integers(-24, 24), pitches, st.fractions(Fraction(1, 8), 8, max_denominator=8))
def test_there_and_back_is_the_same(phrase, number, about, factor):
    written = Counter(phrase.notes)
    assert Counter(transposed(transposed(phrase, number), -number).notes) == written
    assert Counter(inverted(inverted(phrase, about), about).notes) == written
    assert Counter(retrograde(retrograde(phrase)).notes) == written
    assert Counter(scaled(scaled(phrase, factor), 1 / factor).notes) == written
    assert keys_of(moved_in_key(moved_in_key(phrase, number), -number)) == keys_of(phrase)
    twice = inverted(inverted(phrase, about, diatonic=True), about, diatonic=True)
    assert keys_of(twice) == keys_of(phrase)
    lengths = sum(note.length for note in phrase.notes)
    assert sum(note.length for note in scaled(phrase, factor).notes) == factor * lengths
    assert retrograde(phrase).length == phrase.length


def keys_of(phrase: MusicPhrase) -> list[tuple[Fraction, int]]:
    return sorted((note.start, note.pitch.key) for note in phrase.notes)
