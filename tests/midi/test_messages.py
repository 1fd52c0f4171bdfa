"""Messages and scores put away come back as they were, in little room."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hostkit.midi.events import SampleEvents, Score
from hostkit.midi.messages import Messages
from hostkit.midi.midi_file import MidiTrack

message = st.builds(
    lambda status, data: bytes((status, *data)),
    st.integers(0x80, 0xEF),
    st.lists(st.integers(0, 127), min_size=1, max_size=2),
)
messages = st.lists(message, max_size=30)
timed = st.lists(st.tuples(st.integers(0, 2**40), message), max_size=30)


def events_of(timed: list[tuple[int, bytes]]) -> SampleEvents:
    timed = sorted(timed, key=lambda event: event[0])
    samples = np.array([at for at, _ in timed], dtype=np.int64)
    return SampleEvents(samples, Messages.of([each for _, each in timed]))


@given(messages, messages)
def test_messages_are_a_sequence_of_what_went_in(first, second):
    kept = Messages.of(first)
    assert list(kept) == first
    assert [kept[i] for i in range(len(first))] == first
    assert list(kept[1:]) == first[1:]
    assert kept == tuple(first)
    assert len(set(kept.kinds)) == len(kept.kinds)
    both = kept + second
    assert list(both) == first + second
    assert list(both[: len(first)] + both[len(first) :]) == first + second


@given(messages, st.integers(0, 15))
def test_messages_are_picked_by_what_they_say(some, channel):
    kept = Messages.of(some)
    here = kept.are(lambda message: message[0] & 0x0F == channel)
    assert list(kept.take(np.flatnonzero(here))) == [m for m in some if m[0] & 0x0F == channel]


def test_more_kinds_than_a_byte_counts():
    bends = [bytes((0xE0, value & 0x7F, value >> 7)) for value in range(0, 16384, 20)]
    assert list(Messages.of(bends + bends)) == bends + bends


@given(timed)
def test_a_score_gives_back_its_events(timed):
    events = events_of(timed)
    score = pickle.loads(pickle.dumps(Score.of(events)))
    assert score.events().samples.tolist() == events.samples.tolist()
    assert score.events().messages == events.messages
    assert (score.count, score.end) == (len(events), events.end)


@given(timed, timed)
def test_scores_have_one_sum_when_they_say_the_same(first, second):
    one, other = events_of(first), events_of(second)
    same = one.samples.tolist() == other.samples.tolist() and one.messages == other.messages
    assert (Score.of(one).sha256 == Score.of(other).sha256) == same
    # However its messages were put together, it is the same music.
    again = SampleEvents(one.samples, tuple(one.messages))
    assert Score.of(again).sha256 == Score.of(one).sha256
    backwards = Messages.of([bytes((0xF4, 1)), *reversed(one.messages)])
    again = SampleEvents(one.samples, backwards[1:].take(np.arange(len(one))[::-1]))
    assert Score.of(again).sha256 == Score.of(one).sha256


def test_an_hour_takes_a_fraction_of_its_room():
    chords = [(beat * 24_000, 60 + beat % 12) for beat in range(7200)]
    timed = [(at + add, bytes((kind, key, 64))) for at, key in chords
             for add, kind in ((0, 0x90), (20_000, 0x80))]  # fmt: skip
    assert len(pickle.dumps(Score.of(events_of(timed)))) < 3 * len(timed)


def test_a_track_s_events_come_back_from_where_they_were_put_away() -> None:
    chance = np.random.default_rng(3)
    for dtype, most in ((np.int32, 2**31 - 1), (np.int64, 2**40)):
        ticks = np.sort(chance.integers(0, most, 1000)).astype(dtype)
        said = [bytes((0x90, int(key), 1)) for key in chance.integers(0, 128, 1000)]
        track = MidiTrack(1, "", ticks, Messages.of(said), most)
        assert track.ticks.dtype == dtype
        np.testing.assert_array_equal(track.ticks, ticks)
        assert list(track.messages) == said
        later = replace(track, name="Horn")
        np.testing.assert_array_equal(later.ticks, ticks)
        assert later.messages == track.messages


def test_no_events_are_put_away_as_none() -> None:
    track = MidiTrack(1, "", np.zeros(0, np.int32), (), 0)
    assert (len(track.ticks), len(track.messages)) == (0, 0)
