"""Cue sheet, tempo map and mix notes: read back by other libraries."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile

from hostkit.delivery.documents.mix_notes import in_words
from hostkit.devices.description import PluginDescription
from hostkit.midi.reading.file import read_midi
from hostkit.midi.write import write_midi
from hostkit.pipeline import Rendered
from hostkit.session.model.session import Session
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.tempo_map import TempoMap
from hostkit.timebase.timecode import TimecodeLabel

Deliver = Callable[..., Rendered]


@pytest.fixture
def documents(cue: Path, delivered: Deliver) -> dict[str, Path]:
    made = delivered(cue, "film-score", ())
    return {name: made.folder / d.path for name, d in made.manifest.documents.items()}


def test_cue_sheet(documents: dict[str, Path]):
    with documents["cue_sheet"].open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["production"] == "Coast"
    assert row["cue"] == "1m02"
    assert row["start"] == "01:00:00:00"
    assert row["end"] == "01:00:04:02"  # 4.1 s at 23.976: 98 frames and a bit
    assert row["duration"] == "0:04"
    assert (row["role"], row["name"], row["society"]) == ("composer", "Ada B", "PRS")
    assert row["IPI"] == "00012345678"
    assert row["instrumental or vocal"] == "instrumental"


@pytest.mark.parametrize(
    ("mix", "words"),
    [
        ("full", "everything"),
        ("underscore", "without Ost Vlns, Choir"),
        ("bed", "without Ost Vlns, Choir, Riser"),
        ("no_brass", "without Horns"),
        ("melody_only", "only Ost Vlns"),
    ],
)
def test_what_a_mix_is_by_its_name(mix: str, words: str):
    tags = {"Ost Vlns": ["melody"], "Horns": [], "Choir": ["vocals"], "Riser": ["fx"]}
    strings = {"soundfont": "gm", "program": 48}
    tracks = {name: {"instrument": strings, "tags": has} for name, has in tags.items()}
    tracks["Horns"] |= {"stem": "brass"}
    session = Session.model_validate({"hostkit": 1, "midi": "a.mid", "tracks": tracks})
    assert in_words(session, mix) == words


def test_tempo_map_with_markers(documents: dict[str, Path]):
    file = mido.MidiFile(documents["tempo_map"])
    (conductor,) = file.tracks
    now, found = 0, {}
    for message in conductor:
        now += message.time
        if message.type == "marker":
            found[message.text] = now / file.ticks_per_beat
        if message.type == "set_tempo":
            assert (now, message.tempo) == (0, 500_000)
    assert found == {"intro": 0, "end": 4, "door slams": 5}
    (offset,) = [message for message in conductor if message.type == "smpte_offset"]
    assert (offset.time, offset.frame_rate, offset.hours) == (0, 24, 1)


@pytest.mark.parametrize(
    ("frame_rate", "start", "written"),
    [
        ("25", "10:00:42:10", (25, 10, 0, 42, 10, 0)),
        ("23.976", "01:02:03:23", (24, 1, 2, 3, 23, 0)),
        ("29.97", "01:00:00;02", (29.97, 1, 0, 0, 2, 0)),
        ("29.97", "01:00:00:02", (30, 1, 0, 0, 2, 0)),
        ("50", "01:00:00:31", (25, 1, 0, 0, 15, 50)),
        ("59.94", "00:01:00;05", (29.97, 0, 1, 0, 2, 50)),
        ("120", "23:59:59:119", (30, 23, 59, 59, 29, 75)),
    ],
)
def test_smpte_offset(frame_rate: str, start: str, written: tuple[float, ...], tmp_path: Path):
    """Read back by mido, and by the reader that a first session is made with."""
    picture = PictureStart(FrameRate.parse(frame_rate), TimecodeLabel.parse(start))
    tempo_map = TempoMap(picture=picture)
    path = tmp_path / "map.mid"
    write_midi(path, tempo_map)
    first = mido.MidiFile(path).tracks[0][0]
    assert first.type == "smpte_offset"
    names = ("frame_rate", "hours", "minutes", "seconds", "frames", "sub_frames")
    assert tuple(getattr(first, name) for name in names) == written
    offset = read_midi(path).smpte_offset
    assert offset is not None
    assert (float(offset.rate), offset.frames) == (written[0], written[4])


def test_a_cut_that_is_played_faster_says_so(cue: Path, delivered: Deliver):
    """Four seconds of music and room to ring in 4.2 s: as fast as a cut may be."""
    text = cue.read_text().replace("loud_bass: {", "short: {length: 4.2s}, loud_bass: {")
    cue.write_text(text)
    own = cue.parent / "own.yaml"
    own.write_text("hostkit_profile: 1\ndocuments: [cue_sheet, mix_notes]\n")
    made = delivered(cue, str(own), ("short",))
    (form,) = [form for form in made.manifest.forms.values() if form.kind == "cut"]
    assert form.tempo_change_percent == pytest.approx(2, abs=0.004)
    said = "played 2 % faster"
    documents = {n: made.folder / d.path for n, d in made.manifest.documents.items()}
    assert f"| short | cut of intro, end, {said} |" in documents["mix_notes"].read_text(
        encoding="utf-8"
    )
    with documents["cue_sheet"].open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["remarks"] == f"short: {said}"


def test_mix_notes(documents: dict[str, Path]):
    text = documents["mix_notes"].read_text(encoding="utf-8")
    assert text.startswith("# 1m02 The Lighthouse: Part 1/2, version 3\n")
    assert "bar 1 beat 1 at 01:00:00:00, 23.976 frames a second" in text
    assert " samples\n" in text
    assert "| bass | low |" in text
    assert "- intro at 1|1, 01:00:00:00\n- end at 2|1, 01:00:01:23\n" in text  # 2 s: frame 47.95
    assert "- hit door slams at 2|2, 01:00:02:11\n" in text  # 2.5 s: frame 59.94


def test_mix_notes_tell_what_moves_and_what_is_a_mock_up(cue: Path, delivered: Deliver):
    text = cue.read_text().replace("underscore: {}", "mock-up: {live: false}")
    text = text.replace("stem: lead", "stem: lead, pan: 0.5, automation: {gain_db: [[1|1, -6]]}")
    text = text.replace("stem: bass", "stem: bass, live: [{file: take.wav, at: 1|1}]")
    soundfile.write(cue.parent / "take.wav", np.full(24_000, 0.1), 48_000)
    tempo = (
        "[{at: 1|1, bpm: 120}, {at: 2|1, bpm: 100, ramp_to: 150, until: 3|1}, {at: 3|1, bpm: 90}]"
    )
    cue.write_text(f"{text}tempo: {tempo}\n")
    own = cue.parent / "own.yaml"
    own.write_text("hostkit_profile: 1\ndocuments: [mix_notes]\n")
    made = delivered(cue, str(own), ("mock-up",))
    notes = (made.folder / made.manifest.documents["mix_notes"].path).read_text(encoding="utf-8")
    assert "- 120 bpm and 4/4 at the start, 90 to 150 bpm in all\n" in notes
    assert "| mock-up | mock-ups in place of the recorded players |" in notes
    assert "| automated | 0.5 |" in notes


def test_no_cell_is_a_formula(cue: Path, delivered: Deliver):
    cue.write_text(cue.read_text().replace("Ada B", "=cmd|' /C calc'!A0"))
    made = delivered(cue, "film-score", ())
    sheet = (made.folder / made.manifest.documents["cue_sheet"].path).read_text()
    assert "'=cmd" in sheet


@pytest.mark.plugins
def test_what_is_said_of_a_track_is_not_said_again_of_it_in_a_loop(
    cue: Path,
    delivered: Deliver,
    plugin: Callable[[str], PluginDescription],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("HOSTKIT_PLUGIN_PATH", str(plugin("ZamEQ2").path.parent))
    text = cue.read_text().replace("stem: bass", "stem: bass, effects: [{plugin: ZamEQ2}]")
    cue.write_text(text.replace("loud_bass: {", "round: {loop: {section: intro}}, loud_bass: {"))
    warnings = delivered(cue, None, ("round",)).manifest.warnings
    told = [text for text in warnings if "ZamEQ2 is mono" in text]
    assert told == ["low: ZamEQ2 is mono: it runs once for each side"]
