"""Chords, their voicings and how they move: known answers of any harmony book, and properties."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.errors import BadValue
from hostkit.themes.figures.harmony.leading import count_parallels, led
from hostkit.themes.figures.harmony.symbols import ChordSymbol, progression
from hostkit.themes.figures.harmony.voicings import Voicing, voiced

KINDS_OF_CHORD = ["", "m", "7", "maj7", "m7", "dim", "aug", "sus4", "m7b5", "add9", "6", "5"]
symbols = st.builds(
    "{}{}{}".format,
    st.sampled_from(["C", "C#", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]),
    st.sampled_from(KINDS_OF_CHORD),
    st.sampled_from(["", "", "/C", "/F#", "/Bb"]),
).map(ChordSymbol.of)


@pytest.mark.parametrize(
    ("text", "tones", "bass"),
    [
        ("Dm", "D F A", "D"),
        ("Bb/D", "Bb D F", "D"),
        ("F#m7b5", "F# A C E", "F#"),
        ("Ebmaj9", "Eb G Bb D F", "Eb"),
        ("C6/9", "C E G A D", "C"),
        ("C6/9/G", "C E G A D", "G"),
        ("Bø7", "B D F A", "B"),
        ("E-7", "E G B D", "E"),
        ("G+", "G B D#", "G"),
        ("Co7", "C Eb Gb Bbb", "C"),
        ("A♭Δ7", "Ab C Eb G", "Ab"),
    ],
)
def test_a_symbol_means_its_tones(text: str, tones: str, bass: str):
    chord = ChordSymbol.of(text)
    assert " ".join(tone.name for tone in chord.tones) == tones
    assert chord.bass.name == bass


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("H", "is no chord"),
        ("dm", "is no chord"),
        ("C/999999999", "is no chord"),  # an inversion of that number would take minutes
        ("Cmaj77", "there are C"),
        ("C" + "b" * 10_000, "is no chord"),
    ],
)
def test_what_is_no_chord_is_told_with_a_cure(text: str, said: str):
    with pytest.raises(BadValue) as refused:
        ChordSymbol.of(text)
    assert said in str(refused.value)
    assert len(str(refused.value)) < 200


def test_chords_of_a_bar_share_it():
    placed = progression("Dm | Bb/D C | %", Fraction(3))
    assert [(one.symbol.text, one.start, one.length) for one in placed] == [
        ("Dm", 0, 3),
        ("Bb/D", 3, Fraction(3, 2)),
        ("C", Fraction(9, 2), Fraction(3, 2)),
        ("C", 6, 3),
    ]
    for wrong in ("%", "Dm || C", "", "C " * 3000):
        with pytest.raises(BadValue):
            progression(wrong, Fraction(4))


@pytest.mark.parametrize(
    ("voicing", "keys"),
    [
        ("close", (60, 64, 67)),  # C E G
        ("open", (48, 55, 64)),  # C G E: the third an octave up
        ("drop_2", (52, 60, 67)),  # E C G: the second from the top an octave down
        ("over_bass", (48, 60, 64, 67)),  # C under the triad
        ("wide", (48, 55, 64, 67, 72)),  # root and fifth, then from the tenth up
    ],
)
def test_voicings_of_c_major(voicing: str, keys: tuple[int, ...]):
    assert voiced(ChordSymbol.of("C"), voicing) == keys


def test_least_motion_through_a_cadence():
    """I IV V I in close position: the common tone stays, the others move by step."""
    cadence = [ChordSymbol.of(name) for name in ("C", "F", "Dm", "G7", "C")]
    keys = led(cadence, "close")
    assert keys[1] == (60, 65, 69)  # C stays, E to F, G to A
    assert keys[2] == (62, 65, 69)  # F and A stay
    moves = [abs(b - a) for x, y in pairwise(keys) for a, b in zip(x, y, strict=True)]
    assert max(moves) <= 2  # nothing leaps where a step will do


def test_fifths_in_parallel_are_by_choice():
    """C to D minor: the nearest way moves C-G to D-A; the other way is contrary to it."""
    pair = [ChordSymbol.of("C"), ChordSymbol.of("Dm")]
    assert led(pair, "close")[1] == (57, 62, 65)
    assert led(pair, "close", parallels=True)[1] == (62, 65, 69)
    assert count_parallels((60, 64, 67), (62, 65, 69)) == 1


@given(st.lists(symbols, min_size=2, max_size=4), st.sampled_from(get_args(Voicing)), st.booleans())
def test_only_tones_of_the_chord_in_order_over_its_bass(
    chords: list[ChordSymbol], voicing: str, parallels: bool
):
    made = led(chords, voicing, parallels=parallels)
    for chord, keys in zip(chords, made, strict=True):
        assert list(keys) == sorted(keys)
        assert all(0 <= key <= 127 for key in keys)
        classes = {key % 12 for key in keys}
        assert classes <= {*chord.keys, chord.bass.key % 12}
        if not chord.on_its_root:
            assert keys[0] % 12 == chord.bass.key % 12
