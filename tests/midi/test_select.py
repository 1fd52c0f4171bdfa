from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from hostkit.errors import RequestError
from hostkit.midi.midi_file import MidiFile, MidiTrack, SecondsPerTick, TicksPerQuarter
from hostkit.midi.performing.select import select
from hostkit.midi.tempo import tempo_map_of
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap


def track(index: int, name: str, *events: tuple[int, bytes]) -> MidiTrack:
    ticks = np.asarray([e[0] for e in events], dtype=np.int64)
    end = int(ticks[-1]) if len(ticks) else 0
    return MidiTrack(index, name, ticks, tuple(e[1] for e in events), end)


def on(channel: int, pitch: int = 60) -> bytes:
    return bytes((0x90 | channel - 1, pitch, 64))


def off(channel: int, pitch: int = 60) -> bytes:
    return bytes((0x80 | channel - 1, pitch, 64))


SONG = MidiFile(
    "song.mid",
    1,
    TicksPerQuarter(480),
    (
        track(1, "The Lighthouse"),
        track(2, "Violins", (0, on(1)), (10, on(2, 62)), (20, off(1)), (30, off(2, 62))),
        track(3, "Violas", (10, on(3)), (40, off(3))),
        track(4, "Horn", (0, on(4)), (9, off(4))),
        track(5, "Horn", (0, on(5)), (9, off(5))),
        track(6, "Pedal", (0, b"\xb8\x40\x7f")),
    ),
)


@pytest.mark.parametrize(
    ("asked", "index"), [("Violins", 2), ("violins", 2), (" VIOLAS ", 3), (3, 3), (5, 5)]
)
def test_by_name_or_number(asked, index):
    assert select(SONG, asked, None) is SONG.tracks[index - 1]


def test_by_channel():
    second = select(SONG, "Violins", 2)
    assert second.ticks.tolist() == [10, 30]
    assert second.messages == (on(2, 62), off(2, 62))


def test_all_tracks_merge_in_time_and_keep_their_order():
    merged = select(SONG, None, None)
    assert merged.ticks.tolist() == sorted(merged.ticks.tolist())
    assert merged.messages[:4] == (on(1), on(4), on(5), b"\xb8\x40\x7f")
    assert merged.messages[6:8] == (on(2, 62), on(3))
    assert merged.end_tick == 40
    assert select(SONG, None, 3).messages == (on(3), off(3))


@pytest.mark.parametrize(
    ("asked", "channel", "complaint"),
    [
        ("Violin", None, "there is no track 'Violin'; did you mean 'Violins'? those with notes"),
        (
            "Tuba",
            None,
            "there is no track 'Tuba'; those with notes are 2 Violins, 3 Violas, 4 Horn, 5 Horn",
        ),
        (7, None, "there is no track 7; those with notes are 2 Violins"),
        (0, None, "there is no track 0"),
        ("Horn", None, "2 tracks are named 'Horn'; give a number: 4, 5"),
        ("Violins", 9, "track 2 (Violins) has no notes on channel 9; it plays on 1, 2"),
        (None, 16, "the file has no notes on channel 16; it plays on 1, 2, 3, 4, 5"),
        ("Pedal", None, "track 6 (Pedal) has no notes; those with notes are 2 Violins"),
        (1, None, "track 1 (The Lighthouse) has no notes"),
    ],
)
def test_refusals_say_what_there_is(asked, channel, complaint):
    with pytest.raises(RequestError) as caught:
        select(SONG, asked, channel)
    assert str(caught.value).startswith(f"song.mid: {complaint}")


def test_a_file_without_notes_says_so():
    with pytest.raises(RequestError, match="no track of it has any"):
        select(MidiFile("empty.mid", 1, TicksPerQuarter(480), SONG.tracks[:1]), None, None)


def test_the_files_own_tempo_and_meters():
    file = MidiFile(
        "song.mid",
        1,
        TicksPerQuarter(480),
        (),
        tempos=((0, Fraction(60)), (960, Fraction(90))),
        meters=((0, 3, 4), (1440, 6, 8)),
    )
    tempo_map = tempo_map_of(file)
    assert tempo_map.seconds_at(Fraction(5)) == 2 + 3 * Fraction(2, 3)
    assert [tempo_map.beats_at(BarBeat(bar)) for bar in (1, 2, 3)] == [0, 3, 6]
    assert tempo_map.meters.at(Fraction(4)).denominator == 8


def test_without_tempo_it_is_120_in_four_four():
    assert tempo_map_of(SONG) == TempoMap()
    smpte = MidiFile("x.mid", 1, SecondsPerTick(Fraction(1, 1000)), (), ((0, Fraction(60)),))
    assert tempo_map_of(smpte) == TempoMap()
