"""MIDI as its author heard it: channels across tracks and ports, drums, modes, pedals, texts."""

from __future__ import annotations

import numpy as np
import pytest

from hostkit.midi.drums import drum_channels, with_drums_as_banks
from hostkit.midi.general import PROGRAMS
from hostkit.midi.midi_file import MidiFile, MidiTrack
from hostkit.midi.performing.notes import settle_notes
from hostkit.midi.performing.pedals import with_pedals_lifted
from hostkit.midi.performing.select import select
from hostkit.midi.reading.encoding import guess_encoding, known_encoding
from hostkit.midi.reading.file import midi_from_bytes
from hostkit.midi.reading.shared import on_one_port

END = b"\x00\xff\x2f\x00"
NOTE = b"\x00\x90\x3c\x40\x60\x80\x3c\x40"  # channel 1, middle C for 96 ticks
ON, OFF = b"\x90\x3c\x40", b"\x80\x3c\x40"


def chunk(body: bytes) -> bytes:
    return b"MTrk" + (len(body) + len(END)).to_bytes(4) + body + END


def file_of(*bodies: bytes, kind: int = 1) -> MidiFile:
    head = b"MThd\0\0\0\x06" + b"".join(n.to_bytes(2) for n in (kind, len(bodies), 96))
    return midi_from_bytes(head + b"".join(map(chunk, bodies)), "test.mid")


def port(number: int) -> bytes:
    return bytes((0x00, 0xFF, 0x21, 0x01, number))


def program(number: int, channel: int = 0, wait: int = 0) -> bytes:
    return bytes((wait, 0xC0 | channel, number))


def heard(track: MidiTrack) -> list[tuple[int, bytes]]:
    return list(zip(track.ticks.tolist(), track.messages, strict=True))


def test_a_channels_programs_count_in_whichever_track_they_stand():
    setup = program(19) + program(56, wait=96) + program(7, channel=1)
    file = file_of(setup, NOTE + NOTE)
    assert heard(select(file, 2, None)) == [
        (0, b"\xc0\x13"), (0, ON), (96, b"\xc0\x38"), (96, OFF), (96, ON), (192, OFF),
    ]  # fmt: skip


def test_what_comes_after_the_tracks_end_is_left_out_but_for_pedals_going_up():
    late = b"\x00\xb0\x40\x7f\x7f\xb0\x07\x10\x00\xb0\x40\x00"  # pedal; tick 127: volume, pedal up
    assert heard(select(file_of(late, NOTE), 2, None)) == [
        (0, b"\xb0\x40\x7f"), (0, ON), (96, OFF), (127, b"\xb0\x40\x00"),
    ]  # fmt: skip


def test_two_hands_share_pedal_and_program():
    file = file_of(program(0) + b"\x00\xb0\x40\x7f" + NOTE, NOTE)
    assert [m for _, m in heard(select(file, 2, None))][:2] == [b"\xc0\x00", b"\xb0\x40\x7f"]


def test_instruments_that_happen_to_share_channel_1_do_not_share_settings():
    begin_differently = file_of(program(40) + NOTE, program(42) + NOTE)
    assert [m for _, m in heard(select(begin_differently, 2, None))] == [b"\xc0\x2a", ON, OFF]
    no_programs = file_of(b"\x00\xb0\x01\x7f" + NOTE, NOTE, NOTE)
    assert [m for _, m in heard(select(no_programs, 2, None))] == [ON, OFF]


def test_patterns_of_format_2_have_nothing_in_common():
    assert len(select(file_of(program(19), NOTE, kind=2), 2, None).messages) == 2


def test_ports_are_channels_of_their_own():
    file = file_of(port(0) + program(48) + NOTE, port(1) + program(56) + NOTE)
    assert [m for _, m in heard(select(file, 2, None))] == [b"\xc0\x38", ON, OFF]
    both = select(file, None, None)
    assert both.played == (0, 16)
    assert b"\xc0\x38\x01" in tuple(both.messages)
    assert select(file, None, 1, 1).messages == (b"\xc0\x38", ON, OFF)
    assert on_one_port(both).played == (0,)


def test_a_port_may_change_inside_a_track():
    file = file_of(port(0) + NOTE + port(5) + NOTE, kind=0)
    assert select(file, None, None).played == (0, 16)  # ports are numbered from 0 in order
    assert select(file, None, None, 5).ticks.tolist() == [96, 192]


GS = b"\xf0\x41\x10\x42\x12\x40\x00\x7f\x00\x41\xf7"
XG = b"\xf0\x43\x10\x4c\x00\x00\x7e\x00\xf7"
GM2 = b"\xf0\x7e\x7f\x09\x03\xf7"


def drums_of(*messages: bytes, sysex: tuple[bytes, ...] = (), channel: int = 10) -> frozenset[int]:
    note = bytes((0x90 | channel, 36, 100))
    ticks = np.arange(1, len(messages) + 2)
    made = MidiTrack(1, "", ticks, (*messages, note), 9, tuple((0, s) for s in sysex))
    return drum_channels(with_drums_as_banks(made).messages)


def part_mode(block: int, mode: int) -> bytes:
    return bytes((0xF0, 0x41, 0x10, 0x42, 0x12, 0x40, 0x10 | block, 0x15, mode, 0x10, 0xF7))


@pytest.mark.parametrize(
    ("messages", "sysex", "channel", "drums"),
    [
        ((), (), 9, True),
        ((), (), 10, False),
        ((), (GS, part_mode(0xA, 1)), 10, True),  # block A is channel 11
        ((), (GS, part_mode(0x1, 2)), 0, True),
        ((), (GS, part_mode(0x0, 0)), 9, False),  # block 0 is channel 10
        ((), (GS, part_mode(0xA, 1), GS), 10, False),
        ((b"\xba\x00\x7f", b"\xca\x00"), (XG,), 10, True),
        ((b"\xba\x00\x7e", b"\xca\x00"), (XG,), 10, True),
        ((b"\xba\x00\x7f", b"\xca\x00"), (GS,), 10, False),  # there it is the MT-32's sounds
        ((b"\xb9\x00\x00", b"\xc9\x00"), (XG,), 9, False),
        ((), (XG, b"\xf0\x43\x10\x4c\x08\x0a\x07\x02\xf7"), 10, True),
        ((b"\xba\x00\x78", b"\xca\x00"), (GM2,), 10, True),
        ((b"\xb9\x00\x79", b"\xc9\x00"), (GM2,), 9, False),
        ((b"\xba\x00\x79", b"\xca\x00"), (GM2,), 10, False),
        ((b"\xba\x00\x08", b"\xca\x18"), (), 10, False),
    ],
)  # fmt: skip
def test_what_makes_drums(messages, sysex, channel, drums):
    assert drums_of(*messages, sysex=sysex, channel=channel) == ({channel} if drums else set())


def settled(*events: tuple[int, bytes], end: int = 1000) -> list[tuple[int, bytes]]:
    done = settle_notes([e[0] for e in events], [e[1] for e in events], end, 10, "track 1")
    assert done.repairs == ()
    return list(zip(done.events.samples.tolist(), done.events.messages, strict=True))


@pytest.mark.parametrize("mode", [120, 123, 124, 125, 126, 127])
def test_modes_end_the_notes_of_their_channel(mode):
    silence = bytes((0xB0, mode, 0))
    other = b"\x91\x3c\x40"
    other_off = b"\x81\x3c\x40"
    played = [(0, ON), (0, other), (500, silence), (700, other_off), (800, ON), (900, OFF)]
    events = settled(*played)
    closed = b"\x80\x3c\x40"  # velocity 64
    assert events == [
        (0, ON), (0, other), (500, closed), (500, silence), (700, other_off),
        (800, ON), (900, OFF),
    ]  # fmt: skip


def test_the_own_end_of_a_silenced_note_is_no_stray():
    events = settled((0, ON), (500, b"\xb0\x7b\x00"), (600, OFF), (700, ON), (800, OFF))
    assert [at for at, m in events if m[0] == 0x80] == [500, 800]


def lifted(*events: tuple[int, bytes], dies_away: bool | None) -> list[tuple[int, bytes]]:
    done = settle_notes([e[0] for e in events], [e[1] for e in events], 1000, 10, "track 1")
    made = with_pedals_lifted(done, "track 1", dies_away)
    assert bool(made.repairs) == (len(made.events) > len(done.events))
    return [
        (int(s), m)
        for s, m in zip(made.events.samples, made.events.messages, strict=True)
        if m[0] & 0xF0 == 0xB0 and m[2] == 0
    ]


DOWN = b"\xb0\x40\x7f"


@pytest.mark.parametrize(
    ("choice", "dies_away", "lifts"),
    [
        ((), False, True),
        ((), True, False),
        ((b"\xc0\x13",), None, True),  # church organ
        ((b"\xc0\x00",), None, False),  # piano
        ((), None, False),  # nothing chosen is the piano
        ((b"\xb0\x40\x00",), False, False),
        ((b"\xb0\x79\x00",), False, False),  # all controllers reset
    ],
)
def test_a_pedal_never_lifted_goes_up_where_the_track_ends(choice, dies_away, lifts):
    events = [(0, DOWN), *((0, message) for message in choice), (0, ON), (900, OFF)]
    after = [e for e in lifted(*events, dies_away=dies_away) if e[0] == 1000]
    assert after == ([(1000, b"\xb0\x40\x00")] if lifts else [])


@pytest.mark.parametrize("pedal", [64, 66, 69])
def test_every_pedal_is_lifted(pedal):
    down, up = bytes((0xB0, pedal, 64)), bytes((0xB0, pedal, 0))
    assert lifted((0, down), (0, ON), (900, OFF), dies_away=False) == [(1000, up)]


@pytest.mark.parametrize(
    ("codec", "names"),
    [
        ("utf-8", ["Flöte", "Труба", "ピアノ"]),
        ("cp932", ["ピアノ", "弦楽器", "ベース", "サビ"]),
        ("cp1251", ["Труба", "Скрипки", "Вступление"]),
        ("koi8_r", ["Труба", "Скрипки"]),
        ("cp1252", ["Hörner", "Überleitung", "Contrebasse à cordes", "Célesta"]),
        ("gbk", ["钢琴", "小提琴", "主旋律"]),
        ("euc_kr", ["피아노", "기타", "드럼"]),
        ("big5", ["鋼琴", "小提琴", "主旋律"]),
        ("euc_jp", ["ピアノ", "ドラム", "ギター"]),
    ],
)
def test_encodings_are_told_from_all_texts_of_a_file(codec, names):
    texts = [name.encode(codec) for name in names]
    guessed = guess_encoding([b"Piano", *texts])
    assert [text.decode(guessed) for text in texts] == names


def test_names_and_markers_are_read_in_it_unless_another_is_asked_for():
    raw = "弦楽器".encode("cp932")
    body = b"\x00\xff\x03" + bytes((len(raw),)) + raw + b"\x00\xff\x06\x04" + "サビ".encode("cp932")
    data = b"MThd\0\0\0\x06\0\x01\0\x01\0\x60" + chunk(body + NOTE)
    file = midi_from_bytes(data, "test.mid")
    assert (file.tracks[0].name, file.markers) == ("弦楽器", ((0, "サビ"),))
    assert midi_from_bytes(data, "test.mid", "latin-1").tracks[0].name != "弦楽器"


def test_encodings_have_names():
    assert known_encoding("shift_jis") == "shift_jis"
    assert known_encoding("rot13") is None
    assert known_encoding("klingon") is None


@pytest.mark.parametrize(
    ("data", "label", "rate"),
    [
        (b"\x21\x00\x0a\x00\x00", "01:00:10:00", "25"),
        (b"\x01\x02\x03\x17\x00", "01:02:03:23", "24"),
        (b"\x41\x00\x00\x02\x00", "01:00:00;02", "29.97"),
        (b"\x61\x00\x00\x1d\x00", "01:00:00:29", "30"),
        (b"\x21\x00\x0a\x19\x00", None, None),  # there is no frame 25 at 25
        (b"\x41\x01\x00\x00\x00", None, None),  # dropped
        (b"\x21\x00", None, None),
    ],
)
def test_the_smpte_offset(data, label, rate):
    offset = file_of(b"\x00\xff\x54" + bytes((len(data),)) + data + NOTE).smpte_offset
    assert (offset.label, offset.rate) == (label, rate) if label else offset is None


def test_all_sounds_of_general_midi_have_a_kind():
    from hostkit.midi.general import dies_away

    names = {PROGRAMS[n].name for n in range(128) if dies_away(n)}
    assert {"Acoustic Grand Piano", "Orchestral Harp", "Timpani", "Koto"} <= names
    assert not {"Church Organ", "Violin", "Trumpet", "Fiddle", "Pad 2 (warm)"} & names
