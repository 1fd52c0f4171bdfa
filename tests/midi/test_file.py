"""Reading MIDI files: by the letter against mido, damaged ones by hand."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.errors import RequestError
from hostkit.midi.midi_file import MidiFile, SecondsPerTick, TicksPerQuarter
from hostkit.midi.reading import file as midi_file
from hostkit.midi.reading.file import midi_from_bytes, read_midi

END = b"\x00\xff\x2f\x00"
NOTE = (
    b"\x00\x90\x3c\x40"  # at 0: note on, channel 1, middle C, velocity 64
    b"\x60\x80\x3c\x40"  # 96 ticks later: note off
)


def header(format_=1, tracks=1, division=96) -> bytes:
    return b"MThd\0\0\0\x06" + b"".join(n.to_bytes(2) for n in (format_, tracks, division))


def chunk(body: bytes, length: int | None = None) -> bytes:
    return b"MTrk" + (len(body) if length is None else length).to_bytes(4) + body


def read(data: bytes) -> MidiFile:
    return midi_from_bytes(data, "test.mid")


def repairs(data: bytes) -> list[str]:
    return [str(repair) for repair in read(data).repairs]


def one(events: bytes) -> MidiFile:
    return read(header() + chunk(events + END))


def test_a_plain_file_needs_no_repairs():
    plain = read(header() + chunk(NOTE + END))
    assert plain.repairs == ()
    assert plain.division == TicksPerQuarter(96)
    assert plain.tracks[0].ticks.tolist() == [0, 96]
    assert plain.tracks[0].messages == (b"\x90\x3c\x40", b"\x80\x3c\x40")
    assert plain.tracks[0].end_tick == 96
    assert plain.tracks[0].channels == (1,)


def test_running_status_outlives_meta_events_and_sysex():
    running = one(
        b"\x00\x91\x3c\x40"  # note on, channel 2
        b"\x0a\x3e\x41"  # running: another
        b"\x00\xff\x01\x02hi"  # a text
        b"\x00\x40\x42"  # running on
        b"\x05\xf0\x03\x7e\x7f\xf7"  # system exclusive
        b"\x00\x3c\x00"  # and on
    )
    assert running.repairs == ()
    assert running.tracks[0].messages == (
        b"\x91\x3c\x40", b"\x91\x3e\x41", b"\x91\x40\x42", b"\x91\x3c\x00",
    )  # fmt: skip
    assert running.tracks[0].ticks.tolist() == [0, 10, 10, 15]
    assert running.tracks[0].sysex == ((15, b"\xf0\x7e\x7f\xf7"),)


def test_long_times_and_messages_of_every_length():
    many = one(
        b"\x81\x80\x00\xc0\x30"  # 16384 ticks: program 48
        b"\x00\xd0\x11"  # pressure
        b"\x00\xe0\x00\x40"  # bend, centre
        b"\x00\xa0\x3c\x05"  # key pressure
        b"\xff\xff\xff\x7f\xb0\x40\x7f"  # 2**28 - 1 ticks: pedal
    )
    assert many.tracks[0].messages == (
        b"\xc0\x30", b"\xd0\x11", b"\xe0\x00\x40", b"\xa0\x3c\x05", b"\xb0\x40\x7f",
    )  # fmt: skip
    assert many.tracks[0].ticks.tolist() == [16384] * 4 + [16384 + 2**28 - 1]


def test_tempo_meter_and_markers_count_in_any_track():
    file = read(
        header(tracks=2)
        + chunk(b"\x00\xff\x03\x05Piano" + NOTE + END)
        + chunk(
            b"\x60\xff\x51\x03\x07\xa1\x20"  # tick 96: 500 000 µs
            b"\x00\xff\x58\x04\x06\x03\x18\x08"  # 6/8
            b"\x00\xff\x06\x05Chase"  # marker
            b"\x60\xff\x07\x04Door" + END  # tick 192: cue point
        )
    )
    assert file.tempos == ((96, Fraction(120)),)
    assert file.meters == ((96, 6, 8),)
    assert file.markers == ((96, "Chase"), (192, "Door"))
    assert [track.label for track in file.tracks] == ["track 1 (Piano)", "track 2"]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Hörner".encode(), "Hörner"),
        ("Hörner".encode("latin-1"), "Hörner"),
        (b"Horns\0\0", "Horns"),
        (b" a\nb ", "ab"),
    ],
)
def test_names_are_utf_8_else_latin_1(raw, name):
    assert one(b"\x00\xff\x03" + bytes((len(raw),)) + raw).tracks[0].name == name


def test_a_track_without_a_name_has_its_instruments():
    assert one(b"\x00\xff\x04\x04Oboe").tracks[0].name == "Oboe"
    assert one(b"\x00\xff\x04\x04Oboe\x00\xff\x03\x02Ob").tracks[0].name == "Ob"


@pytest.mark.parametrize(
    ("division", "seconds"),
    [
        (0xE728, Fraction(1, 1000)),  # -25, 40 ticks a frame: milliseconds
        (0xE850, Fraction(1, 1920)),  # -24, 80
        (0xE364, Fraction(1001, 3_000_000)),  # -29 is 29.97, 100
        (0xE250, Fraction(1, 2400)),  # -30, 80
    ],
)
def test_smpte_divisions_are_real_time(division, seconds):
    assert read(header(division=division) + chunk(NOTE + END)).division == SecondsPerTick(seconds)


@pytest.mark.parametrize("division", [0xE700, 0x8001, 0xFF28])
def test_divisions_that_are_none_are_refused(division):
    with pytest.raises(ValueError, match="is none that there is"):
        read(header(division=division) + chunk(NOTE + END))


def test_format_two_is_read_as_patterns_that_start_together():
    tempo = b"\x00\xff\x51\x03"
    file = read(
        header(2, 3)
        + chunk(NOTE + END)
        + chunk(tempo + b"\x0f\x42\x40" + NOTE + END)  # 60 bpm
        + chunk(tempo + b"\x07\xa1\x20" + NOTE + END)  # 120 bpm, of its own
    )
    assert file.tempos == ((0, Fraction(60)),)
    assert [track.ticks.tolist() for track in file.tracks] == [[0, 96]] * 3
    assert [repair.what for repair in file.repairs] == [
        "format 2, separate patterns: all start together, in the first's tempo"
    ]


GOOD = header() + chunk(NOTE + END)
TWO = header(tracks=2) + chunk(NOTE + END) + chunk(NOTE + END)


@pytest.mark.parametrize(
    ("data", "repair"),
    [
        (  # RIFF, its length, "RMID", "data", the length of the file, the file, padding, LIST
            b"RIFF\x40\0\0\0RMIDdata"
            + len(GOOD).to_bytes(4, "little")
            + GOOD
            + b"\0LIST\4\0\0\0abcd",
            "file: taken out of its RIFF wrapper",
        ),
        (b"\0" * 128 + GOOD, "file: 128 bytes before the header left out"),
        (GOOD + b"\x01\x02\x03junk", "after the last track: 7 bytes left out"),
        (header(tracks=9) + chunk(NOTE + END), "header: says 9 tracks; there are 1"),
        (header(7) + chunk(NOTE + END), "header: there is no format 7; taken as 1"),
        (header(division=0) + chunk(NOTE + END), "header: no ticks per quarter; taken as 480"),
        (
            b"MThd\0\0\0\0" + header()[8:] + chunk(NOTE + END),
            "header: its length says 0; taken as 6",
        ),
        (
            header() + chunk(NOTE + END, length=500),
            "track 1: the file ends inside it; 12 of 500 bytes taken",
        ),
        (header() + chunk(NOTE + END, length=7), "track 1: wrong length; 12 of 7 bytes taken"),
        (header() + chunk(NOTE), "track 1: it has no end of track; read up to there"),
        (
            header() + chunk(NOTE + b"\x00\x90\x3c", length=8 + 3),
            "track 1: it breaks off inside an event; read up to there",
        ),
        (
            header() + chunk(NOTE + b"\x00\xff\x01\x20cut"),
            "track 1: it breaks off inside an event; read up to there",
        ),
        (
            header() + chunk(NOTE + b"\xff\xff\xff\xff\x7f\x90\x3c\x40" + END),
            "track 1: a time or length too long to be one; read up to there",
        ),
        (
            header() + chunk(END + NOTE + END * 2),
            "track 1: 2 marks of its end before its end passed over",
        ),
        (
            header() + chunk(NOTE + END + b"\x00\x90\x3c\x40"),
            "track 1: 4 bytes after its end left out",
        ),
        (
            header() + chunk(NOTE + b"\x00\xff\x59\x02\x0b\x00" + END),  # eleven sharps
            "track 1: a key signature that makes no sense; left out",
        ),
        (
            header() + chunk(NOTE + b"\x00\xff\x51\x01\x07" * 2 + END),  # one byte of three
            "track 1: a tempo that makes no sense (2 times); left out",
        ),
        (
            header() + chunk(NOTE + b"\x00\xff\x51\x03\0\0\0" + END),
            "track 1: a tempo that makes no sense; left out",
        ),
        (
            header() + chunk(NOTE + b"\x00\xff\x58\x04\x00\x02\x18\x08" + END),  # 0/4
            "track 1: a meter that makes no sense; left out",
        ),
        (
            header() + chunk(NOTE + b"\x00\xff\x58\x04\x04\xff\x18\x08" + END),  # 4/2**255
            "track 1: a meter that makes no sense; left out",
        ),
        (
            header() + chunk(NOTE + b"\x00\xf8\x00\xf4" + END),  # clock, undefined
            "track 1: 2 messages that have no place in a file left out",
        ),
    ],
)
def test_damage_is_repaired_and_told(data, repair):
    file = read(data)
    assert [str(told) for told in file.repairs] == [repair]
    assert file.tracks[0].messages == (b"\x90\x3c\x40", b"\x80\x3c\x40")


@pytest.mark.parametrize("length", [3, 9, 13, 25, 2**32 - 1])
def test_a_wrong_length_does_not_take_the_next_track_along(length):
    file = read(header(tracks=2) + chunk(NOTE + END, length) + chunk(NOTE + END))
    assert [track.messages for track in file.tracks] == [(b"\x90\x3c\x40", b"\x80\x3c\x40")] * 2
    assert len(file.repairs) == 1


def test_a_short_meter_is_filled_up():
    short = one(b"\x00\xff\x58\x02\x03\x02")
    assert short.meters == ((0, 3, 4),)
    assert short.repairs == ()


def test_data_above_127_is_taken_as_127():
    loud = one(b"\x00\x90\x3c\xff")
    assert loud.tracks[0].messages == (b"\x90\x3c\x7f",)
    assert "1 messages with data above 127" in str(loud.repairs[0])


def test_data_before_any_status_ends_the_track():
    assert repairs(header() + chunk(b"\x00\x3c\x40" + END)) == [
        "track 1: data without a status byte; read up to there"
    ]


def test_chunks_of_other_kinds_are_passed_over():
    file = read(header() + b"XFIH\0\0\0\x02ab" + chunk(NOTE + END) + b"XFKM\0\0\0\x01a")
    assert file.repairs == ()
    assert len(file.tracks) == 1


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "not a MIDI file"),
        (b"MThd\0\0", "not a MIDI file"),
        (b"RIFF\0\0\0\0WAVEfmt ", "not a MIDI file"),
        (b"\0" * 1000, "not a MIDI file"),
        (header(), "has no track"),
        (header() + b"MTr", "has no track"),
    ],
)
def test_what_is_no_midi_is_refused(tmp_path: Path, data, complaint):
    path = tmp_path / "song.mid"
    path.write_bytes(data)
    with pytest.raises(RequestError, match=rf"song\.mid: .*{complaint}; export it again"):
        read_midi(path)


def test_what_cannot_be_opened_is_refused(tmp_path: Path):
    with pytest.raises(RequestError, match="there is no such file"):
        read_midi(tmp_path / "nowhere.mid")
    with pytest.raises(RequestError, match="it cannot be read"):
        read_midi(tmp_path)


def test_size_is_bounded(tmp_path: Path, monkeypatch):
    path = tmp_path / "song.mid"
    path.write_bytes(header() + chunk(NOTE * 20 + END))
    monkeypatch.setattr(midi_file, "MAX_EVENTS", 39)
    with pytest.raises(RequestError, match="too many events"):
        read_midi(path)
    monkeypatch.setattr(midi_file, "MAX_FILE_BYTES", 64)
    with pytest.raises(RequestError, match="larger than"):
        read_midi(path)
    path.write_bytes(header() + chunk(END) * 4)
    monkeypatch.setattr(midi_file, "MAX_FILE_BYTES", 1000)
    monkeypatch.setattr(midi_file, "MAX_TRACKS", 3)
    with pytest.raises(RequestError, match="more than 3 tracks"):
        read_midi(path)


data_byte = st.integers(0, 127)
channel_messages = st.one_of(
    st.tuples(st.integers(0x80, 0xBF) | st.integers(0xE0, 0xEF), data_byte, data_byte),
    st.tuples(st.integers(0xC0, 0xDF), data_byte),
).map(bytes)
timed = st.lists(st.tuples(st.integers(0, 2**28 - 1), channel_messages), max_size=30)


@given(st.lists(timed, min_size=1, max_size=4), st.integers(1, 32767))
def test_what_mido_writes_is_read_as_mido_reads_it(tracks, division):
    song = mido.MidiFile(type=1, ticks_per_beat=division)
    for events in tracks:
        song.tracks.append(
            mido.MidiTrack(mido.Message.from_bytes(m).copy(time=t) for t, m in events)
        )
    written = io.BytesIO()
    song.save(file=written)
    ours = read(written.getvalue())
    assert ours.repairs == ()
    assert ours.division == TicksPerQuarter(division)
    for track, theirs in zip(
        ours.tracks, mido.MidiFile(file=io.BytesIO(written.getvalue())).tracks, strict=True
    ):
        now, expected = 0, []
        for message in theirs:
            now += message.time
            if not message.is_meta:
                expected.append((now, bytes(message.bytes())))
        assert list(zip(track.ticks.tolist(), track.messages, strict=True)) == expected


@given(st.binary(max_size=200))
def test_any_bytes_after_a_header_are_read_or_refused(junk):
    for data in (junk, header() + junk, header() + chunk(junk)):
        try:
            file = read(data)
        except ValueError:
            continue
        for track in file.tracks:
            assert len(track.ticks) == len(track.messages)
            assert track.ticks.tolist() == sorted(track.ticks.tolist())
            assert all(len(m) in (2, 3) and max(m[1:]) < 128 <= m[0] for m in track.messages)


@given(st.data())
def test_a_real_file_with_bytes_overwritten_is_read_or_refused(data):
    song = bytearray(TWO)
    for _ in range(data.draw(st.integers(1, 6))):
        song[data.draw(st.integers(0, len(song) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(song)))
    try:
        file = read(bytes(song[:cut]))
    except ValueError:
        return
    assert file.tracks


def test_a_song_found_in_the_wild():
    """The sample that pygame-ce carries, as mido reads it."""
    pygame = Path(mido.__file__).parent.parent / "pygame/examples/data/MIDI_sample.mid"
    ours, theirs = read_midi(pygame), mido.MidiFile(pygame)
    assert [track.name for track in ours.tracks[1:3]] == ["Bass", "Piano"]
    for track, other in zip(ours.tracks, theirs.tracks, strict=True):
        messages = [bytes(m.bytes()) for m in other if not m.is_meta]
        assert list(track.messages) == messages


GS_SET, XG_SET = b"\xf0\x41\x10\x42\x12", b"\xf0\x43\x10\x4c"


@pytest.mark.parametrize(
    ("message", "what"),
    [
        (b"\xf0\x7f\x7f\x04\x01\x00\x40\xf7", "the master volume"),
        (b"\xf0\x7f\x7f\x04\x01\x7f\x7f\xf7", ""),
        (b"\xf0\x7f\x7f\x04\x03\x00\x20\xf7", "the master tuning"),
        (b"\xf0\x7f\x7f\x04\x03\x00\x40\xf7", ""),
        (b"\xf0\x7f\x7f\x04\x04\x00\x41\xf7", "a transposition"),
        (b"\xf0\x7f\x7f\x08\x02\x00\x01\x3c\x3c\x20\x00\xf7", "the tuning of keys"),
        (b"\xf0\x7e\x7f\x08\x08\x03\x7f\x7f" + b"\x50" * 12 + b"\xf7", "the tuning of keys"),
        (GS_SET + b"\x40\x00\x04\x40\x7c\xf7", "the master volume"),
        (GS_SET + b"\x40\x00\x04\x7f\x3d\xf7", ""),
        (GS_SET + b"\x40\x00\x05\x42\x79\xf7", "a transposition"),
        (GS_SET + b"\x40\x1f\x19\x32\x46\xf7", "the volume of a part"),
        (GS_SET + b"\x40\x11\x40" + b"\x40" * 11 + b"\x30\x00\xf7", "the tuning of keys"),
        (GS_SET + b"\x40\x11\x40" + b"\x40" * 12 + b"\x6f\xf7", ""),
        (GS_SET + b"\x40\x01\x30\x04\x0b\xf7", ""),  # a reverb
        (GS_SET + b"\x40\x00\x7f\x00\x41\xf7", ""),  # a reset
        (XG_SET + b"\x00\x00\x04\x50\xf7", "the master volume"),
        (XG_SET + b"\x00\x00\x00\x00\x04\x00\x00\xf7", ""),
        (XG_SET + b"\x08\x03\x0b\x50\xf7", "the volume of a part"),
        (XG_SET + b"\x08\x03\x4c\x41\xf7", "the tuning of keys"),
        (XG_SET + b"\x08\x03\x07\x02\xf7", ""),  # drums, which are followed
        (XG_SET + b"\x08\xf7", ""),
    ],
)
def test_exclusives_that_tune_or_set_levels_are_told(message, what):
    """Roland's SC-88 and Yamaha's XG manuals, RP-024 and MIDI Tuning; each twice."""
    event = b"\x00\xf0" + bytes((len(message) - 1,)) + message[1:]
    body = event * 2 + b"\x00\x90\x3c\x40\x60\x80\x3c\x40\x00\xff\x2f\x00"
    data = b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk" + len(body).to_bytes(4) + body
    made = midi_from_bytes(data, "a.mid")
    assert made.repairs == ()
    said = [f"track 1: 2 system exclusive messages for {what}; left out"] if what else []
    assert list(map(str, made.not_followed)) == said
