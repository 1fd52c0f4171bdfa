"""The figures: what each promises, and what holds for all of them."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.errors import BadValue
from hostkit.themes.dynamics import level_db
from hostkit.themes.figures.arpeggio import arpeggio
from hostkit.themes.figures.cluster import ClusterKind, cluster, cluster_pitches
from hostkit.themes.figures.drone import CurveShape, drone, texture
from hostkit.themes.figures.harmony.symbols import progression
from hostkit.themes.figures.ostinato import EVOLVING, ostinato, pattern_of
from hostkit.themes.figures.pedal import pedal
from hostkit.themes.figures.percussion import FILL, PATTERNS, grid_levels, percussion
from hostkit.themes.figures.rhythm import rhythm
from hostkit.themes.figures.rise import hit, interval_semitones, rise
from hostkit.themes.figures.swell import Swell, SwellBy, swelled
from hostkit.themes.figures.tones import Tones
from hostkit.themes.figures.tremolo import tremolo
from hostkit.themes.phrase import MusicPhrase
from hostkit.themes.pitch import Pitch

D_MINOR = Tones.of([Pitch.of(name) for name in ("D3", "F3", "A3")])
FIVE = rhythm("8 8 16 16 8", accents=[1, 4])
"""Two quarter notes."""

lengths = st.fractions(Fraction(1), Fraction(24), max_denominator=12)
pitches = st.integers(0, 127).map(Pitch.of_key)
velocities = st.integers(1, 127)


def keys(phrase: MusicPhrase) -> list[int]:
    return [note.pitch.key for note in phrase.notes]


def test_an_ostinato_goes_round_with_its_accents():
    played = ostinato(D_MINOR, FIVE, Fraction(4), pattern_of("up_down", 3))
    assert [str(note.pitch) for note in played.notes[:5]] == ["D3", "F3", "A3", "F3", "D3"]
    assert [note.start for note in played.notes][5:7] == [2, Fraction(5, 2)]
    accented = [place for place, note in enumerate(played.notes) if "accent" in note.marks]
    assert accented == [0, 3, 5, 8]


@pytest.mark.parametrize(
    ("rule", "second_round"),
    [
        ("rotate", "F3 A3 D3 F3 A3"),
        ("climb", "F3 A3 D4 F3 A3"),
        ("grow", "D3 F3"),
        ("thicken", "D3 F3 F3 A3 A3 D4 D3 F3 F3 A3"),
        ("split", "D3 F3 A3 D3 F3 A3"),  # the first eighth is two sixteenths now
    ],
)
def test_an_ostinato_evolves_by_its_rule(rule: str, second_round: str):
    played = ostinato(D_MINOR, FIVE, Fraction(4), pattern_of("up", 3), evolve=rule)
    second = [str(note.pitch) for note in played.notes if note.start >= 2]
    assert " ".join(second) == second_round


def test_an_ostinato_follows_the_chords():
    chords = Tones.of_chords(progression("Dm | Bb", Fraction(4)), middle=60)
    played = ostinato(chords, rhythm("4"), Fraction(8), pattern_of("up", 3))
    names = [note.pitch.name for note in played.notes]
    assert names == ["D", "F", "A", "D", "D", "F", "Bb", "D"]


@pytest.mark.parametrize(
    ("kind", "sounding"),
    [
        ("semitones", "C4 C#4 D4 D#4 E4 F4 F#4 G4"),
        ("whole_tones", "C4 D4 E4 F#4"),
        ("diatonic", "C4 D4 E4 F4 G4"),
    ],
)
def test_a_cluster_has_every_key_of_its_kind(kind: str, sounding: str):
    found = cluster_pitches(Pitch.of("C4"), Pitch.of("G4"), kind)
    assert " ".join(map(str, found)) == sounding


def test_a_cluster_opens_outwards_and_closes_inwards():
    five = cluster_pitches(Pitch.of("C4"), Pitch.of("E4"), "semitones")
    opened = cluster(five, Fraction(10), motion="opening")
    assert [(str(n.pitch), n.start) for n in opened.notes] == [
        ("D4", 0), ("C#4", 2), ("D#4", 4), ("C4", 6), ("E4", 8),
    ]  # fmt: skip
    assert {note.end for note in opened.notes} == {10}
    closed = cluster(five, Fraction(10), motion="closing")
    ends = {str(note.pitch): note.end for note in closed.notes}
    assert ends == {"D4": 10, "C#4": 8, "D#4": 6, "C4": 4, "E4": 2}


@pytest.mark.parametrize("way", ["expression", "both"])
def test_a_swell_rises_by_as_many_db_as_it_says(way: str):
    held = swelled(pedal(Pitch.of("D3"), Fraction(16)), Swell.of("-18 < 0 > -6"), way)
    curve = held.curves[0]
    levels = {at: level_db(value) for at, value in curve.points}
    assert levels[Fraction(0)] == pytest.approx(-18)
    assert levels[Fraction(4)] == pytest.approx(-9)  # straight in dB
    assert levels[Fraction(8)] == pytest.approx(0)
    assert levels[Fraction(16)] == pytest.approx(-6)
    assert {note.velocity for note in held.notes} == {127}


def test_a_swell_between_marks_ends_where_the_mark_is():
    struck = swelled(tremolo([Pitch.of("D4")], Fraction(8), Fraction(1)), Swell.of("p < f"))
    assert {note.velocity for note in struck.notes} == {96}  # f, and less by expression
    assert struck.curves[0].points[0][1] == pytest.approx(127 * 49 / 96)
    steps = swelled(
        tremolo([Pitch.of("D4")], Fraction(8), Fraction(1)), Swell.of("p < f"), "velocity"
    )
    loudness = [note.velocity for note in steps.notes]
    assert loudness[0] == 49
    assert loudness == sorted(set(loudness))
    assert not steps.curves


@pytest.mark.parametrize("wrong", ["p", "p <", "p > f", "p < p", "loud < f", "-99 < 0", "p f f"])
def test_what_is_no_swell_is_told(wrong: str):
    with pytest.raises(BadValue):
        Swell.of(wrong)


def test_a_rise_ends_on_its_hit_and_grows():
    steps = [Pitch.of_key(key) for key in range(48, 61)]
    for accelerate in (False, True):
        risen = rise(
            steps, Fraction(8), Fraction(1, 2), swell=Swell.of("p < ff"), accelerate=accelerate
        )
        assert risen.notes[-1].end == 8
        assert keys(risen) == sorted(keys(risen))
        assert (keys(risen)[0], keys(risen)[-1]) == (48, 60)
        loudness = [note.velocity for note in risen.notes]
        assert loudness == sorted(loudness)
        assert (loudness[0], loudness[-1]) == (49, 112)
        sounding = [note.length for note in risen.notes]
        assert sum(sounding) == 8
        assert (sounding[0] > sounding[-1]) is accelerate


def test_an_arpeggio_rings_until_its_chord_changes():
    tones = Tones.of_chords(progression("Dm C", Fraction(4)), middle=60)
    played = arpeggio(tones, Fraction(1, 2), Fraction(4), octaves=1)
    first = [note for note in played.notes if note.start < 2]
    assert {note.end for note in first if note.start > 0} == {2}
    assert [str(n.pitch) for n in first] == ["D4", "F4", "A4", "D4"]
    assert first[0].end == first[3].start  # struck again


def test_a_fill_takes_the_place_of_the_pattern():
    bars = percussion(
        PATTERNS["chase"], Fraction(16), Fraction(1, 4),
        fill=FILL, fill_length=Fraction(2), fill_every=Fraction(8),
    )  # fmt: skip
    toms = {50, 48, 41}
    in_fills = [n for n in bars.notes if 6 <= n.start < 8 or 14 <= n.start < 16]
    elsewhere = [n for n in bars.notes if n not in in_fills]
    assert {n.pitch.key for n in in_fills} <= toms
    assert not {n.pitch.key for n in elsewhere} & toms


@pytest.mark.parametrize("name", [name for name in PATTERNS if name not in ("pulse", "march")])
def test_patterns_are_syncopated(name: str):
    """More than a third of the strokes fall between the beats, and every bar begins with one."""
    strokes = [
        place for grid in PATTERNS[name].values() for place, x in enumerate(grid_levels(grid)) if x
    ]
    assert 0 in strokes
    assert sum(place % 4 > 0 for place in strokes) > len(strokes) / 3


def test_strokes_are_spread_evenly():
    """E(5,16) and E(3,8), the tresillo: gaps differ by one step at most."""
    assert [step for step, level in enumerate(grid_levels("E(3,8)")) if level] == [0, 3, 6]
    at = [step for step, level in enumerate(grid_levels("E(5,16)")) if level]
    gaps = {after - before for before, after in zip(at, [*at[1:], 16], strict=True)}
    assert gaps == {3, 4}


def test_a_drone_never_pauses():
    held = drone(Pitch.of("D2"), Fraction(16), octaves=2, fifth=True, breath=Fraction(4))
    for key in {note.pitch.key for note in held.notes}:
        voice = [note for note in held.notes if note.pitch.key == key]
        assert voice[0].start == 0
        assert all(a.end == b.start for a, b in pairwise(voice))
        assert voice[-1].end == 16
    starts = [note.start for note in held.notes if note.start > 0]
    assert len(set(starts)) == len(starts)  # no two breathe at once


def test_a_texture_goes_its_way():
    opened = texture("geometric", 200, 3200, Fraction(8), period=Fraction(4))
    middle = dict(opened)[Fraction(4)]
    assert middle == pytest.approx(math.sqrt(200 * 3200))
    waves = dict(texture("wave", 0, 1, Fraction(8), period=Fraction(4)))
    assert [waves[Fraction(at)] for at in (0, 2, 4, 6, 8)] == pytest.approx([0, 1, 0, 1, 0])
    drifts = [texture("drift", 0, 1, Fraction(64), period=Fraction(4), seed=s) for s in (1, 1, 2)]
    assert drifts[0] == drifts[1] != drifts[2]


@given(
    lengths,
    pitches,
    pitches,
    velocities,
    st.sampled_from(sorted(EVOLVING)),
    st.sampled_from(get_args(ClusterKind)),
)
def test_nothing_leaves_midi_and_all_are_as_long_as_they_should(
    length: Fraction, low: Pitch, high: Pitch, velocity: int, rule: str, kind: str
):
    """Every figure: keys and velocities MIDI has, nothing before its start or after its end."""
    tones = Tones.of([low, high])
    value = Fraction(1, 4)
    some = [
        ostinato(tones, FIVE, length, (1, 2, 5), velocity=velocity, evolve=rule),
        pedal(low, length, octaves=4, velocity=velocity, again=Fraction(3)),
        arpeggio(tones, value, length, octaves=3, velocity=velocity),
        tremolo([low, high], length, value, velocity=velocity),
        hit([low, high], length, octaves=3, velocity=velocity),
        percussion(PATTERNS["broken"], length, value, velocity=velocity),
        drone(low, length, octaves=4, fifth=True, breath=Fraction(2), velocity=velocity),
        rise([low, high], length, value, swell=Swell.of("ppp < fff"), accelerate=True),
    ]
    if low.key < high.key and (found := cluster_pitches(low, high, kind)):
        some.append(cluster(found, length, motion="opening", velocity=velocity))
    for figure in some:
        for phrase in (
            figure,
            *(swelled(figure, Swell.of("pp < f > mp"), way) for way in get_args(SwellBy)),
        ):
            assert phrase.length == length
            for note in phrase.notes:
                assert 0 <= note.pitch.key <= 127
                assert 1 <= note.velocity <= 127
                assert 0 <= note.start < note.end <= length
            for curve in phrase.curves:
                places = [at for at, _ in curve.points]
                assert places == sorted(places)
                assert all(0 <= value <= 127 for _, value in curve.points)


@given(
    st.sampled_from(get_args(CurveShape)),
    st.floats(1, 1e4),
    st.floats(1, 1e4),
    lengths,
    st.integers(0, 9),
)
def test_a_texture_stays_between_its_ends(
    shape: str, low: float, high: float, length: Fraction, seed: int
):
    points = texture(shape, low, high, length, period=Fraction(3), seed=seed)
    assert points[0][0] == 0
    assert points[-1][0] == length
    assert all(min(low, high) <= value <= max(low, high) for _, value in points)


def test_what_would_be_endless_is_refused():
    with pytest.raises(BadValue, match="more than"):
        ostinato(D_MINOR, rhythm("64"), Fraction(100_000), (1,))
    with pytest.raises(BadValue, match="no interval"):
        interval_semitones("ninetieth")
    with pytest.raises(BadValue, match="no pattern"):
        pattern_of("1 99999999999 2", 3)
