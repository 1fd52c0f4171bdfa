"""Notation: what is read, what is refused and where, and that it is written as it is read."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from music21 import pitch as m21_pitch
from music21 import scale as m21_scale

from hostkit.midi.controllers import EXPRESSION, MODULATION
from hostkit.themes.dynamics import level_db, sent_as
from hostkit.themes.keys import MODES, MusicKey
from hostkit.themes.notation.reading import read_degrees, read_notes
from hostkit.themes.notation.writing import lilypond_of
from hostkit.themes.phrase import MAX_NOTES, MusicPhrase, WrittenNote
from hostkit.themes.pitch import Pitch
from hostkit.themes.similarity import similarity
from hostkit.themes.sounding import TICKS, score_parts
from hostkit.themes.transforming.pitches import transposed
from hostkit.themes.transforming.times import retrograde, scaled


def read(text: str, key: MusicKey | None = None, meter: tuple[int, int] = (4, 4)) -> MusicPhrase:
    found = read_notes(text, key, meter)
    assert found.faults == ()
    return found.phrase


def shown(phrase: MusicPhrase) -> list[tuple[str, str, str]]:
    return [(str(note.start), str(note.length), str(note.pitch)) for note in phrase.notes]


def test_all_of_the_subset():
    phrase = read(
        r"""
        c'4 cis'8. ees'16~ ees'4 r8 <c e g>8 |   % chords, ties, rests
        \tuplet 3/2 { bes,8( a, g,) } q2. |
        \time 3/4 s2 fis''4\staccato-> | \grace g'16 a'2.\trill
        """
    )
    assert shown(phrase) == [
        ("0", "1", "C4"), ("1", "3/4", "C#4"), ("7/4", "5/4", "Eb4"),
        ("7/2", "1/2", "C3"), ("7/2", "1/2", "E3"), ("7/2", "1/2", "G3"),
        ("4", "1/3", "Bb2"), ("13/3", "1/3", "A2"), ("14/3", "1/3", "G2"),
        ("5", "3", "C3"), ("5", "3", "E3"), ("5", "3", "G3"),
        ("10", "1", "F#5"), ("11", "1/8", "G4"), ("89/8", "23/8", "A4"),
    ]  # fmt: skip
    assert [sorted(note.marks) for note in phrase.notes[6:9]] == [["legato"], ["legato"], []]
    assert sorted(phrase.notes[12].marks) == ["accent", "staccato"]


def test_degrees_are_those_of_their_scale():
    found = read_degrees("1:1/8 #4 b7:1/4. <1 3 5>:1/2 8 1,", MusicKey.parse("D lydian"))
    assert shown(found.phrase) == [
        ("0", "1/2", "D4"), ("1/2", "1/2", "G##4"), ("1", "3/2", "C5"),
        ("5/2", "2", "D4"), ("5/2", "2", "F#4"), ("5/2", "2", "A4"),
        ("9/2", "2", "D5"), ("13/2", "2", "D3"),
    ]  # fmt: skip


def test_dynamics_are_velocities_and_hairpins_expression():
    phrase = read(r"c'2\p\< d' | e'1\f | f'\sfz g'")
    assert [note.velocity for note in phrase.notes] == [96, 96, 96, 112, 96]
    (curve,) = phrase.curves
    assert curve.controller == EXPRESSION
    values = dict(reversed(curve.points))
    assert level_db(values[Fraction(0)]) == pytest.approx(level_db(49) - level_db(96))
    middle = (level_db(49) - level_db(96)) / 2
    assert level_db(values[Fraction(2)]) == pytest.approx(middle)  # straight in dB
    assert curve.points[-1] == (4, 127)


def test_loudness_is_sent_as_an_instrument_takes_it():
    phrase = read(r"c'2\p\< d' | e'1\f")
    both = sent_as(phrase, "both")
    by_controller = {curve.controller: dict(reversed(curve.points)) for curve in both.curves}
    modulation = by_controller[MODULATION]
    assert (round(modulation[Fraction(0)]), round(modulation[Fraction(4)])) == (49, 96)
    assert by_controller[EXPRESSION] == dict(reversed(phrase.curves[0].points))
    struck = sent_as(phrase, "velocity")
    middle = round(127 * 10 ** ((level_db(49) + level_db(96)) / 2 / 40))
    assert [note.velocity for note in struck.notes] == [49, middle, 96]
    assert struck.curves == ()


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("c'4 h d'", "h", "'h' is no note; write b; B flat is bes"),
        ("c'4 F#4", "F#4", "'F#4' is no note; write fis: "),
        ("c'4 d'4 e'4 f'2 | g'1", "f'2", "goes over the end of bar 1 by 1/4: a bar has 4/4"),
        ("c'1 | d'2. | e'1", "| e", "bar 2 has 3/4 only: a bar has 4/4"),
        ("c'3", "3", "there is no note value 3"),
        ("c'4~ d'", "~", "the tie leads to no C"),
        ("<c' e'", "<", "the chord is not closed"),
        ("c'4( d'", "(", "the slur does not end"),
        ("c'4) d'", ")", "no slur has begun"),
        (r"\tuplet 3 {c'8}", r"\tuplet", r"\tuplet needs a ratio"),
        (r"\tuplet 3/2 {c'8", "{", "this is not closed"),
        (r"c'1\spicato", r"\spicato", "'spicato' is no articulation; did you mean 'spiccato'?"),
        (r"\relative c' { d }", r"\relative", "octaves are absolute here"),
        (r"c'1\f\< d'\p", r"\<", r"the hairpin grows, from f to p; write \> instead"),
        ("<< c' >>", "<<", "several voices at once"),
        (" ", " ", "there are no notes"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(text: str, place: str, said: str):
    faults = read_notes(text).faults
    assert said in str(faults[0].fault)
    assert faults[0].offset == text.index(place)


def test_a_first_bar_may_be_an_upbeat_and_a_theme_has_an_end():
    assert not read_notes("g'4 | c''2 d'' | e''1 |").faults
    assert read_notes(r"\partial 4 g'4 | c''2 d'' | e''2. |").faults
    long = read_notes("c4 " * (MAX_NOTES + 50))
    assert [str(one.fault) for one in long.faults] == [
        f"a theme has at most {MAX_NOTES} notes; make it shorter"
    ]
    assert len(read_notes("? " * 1000).faults) == 20


TOKENS = st.sampled_from(
    [
        *"abcdefghq'r,.~(){}|<>%-^_!0123456789\\\"# \n",
        r"\tuplet 3/2 {",
        r"\<",
        r"\!",
        r"\f",
        r"\grace",
        r"\time 3/4",
        r"\partial 4",
        "c'4",
        "1:1/8",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(TOKENS, max_size=40).map("".join), st.sampled_from(["D minor", "C octatonic"]))
def test_any_text_is_read_or_told(text: str, key: str):
    for found in (read_notes(text), read_degrees(text, MusicKey.parse(key))):
        assert found.faults or found.phrase.notes
        assert all(0 <= one.offset <= len(text) for one in found.faults)
        assert all(note.length > 0 for note in found.phrase.notes)


OF_MUSIC21 = {
    "major": m21_scale.MajorScale,
    "minor": m21_scale.MinorScale,
    "dorian": m21_scale.DorianScale,
    "phrygian": m21_scale.PhrygianScale,
    "lydian": m21_scale.LydianScale,
    "mixolydian": m21_scale.MixolydianScale,
    "locrian": m21_scale.LocrianScale,
    "harmonic minor": m21_scale.HarmonicMinorScale,
    "melodic minor": m21_scale.MelodicMinorScale,
    "whole tone": m21_scale.WholeToneScale,
    "octatonic": m21_scale.OctatonicScale,
}


@pytest.mark.parametrize("mode", OF_MUSIC21)
def test_music21_has_the_same_modes(mode: str):
    for tonic in ("D", "Bb", "F#"):
        key = MusicKey.parse(f"{tonic} {mode}")
        theirs = OF_MUSIC21[mode](tonic.replace("b", "-")).getPitches(
            f"{tonic.replace('b', '-')}4", f"{tonic.replace('b', '-')}5"
        )
        ours = [key.pitch(degree).key for degree in range(len(MODES[mode]))]
        assert ours == [int(one.midi) for one in theirs][: len(ours)]
        if len(ours) == 7:
            names = [one.name.replace("-", "b") for one in theirs]
            assert [key.pitch(degree).name for degree in range(7)] == names[:7]


@pytest.mark.parametrize("semitones", [-14, -6, -1, 1, 3, 4, 6, 11, 13])
def test_music21_transposes_to_the_same_keys(semitones: int):
    phrase = read("d' fis' bes' c'' ees,")
    for before, after in zip(phrase.notes, transposed(phrase, semitones).notes, strict=True):
        theirs = m21_pitch.Pitch(str(before.pitch).replace("b", "-")).transpose(semitones)
        assert after.pitch.key == theirs.midi


lengths = st.sampled_from([Fraction(n, d) for n, d in ((1, 1), (1, 2), (3, 4), (5, 4), (4, 1))])
thirds = st.lists(st.sampled_from([Fraction(1, 3)]), min_size=3, max_size=3)
chords = st.lists(st.integers(30, 90), max_size=3, unique=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.one_of(st.tuples(lengths), thirds), chords), min_size=1, max_size=8))
def test_what_is_written_is_read_as_the_same(groups):
    notes, now = [], Fraction(0)
    for values, keys in groups:
        for length in values:
            notes += (WrittenNote(now, length, Pitch.of_key(key)) for key in keys)
            now += length
    phrase = MusicPhrase.of(notes, now)
    if notes:
        text = lilypond_of(phrase)
        found = read_notes(text)
        assert found.faults == (), text
        assert Counter(found.phrase.notes) == Counter(phrase.notes), text
        assert found.phrase.length == now


@pytest.mark.parametrize(
    "text",
    [
        r"c'2\p\< d'2 | e'1\f\> | f'1\p",
        r"\grace { c'8 d'8 } e'2\trill e'4-> f'4-.",
        r"\tuplet 3/2 { c'4( d'8) } e'2.\pizz | <c' ees'>1",
    ],
)
def test_marks_graces_and_hairpins_are_written_as_they_were(text: str):
    phrase = read(text)
    assert lilypond_of(phrase, Fraction(4)) == text
    assert read(lilypond_of(phrase)) == phrase


def test_themes_are_alike_in_any_key_and_speed():
    ada = read("d'4 f' a'8. g'16 a'2")
    assert similarity(ada, scaled(transposed(ada, 5), Fraction(2))) == 1
    assert 0.4 < similarity(ada, read("d'4 f' a'8. g'16 f'2")) < 1
    assert similarity(ada, retrograde(ada)) < 0.5


def test_marks_are_played():
    placed = [(Fraction(0), read(r"c'4-. d'4-> e'4( f'4) e'4\trill"))]
    (part,) = score_parts("v", placed)
    sent = [
        (tick * 24 // TICKS.count, message[0] >> 4, *message[1:])
        for tick, message in zip(part.track.ticks.tolist(), part.track.messages, strict=True)
    ]
    assert sent[:4] == [(0, 9, 60, 80), (12, 8, 60, 0), (24, 9, 62, 96), (48, 8, 62, 0)]
    assert (73, 8, 64, 0) in sent  # drawn into the next by a 24th
    assert [key for _, kind, key, _ in sent if kind == 9][4:] == [64, 66, 64, 66, 64, 66, 64, 66]
