"""What is written is read back the same, by us and by mido."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import mido
import pytest

from hostkit.errors import StorageError
from hostkit.midi.general import PROGRAMS, suggested_stem
from hostkit.midi.reading.file import midi_from_bytes, read_midi
from hostkit.midi.tempo import tempo_map_of
from hostkit.midi.write import TrackEvents, midi_bytes, write_midi
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap, TempoMark

TEMPO = TempoMap.build(
    [
        TempoMark(BarBeat(1), Fraction(100), (3, 4)),
        TempoMark(BarBeat(5), Fraction(75), (6, 8), Fraction(150), BarBeat(9)),
    ]
)
HORN = TrackEvents(
    "Hörner 角",
    [
        (Fraction(0), b"\xc3\x3c"),
        (Fraction(0), b"\x93\x3c\x40"),
        (Fraction(1), b"\x83\x3c\x40"),
        (Fraction(1), b"\x93\x3e\x40"),
        (Fraction(7, 3), b"\x83\x3e\x40"),
    ],
)


def test_a_written_file_reads_back(tmp_path: Path):
    path = tmp_path / "horn.mid"
    write_midi(path, TEMPO, [HORN], [(Fraction(12), "Chase")], name="The Lighthouse")
    file = read_midi(path)
    assert file.repairs == ()
    assert [track.name for track in file.tracks] == ["The Lighthouse", "Hörner 角"]
    assert file.tracks[1].ticks.tolist() == [0, 0, 960, 960, 2240]
    assert file.tracks[1].messages == tuple(message for _, message in HORN.events)
    assert file.markers == ((12 * 960, "Chase"),)
    assert file.meters == ((0, 3, 4), (12 * 960, 6, 8))
    read_back = tempo_map_of(file)
    assert read_back.meters == TEMPO.meters
    for quarter in range(30):
        error = read_back.seconds_at(Fraction(quarter)) - TEMPO.seconds_at(Fraction(quarter))
        assert abs(error) < Fraction(1, 10**5)


def test_mido_reads_it_too(tmp_path: Path):
    write_midi(tmp_path / "horn.mid", TEMPO, [HORN])
    assert mido.MidiFile(tmp_path / "horn.mid").type == 1


def test_the_same_input_gives_the_same_bytes():
    assert midi_bytes(TEMPO, [HORN]) == midi_bytes(TEMPO, [HORN])


def test_events_before_the_start_are_refused():
    with pytest.raises(ValueError, match="there is an event before it"):
        midi_bytes(TEMPO, [TrackEvents("", [(Fraction(-1), b"\x90\x3c\x40")])])


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path):
    with pytest.raises(StorageError, match=r"horn\.mid"):
        write_midi(tmp_path / "nowhere" / "horn.mid", TEMPO)
    path = tmp_path / "horn.mid"
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match="status byte"):
        write_midi(path, TEMPO, [TrackEvents("", [(Fraction(0), b"\x01\x02")])])
    assert [p.name for p in tmp_path.iterdir()] == ["horn.mid"]
    assert path.read_bytes() == b"old"


def test_general_midi_has_its_128_programs():
    assert [program.number for program in PROGRAMS] == list(range(128))
    assert len({program.name for program in PROGRAMS}) == 128
    assert [PROGRAMS[n].name for n in (0, 40, 48, 56, 73, 127)] == [
        "Acoustic Grand Piano", "Violin", "String Ensemble 1", "Trumpet", "Flute", "Gunshot",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("program", "channel", "stem"),
    [
        (0, 1, "keys"), (11, 1, "mallets"), (24, 1, "guitars"), (32, 1, "bass"),
        (41, 2, "strings"), (46, 1, "plucks"), (47, 1, "percussion"), (52, 1, "choir"),
        (60, 1, "brass"), (71, 1, "woodwinds"), (81, 1, "synths"), (40, 10, "percussion"),
    ],
)  # fmt: skip
def test_programs_go_to_the_stem_one_expects(program, channel, stem):
    assert suggested_stem(program, channel) == stem


def test_a_long_track_reads_back_whatever_is_in_it():
    chance = random.Random(1)
    statuses = (0x80, 0x90, 0x91, 0xB0, 0xC3, 0xD0, 0xE0)
    events = []
    for number in range(20_000):  # longer than what is read at once
        status, first, second = chance.choice(statuses), number % 128, chance.randrange(128)
        message = bytes((status, first, second))[: 2 if status & 0xE0 == 0xC0 else 3]
        at = Fraction(3 * number // 2 + chance.choice((0, 1)), 8)
        events.append((at, message if number % 5_000 < 100 else bytes((0x90, first, second))))
    data = midi_bytes(TEMPO, [TrackEvents("long", events)])
    (_, track), wanted = midi_from_bytes(data, "").tracks, sorted(events, key=lambda one: one[0])
    assert track.ticks.tolist() == [int(at * 960) for at, _ in wanted]
    assert track.messages == tuple(message for _, message in wanted)
