"""A project written for REAPER and read again: what both can hold is the same."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import rpp
from hypothesis import given, settings
from hypothesis import strategies as st

from hostkit.exchange.project import (
    AudioClip,
    CurvePoint,
    DeviceParameter,
    Media,
    Project,
    ProjectController,
    ProjectDevice,
    ProjectMarker,
    ProjectNote,
    ProjectSend,
    ProjectTrack,
)
from hostkit.exchange.reaper.reading.project import read_reaper
from hostkit.exchange.reaper.tree import parse_tree, quoted
from hostkit.exchange.reaper.writing.project import to_reaper
from hostkit.exchange.tempo import ProjectMeter, ProjectTempo
from hostkit.library.exchange.vstpreset import write_vstpreset

CLASS_ID = "2046504473616C636B654E4400000000"
STATE = write_vstpreset(CLASS_ID, {"Comp": bytes(range(256)) * 3, "Cont": b"editor"})
F = Fraction


def note(at: Fraction, lasts: Fraction, key: int = 60, velocity: int = 99) -> ProjectNote:
    return ProjectNote(at, lasts, key, velocity, 3, 17)


PLAYED = ProjectTrack(
    "a",
    'it\'s "so" `quoted`',
    folder="strings",
    notes=(note(F(0), F(1, 3)), note(F(1, 3), F(1, 480), 61), note(F(7, 2), F(201, 7), 62, 1)),
    controllers=(
        ProjectController("program", (CurvePoint(F(0), 41.0),), 0, 3),
        ProjectController("cc", (CurvePoint(F(0), 1.0), CurvePoint(F(5, 7), 127.0)), 64, 3),
        ProjectController(
            "pitch bend", (CurvePoint(F(1), -8192.0), CurvePoint(F(2), 8191.0)), 0, 3
        ),
        ProjectController("poly pressure", (CurvePoint(F(1), 5.0),), 60, 3),
        ProjectController("channel pressure", (CurvePoint(F(1), 6.0),), 0, 3),
    ),
    devices=(
        ProjectDevice(
            "Nekobi", "vst3", "instrument", CLASS_ID, "Sean Bolton, falkTX", STATE, ".vstpreset"
        ),
        ProjectDevice(
            "reverb",
            "hostkit",
            "effect",
            "reverb",
            parameters=(DeviceParameter("room_size", 0.9), DeviceParameter("freeze", False)),
        ),
        ProjectDevice(
            "ZamVerb",
            "vst3",
            "effect",
            CLASS_ID[::-1],
            "Damien (the) Zammit",
            enabled=False,
            comment='hostkit {"state": "0", "params": {"gain_db": 3.5}}',
            parameters=(
                DeviceParameter(
                    "wet",
                    None,
                    7,
                    "normalized",
                    (CurvePoint(F(0), 0.1, True), CurvePoint(F(8), 0.9)),
                ),
            ),
        ),
    ),
    sends=(ProjectSend("hall", -6.0), ProjectSend("echo", 0.0, pre_fader=True, enabled=False)),
    volume_db=-7.25,
    pan=-0.3,
    muted=True,
    colour="#ff8000",
)
MOVING = ProjectTrack(
    "b",
    "moving",
    folder="strings",
    notes=(note(F(0), F(1)),),
    volume_automation=(CurvePoint(F(0), 0.5, True), CurvePoint(F(4), 1.0), CurvePoint(F(6), 0.0)),
    pan_automation=(CurvePoint(F(0), -1.0, True), CurvePoint(F(4), 0.5)),
    sends=(ProjectSend("hall", automation=(CurvePoint(F(0), 0.1, True), CurvePoint(F(4), 0.7))),),
)
PROJECT = Project(
    name="cue",
    tempos=(
        ProjectTempo(F(0), F(921, 10), ramps=True),
        ProjectTempo(F(16), F(120)),
        ProjectTempo(F(40), F(611, 10)),
    ),
    meters=(ProjectMeter(F(0), 3, 4), ProjectMeter(F(9), 7, 8), ProjectMeter(F(40), 4, 4)),
    markers=(ProjectMarker(F(0), "A  part".replace("  ", " "), F(9)), ProjectMarker(F(10), "door")),
    tracks=(
        ProjectTrack("strings", "strings", "folder", volume_db=-1.0),
        PLAYED,
        MOVING,
        ProjectTrack("hall", "hall", volume_db=-2.0, sends=(ProjectSend("echo", -3.0),)),
        ProjectTrack("echo", "echo"),
        ProjectTrack("master", "master", "master", volume_db=-0.5),
    ),
    title="1m01 The “cue”",
    comment="one\ntwo",
    sample_rate=96_000,
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reaper") / "cue.rpp"
    data, losses = to_reaper(PROJECT, path.parent)
    assert [str(loss) for loss in losses] == [
        "SoundFonts and effects of hostkit's own are no plug-ins: REAPER keeps them, shown as "
        "missing, and plays without them"
    ]
    path.write_bytes(data)
    return path


@pytest.fixture(scope="module")
def read(written: Path) -> Project:
    return read_reaper(written)


def named(project: Project, name: str) -> ProjectTrack:
    return next(track for track in project.tracks if track.name == name)


def test_an_independent_parser_reads_it(written):
    tree = rpp.loads(written.read_text())
    assert tree.tag == "REAPER_PROJECT"
    names = [track.find("NAME")[1] for track in tree.findall("TRACK")]
    assert names == ["strings", "it's \"so\" 'quoted'", "moving", "hall", "echo"]
    assert [track.find("ISBUS")[1:] for track in tree.findall("TRACK")] == [
        ["1", "1"],
        ["0", "0"],
        ["2", "-1"],
        ["0", "0"],
        ["0", "0"],
    ]
    source = tree.find(".//SOURCE")
    events = [row for row in source if isinstance(row, list) and row[0] == "E"]
    ticks = source.find("HASDATA")[2]
    assert int(ticks) % 3 == int(ticks) % 7 == 0
    assert sum(int(row[1]) for row in events) == 33 * int(ticks)  # a quarter after the last end


def test_time_comes_back(read):
    for quarters in range(0, 200):
        at = F(quarters, 4)
        off = read.tempo_map.seconds_at(at) - PROJECT.tempo_map.seconds_at(at)
        assert abs(off) < F(1, 10**7)
    assert read.meters == PROJECT.meters
    assert [(m.at, m.name, m.end) for m in read.markers] == [
        (m.at, m.name, m.end) for m in PROJECT.markers
    ]


def test_notes_controllers_and_names_come_back(read):
    played = read.tracks[1]
    assert played.name == "it's \"so\" 'quoted'"
    assert played.notes == PLAYED.notes
    assert {(c.kind, c.number): c for c in played.controllers} == {
        (c.kind, c.number): c for c in PLAYED.controllers
    }
    assert (played.muted, played.colour, read.title, read.sample_rate) == (
        True,
        "#ff8000",
        PROJECT.title,
        96_000,
    )
    assert read.comment == "one\ntwo"
    assert read.losses == ()


def test_levels_and_routes_come_back(read):
    ids = {track.name: track.id for track in read.tracks}
    played, moving = read.tracks[1], named(read, "moving")
    assert played.volume_db == pytest.approx(-7.25, abs=1e-9)
    assert played.pan == -0.3
    assert {
        read.tracks[int(s.to)].name: (s.level_db, s.pre_fader, s.enabled) for s in played.sends
    } == {
        "hall": (pytest.approx(-6), False, True),
        "echo": (pytest.approx(0), True, False),
    }
    assert moving.volume_automation == MOVING.volume_automation
    assert moving.pan_automation == MOVING.pan_automation
    assert moving.sends[0].automation == MOVING.sends[0].automation
    assert played.folder == moving.folder == ids["strings"]
    assert named(read, "strings").role == "folder"
    assert [s.to for s in named(read, "hall").sends] == [ids["echo"]]
    assert named(read, "master").volume_db == pytest.approx(-0.5)


def test_devices_come_back_to_the_byte(read):
    nekobi, reverb, verb = read.tracks[1].devices
    assert nekobi == replace(PLAYED.devices[0])
    assert reverb == PLAYED.devices[1]
    assert (verb.name, verb.vendor, verb.enabled) == ("ZamVerb", "Damien (the) Zammit", False)
    assert verb.parameters == PLAYED.devices[2].parameters
    assert verb.comment == PLAYED.devices[2].comment


def test_clips_come_back(tmp_path):
    (tmp_path / "takes").mkdir()
    take = tmp_path / "takes" / "a take.flac"
    take.write_bytes(b"")
    clip = AudioClip(
        Media(str(take), take),
        F(3),
        F(5, 2),
        F(1, 4),
        -3.0,
        0.25,
        0.5,
        channels=(1,),
        name="a take",
        muted=True,
    )
    late = replace(clip, at=F(4), muted=False, channels=())
    project = Project("x", tracks=(ProjectTrack("a", "a", clips=(clip, late)),))
    data, _ = to_reaper(project, tmp_path)
    assert b'FILE "takes/a take.flac"' in data
    path = tmp_path / "x.rpp"
    path.write_bytes(data)
    first, second = read_reaper(path).tracks[0].clips
    assert first.media.file == take
    assert replace(first, media=clip.media, gain_db=-3.0) == clip
    assert first.gain_db == pytest.approx(-3.0)
    assert second.crossfade_seconds == pytest.approx(2.0)  # it begins half a second later


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), max_size=20
)


@given(st.lists(WORDS, min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_words_come_back_but_for_three_kinds_of_quotes(words):
    text = "<REAPER_PROJECT 0.1\n  NAME " + " ".join(map(quoted, words)) + "\n>"
    row = next(parse_tree(text.encode(), Path("x")).root.rows)
    kept = [w.replace("`", "'") if all(q in w for q in "\"'`") else w for w in words]
    assert row.words[1:] == kept
