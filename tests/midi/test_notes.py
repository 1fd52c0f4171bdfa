"""Every note ends, no pitch sounds twice, and ticks fall on exact samples."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.errors import RequestError
from hostkit.midi.events import Score
from hostkit.midi.messages import Messages
from hostkit.midi.midi_file import MidiTrack, SecondsPerTick, TicksPerQuarter
from hostkit.midi.performing.kept import KeptPerformances
from hostkit.midi.performing.notes import settle_each, settle_notes
from hostkit.midi.performing.performance import perform, to_samples
from hostkit.midi.performing.plain_notes import regular
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap, TempoMark


def on(pitch: int = 60, velocity: int = 64, channel: int = 0) -> bytes:
    return bytes((0x90 | channel, pitch, velocity))


def off(pitch: int = 60, channel: int = 0, release: int = 64) -> bytes:
    return bytes((0x80 | channel, pitch, release))


def settled(*events: tuple[int, bytes], end: int = 1000, zero: int = 10):
    """The events after settling, and the repairs in words."""
    samples, messages = [e[0] for e in events], [e[1] for e in events]
    done = settle_notes(samples, messages, end, zero, "track 1")
    played = list(zip(done.events.samples.tolist(), done.events.messages, strict=True))
    return played, [repair.what for repair in done.repairs]


def test_what_was_settled_before_is_known_and_what_is_another_is_settled_anew():
    kept = KeptPerformances()

    def played(pitch: int, end: int = 1000):
        ticks, messages = np.array([0, 10, 20]), Messages.of([on(pitch), on(62), off(62)])
        return kept.settle(ticks, messages, end, 10, "track 1")

    first = played(60)
    assert played(60) is first
    assert played(60, end=2000).events.samples.tolist() == [0, 10, 20, 2000]
    assert played(61).events.messages[-1] == off(61)
    assert first.events.messages[-1] == off(60)


def test_sound_notes_pass_unchanged():
    events = [(0, on(60)), (5, on(64)), (50, off(60, release=3)), (60, off(64))]
    assert settled(*events) == (events, [])


def test_velocity_zero_ends_a_note():
    assert settled((0, on()), (50, on(velocity=0)))[0] == [(0, on()), (50, off())]


def test_hanging_notes_end_with_the_track():
    played, repairs = settled((0, on()), (10, on(62)), (20, off(62)))
    assert played[-1] == (1000, off())
    assert repairs == ["notes without an end, closed at the end of the track: 1"]


def test_the_earlier_of_two_overlapping_notes_ends_where_the_later_begins():
    played, repairs = settled((0, on()), (10, on()), (20, off()), (30, off()))
    assert played == [(0, on()), (10, off()), (10, on()), (30, off())]
    assert repairs == ["notes that still sound where their pitch begins again, ended there: 1"]


def test_overlaps_on_other_channels_and_pitches_are_none():
    events = [(0, on()), (1, on(channel=1)), (2, on(61)), (10, off()), (11, off(channel=1)),
              (12, off(61))]  # fmt: skip
    assert settled(*events) == (events, [])


def test_doubled_notes_are_one_as_loud_as_the_louder_and_as_long_as_the_longer():
    played, repairs = settled((0, on(velocity=50)), (0, on(velocity=90)), (20, off()), (30, off()))
    assert played == [(0, on(velocity=90)), (30, off())]
    assert repairs == ["notes on top of the same pitch, made one: 1"]


def test_one_missing_end_does_not_prolong_the_notes_after_it():
    """By first in, first out each would end where the one after it does."""
    played, _ = settled((0, on()), (100, on()), (120, off()), (200, on()), (220, off()))
    assert played == [
        (0, on()), (100, off()), (100, on()), (120, off()), (200, on()), (220, off()),
    ]  # fmt: skip


def test_notes_without_length_get_one():
    played, repairs = settled((5, on()), (5, off()))
    assert played == [(5, on()), (15, off())]
    assert repairs == ["notes without length, given 10 ms: 1"]
    assert settled((5, on()), (5, off()), (9, on()), (20, off()))[0] == [
        (5, on()), (9, off()), (9, on()), (20, off()),
    ]  # fmt: skip
    assert settled((5, on()), (5, off()), (5, on()), (20, off()))[0] == [(5, on()), (20, off())]


def test_ends_of_nothing_are_left_out():
    assert settled((0, off()), (5, on()), (9, off()), (12, off())) == (
        [(5, on()), (9, off())],
        ["ends of notes that never began, left out: 2"],
    )


def test_at_equal_samples_note_ons_come_last_and_the_rest_keeps_its_order():
    pedal, program = b"\xb0\x40\x7f", b"\xc0\x30"
    events = [(0, on(60)), (9, on(62)), (9, pedal), (9, off(60)), (9, program), (20, off(62))]
    assert settled(*events)[0] == [
        (0, on(60)), (9, pedal), (9, off(60)), (9, program), (9, on(62)), (20, off(62)),
    ]  # fmt: skip


note_events = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.builds(
            lambda status, channel, pitch, velocity: bytes((status | channel, pitch, velocity)),
            st.sampled_from([0x80, 0x90, 0x90, 0xB0]),
            st.integers(0, 1),
            st.integers(60, 61),
            st.integers(0, 3),
        ),
    ),
    max_size=40,
)


@given(note_events)
def test_whatever_comes_in_what_goes_out_is_playable(events):
    events = sorted(events, key=lambda event: event[0])
    played, _ = settled(*events, end=40)
    sounding: dict[tuple[int, int], int] = {}
    assert [sample for sample, _ in played] == sorted(sample for sample, _ in played)
    for sample, message in played:
        key = message[0] & 0x0F, message[1]
        if message[0] & 0xF0 == 0x90:
            assert message[2] > 0
            assert key not in sounding
            sounding[key] = sample
        elif message[0] & 0xF0 == 0x80:
            assert sample > sounding.pop(key)
    assert not sounding
    asked = {(s, m[0] & 0x0F, m[1]) for s, m in events if m[0] & 0xF0 == 0x90 and m[2]}
    began = {(s, m[0] & 0x0F, m[1]) for s, m in played if m[0] & 0xF0 == 0x90}
    assert began == asked
    controllers = [event for event in events if event[1][0] & 0xF0 == 0xB0]
    assert [event for event in played if event[1][0] & 0xF0 == 0xB0] == controllers


plain_notes = st.lists(
    st.tuples(
        st.integers(60, 62), st.integers(0, 9), st.integers(1, 9), st.integers(1, 3), st.booleans()
    ),
    max_size=30,
)


@given(plain_notes)
def test_what_needs_no_settling_is_as_it_would_be_settled(notes):
    free: dict[int, int] = {}
    events = []
    for pitch, rest, length, velocity, by_velocity in notes:
        start = free.get(pitch, 0) + rest
        free[pitch] = start + length
        end = (0x90, pitch, 0) if by_velocity else (0x80, pitch, 7)
        # Where two are at once the end comes first, as what ends there begins again.
        events += [(start, 2, (0x90, pitch, velocity)), (start + length, 0, end)]
        events.append((start, 1, (0xB0, 64, velocity)))
    events.sort()
    samples = np.array([sample for sample, _, _ in events], dtype=np.int64)
    messages = Messages.of([bytes(message) for _, _, message in events])
    assert regular(samples, messages).all()
    quick, each = (
        settle(samples, messages, 500, 10, "track 1") for settle in (settle_notes, settle_each)
    )
    assert quick.events.samples.tolist() == each.events.samples.tolist()
    assert quick.events.messages == each.events.messages
    assert (quick.repairs, quick.end_sample) == (each.repairs, each.end_sample) == ((), 500)
    assert Score.of(quick.events).sha256 == Score.of(each.events).sha256


@given(note_events)
def test_only_what_needs_no_settling_is_left_alone(events):
    events = sorted(events, key=lambda event: event[0])
    samples, messages = ([event[column] for event in events] for column in range(2))
    quick, each = (
        settle(samples, messages, 40, 10, "track 1") for settle in (settle_notes, settle_each)
    )
    assert quick.events.samples.tolist() == each.events.samples.tolist()
    assert quick.events.messages == each.events.messages
    assert quick.repairs == each.repairs


def track(*events: tuple[int, bytes], end: int = 0) -> MidiTrack:
    ticks = np.asarray([e[0] for e in events], dtype=np.int64)
    return MidiTrack(1, "Violins", ticks, tuple(e[1] for e in events), end)


def test_ticks_become_the_nearest_samples():
    tempo = TempoMap.of_steps([(Fraction(0), Fraction(90)), (Fraction(2), Fraction(120))])
    events = to_samples(track((0, on()), (480, off()), (1440, on(62)), (1441, off(62))),
                        TicksPerQuarter(480), tempo, 48000)  # fmt: skip
    # A quarter lasts 32 000 samples at 90 bpm and 24 000 at 120: 50 a tick.
    assert events.samples.tolist() == [0, 32_000, 64_000 + 24_000, 64_000 + 24_050]


def test_ticks_go_through_ramps():
    ramp = TempoMark(BarBeat(1), Fraction(80), None, Fraction(140), BarBeat(5))
    events = to_samples(track((0, on()), (16 * 96, off())), TicksPerQuarter(96),
                        TempoMap.build([ramp]), 48000)  # fmt: skip
    assert events.samples[1] == pytest.approx(8.954 * 48000, abs=24)


def test_smpte_ticks_do_not_follow_the_tempo():
    slow = TempoMap.of_steps([(Fraction(0), Fraction(30))])
    division = SecondsPerTick(Fraction(1001, 3_000_000))
    events = to_samples(track((0, on()), (3000, off())), division, slow, 48000)
    assert events.samples.tolist() == [0, 48_048]


def test_hanging_notes_of_a_track_last_to_its_end():
    done = perform(track((0, on()), end=960), TicksPerQuarter(480), TempoMap(), 48000)
    assert done.events.samples.tolist() == [0, 48_000]
    assert str(done.repairs[0]).startswith("track 1 (Violins): notes without an end")


def test_two_ends_on_one_sample_do_not_hang():
    """A tick shorter than a sample must not put a note's end before its start."""
    events = to_samples(track((0, on()), (1, off())), TicksPerQuarter(32_767), TempoMap(), 8000)
    assert events.samples.tolist() == [0, 80]
    assert events.messages == (on(), off())


def test_a_track_without_events_is_empty():
    assert len(to_samples(track(), TicksPerQuarter(480), TempoMap(), 48000)) == 0


def test_a_track_of_days_is_damage():
    with pytest.raises(RequestError, match=r"track 1 \(Violins\) lasts longer than 24 hours"):
        to_samples(track((0, on()), (2**28, off())), TicksPerQuarter(24), TempoMap(), 48000)
