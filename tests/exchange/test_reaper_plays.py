"""What of a REAPER project sounds, and on which track: lanes, loops, notes sent, curves."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from hostkit.exchange.arriving.start import start_any
from hostkit.exchange.project import Project, ProjectTrack
from hostkit.exchange.reaper.reading.project import read_reaper
from hostkit.session.load import load_session

F = Fraction
SYNTH = '<FXCHAIN\n<VST "VSTi: Synth (Maker)" synth.dll 0 "" 1 ""\n>\n>\n'
AUDIO = "<SOURCE WAVE\nFILE a.wav 1\n>"


def read(folder: Path, inside: str) -> Project:
    path = folder / "song.rpp"
    path.write_text(f"<REAPER_PROJECT 0.1\nTEMPO 120 4 4\n{inside}\n>\n")
    return read_reaper(path)


def track(name: str, *lines: str) -> str:
    return "\n".join((f"<TRACK\nNAME {name}", *lines, ">\n"))


def notes(*events: str, at: float = 0.0, lines: str = "") -> str:
    """An item of two seconds, its events 96 to a quarter note."""
    source = "\n".join(("<SOURCE MIDI\nHASDATA 1 96 QN", *events, ">"))
    return f"<ITEM\nPOSITION {at}\nLENGTH 2\n{lines}\n{source}\n>"


def item(at: float, length: float, lines: str = "", source: str = AUDIO) -> str:
    return f"<ITEM\nPOSITION {at}\nLENGTH {length}\n{lines}\n{source}\n>"


def a_note(key: int, channel: int = 0) -> str:
    return notes(f"E 0 {0x90 + channel:x} {key:x} 60", f"E 96 {0x80 + channel:x} {key:x} 00")


def played(track: ProjectTrack) -> list[tuple[int, int]]:
    return [(note.key, note.channel) for note in track.notes]


def said(project: Project) -> list[str]:
    return [str(loss) for loss in project.losses]


def test_notes_that_are_sent_sound_where_the_instrument_is(tmp_path):
    """From all channels into one, from one as it is, none; and up to the folder of a track."""
    receives = ("AUXRECV 1 0 1 0 0 0 0 -1 0 -1:U 96", "AUXRECV 2 0 1 0 0 0 0 0 0 -1:U 5")
    project = read(
        tmp_path,
        track("sampler", *receives, "AUXRECV 3 0 1 0 0 0 0 0 0 -1:U 31", SYNTH)
        + track("a", "MAINSEND 0 0", a_note(60, 5))
        + track("b", a_note(61, 3), a_note(62, 4))
        + track("c", a_note(63))
        + track("folder", "ISBUS 1 1", SYNTH)
        + track("d", a_note(64))
        + track("e", "ISBUS 2 -1", "MUTESOLO 1 0 0", a_note(65)),
    )
    assert {one.name: played(one) for one in project.tracks} == {
        "sampler": [(60, 2), (62, 4)],
        "a": [],
        "b": [],
        "c": [(63, 0)],
        "folder": [(64, 0)],
        "d": [],
        "e": [(65, 0)],
        "master": [],
    }
    assert said(project) == [
        "sampler: plays the notes of a and b as one part, as there",
        "folder: plays the notes of d as one part, as there",
    ]


def test_of_fixed_lanes_only_those_arrive_that_play(tmp_path):
    lanes = [notes("E 0 90 3c 60", "E 96 80 3c 00", lines=f"YPOS {n / 4} 0.25 2") for n in range(4)]
    counts = {}
    for solo in ("LANESOLO 10 0 0 0 0 0 0 0", "LANESOLO 4294967294 4294967295", ""):
        project = read(tmp_path, track("a", "FREEMODE 2", solo, *lanes))
        counts[solo[9:19]] = len(project.tracks[0].notes), said(project)
    left = "a: an item in a lane that does not play is left out"
    assert counts == {
        "10 0 0 0 0": (2, [f"{left} (2 times)"]),
        "4294967294": (3, [left]),
        "": (4, []),
    }


def test_controllers_slide_to_the_next_value_of_their_item(tmp_path):
    events = ("E 0 b0 01 00 1", "E 96 b0 01 40", "E 96 e0 00 40 80", "E 96 b0 01 7f 16")
    project = read(tmp_path, track("a", notes(*events), notes(*events, at=2)))
    wheel, bend = project.tracks[0].controllers
    values = [(point.at, point.value, point.linear) for point in wheel.points]
    first = [(F(0), 0.0, True), (F(1), 64.0, False), (F(3), 127.0, False)]
    assert values == first + [(at + 4, value, slides) for at, value, slides in first]
    assert [point.linear for point in bend.points] == [False, False]
    assert said(project) == ["a: curved controllers go straight from point to point (2 times)"]


def test_what_has_no_place_here_is_told(tmp_path):
    envelope = "ACT 1 -1\nPT 0 1 0\nPT 2 0.5 0\n>"
    effect = '<VST "VST: Delay (Maker)" d.dll 0 "" 2 ""\n>\nWET 0.25 0\n<PROGRAMENV 3 0\n>\n'
    project = read(
        tmp_path,
        f"PLAYRATE 0.5 0\n<MASTERPLAYSPEEDENV\n{envelope}\n<MASTERVOLENV2\n{envelope}\n"
        + track("a", notes("<X 0 0\n8AECAwQF9w==\n>"), notes("<X 0 0\n/wNoaQ==\n>"))
        + track("b", notes(lines="PLAYRATE 1 0 -12\nVOLPAN 0.5 0 1 -1"), a_note(60))
        + track("c", "PANMODE 5\nVOLPAN 1 0 -1 -1 0.5", f"<MUTEENV\n{envelope}")
        + track("d", f"<FXCHAIN\n{effect}>", item(-1, 2), a_note(60)),
    )
    assert said(project) == [
        "a: an event that is no message of a channel is left out",
        "b: an item's transposition is left out",
        "b: the volume of an item of notes is left out",
        "c: its width is left out: left and right stay as they are",
        "c: automation of its mute is left out",
        "d: an item before the start, or after a day, is left out",
        "d: Delay is mixed in by 25 % there; here all of the sound goes through it",
        "d: modulation of a parameter of Delay is left out",
        "the project is played 0.5 times as fast there; here at its own speed",
        "automation of the speed of the whole project is left out",
    ]
    assert [point.value for point in project.tracks[-1].volume_automation] == [1.0, 0.5]


@pytest.mark.parametrize(("mode", "level"), [(0, 0.5), (1, 1.0)])
def test_a_fader_trims_its_envelope_unless_the_track_reads_it(tmp_path, mode, level):
    envelope = "<VOLENV2\nACT 1 -1\nPT 0 1 0\nPT 2 0.5 0\n>"
    project = read(tmp_path, track("a", f"AUTOMODE {mode}\nVOLPAN 0.5 0", envelope, a_note(60)))
    assert project.tracks[0].volume_automation[0].value == level


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("PT 0 1 0\nPT 2 0.5 0", False),
        ("PT 0 1 2\nPT 2 0.5 3\nPT 3 1 4\nPT 4 0.5 0", False),
        ("PT 0 1 5\nPT 2 0.5 0", True),
        ("VOLTYPE 1\nPT 0 1 0\nPT 2 0.5 0", True),  # straight on a fader, and so not in gain
        ("VOLTYPE 1\nPT 0 1 0\nPT 2 1 1\nPT 3 0.5 0", False),
    ],
)
def test_automation_that_is_not_straight_in_gain_is_told(tmp_path, lines, told):
    project = read(tmp_path, track("a", f"<VOLENV2\nACT 1 -1\n{lines}\n>", a_note(60)))
    curved = "a: curved automation goes straight from point to point"
    assert said(project) == ([curved] if told else [])


@pytest.mark.parametrize(
    ("shape", "middle"), [(0, 0.5), (1, 1.0), (2, 0.5), (3, 1 - 0.875), (4, 0.875)]
)
def test_curves_are_followed(tmp_path, shape, middle):
    """From 1 to 0 in four quarters; half of the way, and between points as of the curve itself."""
    lines = f"<VOLENV2\nACT 1 -1\nPT 2 0 0\nPT 0 1 {shape}\n>"
    curve = read(tmp_path, track("a", lines, a_note(60))).tracks[0].volume_automation
    assert (curve[0].at, curve[-1].at) == (0, 4)
    assert [point.at for point in curve] == sorted(point.at for point in curve)
    if shape == 1:
        assert not curve[0].linear
        return
    places, values = [float(p.at) for p in curve], [p.value for p in curve]
    assert np.interp(2.0, places, values) == pytest.approx(middle, abs=1e-9)
    part = np.linspace(0, 1, 200)
    fall = {0: part, 2: 3 * part**2 - 2 * part**3, 3: 1 - (1 - part) ** 3, 4: part**3}[shape]
    assert np.abs(np.interp(4 * part, places, values) - (1 - fall)).max() < 1 / 300


SECTION = f"<SOURCE SECTION\nLENGTH 0.25\nMODE {{}}\nSTARTPOS 0.125\n{AUDIO}\n>"


@pytest.mark.parametrize(
    ("placed", "regions"),
    [  # of a file of half a second; at 120 bpm
        (
            item(0, 1.75, "LOOP 1\nSOFFS 0.25\nFADEIN 1 0.125 0\nFADEOUT 1 0.0625 0"),
            [
                {"at": "1|1", "from": "0.25s", "to": "0.5s", "fade_in_ms": 125.0},
                {"at": "1|1.5", "to": "0.5s"},
                {"at": "1|2.5", "to": "0.5s"},
                {"at": "1|3.5", "to": "0.5s", "fade_out_ms": 62.5},
            ],
        ),
        (item(0, 1.75, "LOOP 0"), [{"at": "1|1", "to": "0.5s"}]),
        (item(0, 0.55, "LOOP 1"), [{"at": "1|1", "to": "0.5s"}, {"at": "1|2", "to": "0.05s"}]),
        (item(0, 0.500001, "LOOP 1"), [{"at": "1|1", "to": "0.5s"}]),
        (
            item(0, 0.5, "LOOP 1", SECTION.format(0)),
            [
                {"at": "1|1", "from": "0.125s", "to": "0.375s"},
                {"at": "1|1.5", "from": "0.125s", "to": "0.375s"},
            ],
        ),
        (item(0, 1, "", SECTION.format(0)), [{"at": "1|1", "from": "0.125s", "to": "0.375s"}]),
        (item(0, 1, "", SECTION.format(3)), [{"at": "1|1", "to": "0.5s"}]),
    ],
)
def test_a_looped_item_begins_again_where_its_audio_ends(tmp_path, placed, regions):
    soundfile.write(tmp_path / "a.wav", np.ones(24_000), 48_000)
    (tmp_path / "song.rpp").write_text(f"<REAPER_PROJECT 0.1\n{track('a', placed)}>\n")
    begun = start_any(tmp_path / "song.rpp")
    session = load_session(begun.started.path).session
    made = [r.model_dump(exclude_defaults=True, by_alias=True) for r in session.tracks["a"].audio]
    told = ["a: an item that plays backwards plays forwards here"] if "MODE 3" in placed else []
    assert [str(loss) for loss in begun.losses] == told
    assert made == [{"file": "a.wav", **region} for region in regions]


def test_a_packed_file_begins_again_only_for_what_no_reader_has_at_its_end(tmp_path):
    """Half a second of Vorbis: 50 ms more are no second time, 150 ms are."""
    soundfile.write(tmp_path / "a.ogg", np.zeros(24_000), 48_000)
    source = "<SOURCE VORBIS\nFILE a.ogg\n>"
    items = (item(at, length, "LOOP 1", source) for at, length in ((0, 0.55), (2, 0.65)))
    (tmp_path / "song.rpp").write_text(f"<REAPER_PROJECT 0.1\n{track('a', *items)}>\n")
    session = load_session(start_any(tmp_path / "song.rpp").started.path).session
    assert [str(region.at) for region in session.tracks["a"].audio] == ["1|1", "2|1", "2|2"]


def test_audio_that_is_missing_is_told_once_for_a_track(tmp_path):
    files = [f"<SOURCE MP3\nFILE 'C:\\Takes\\{name}.mp3' 1\n>" for name in "abcda"]
    clips = [item(at, 1, "", source) for at, source in enumerate(files)]
    lines = track("a", *clips, a_note(60))
    (tmp_path / "song.rpp").write_text(f"<REAPER_PROJECT 0.1\n{lines}>\n")
    said = [str(loss) for loss in start_any(tmp_path / "song.rpp").losses]
    assert said == [
        "a: 5 clips of audio that is not there, neither in the project nor beside it: "
        "a.mp3, b.mp3 and 2 more",
        "a: has no instrument there; a sound of General MIDI for now",
    ]


def test_items_that_touch_stay_on_one_track(tmp_path):
    """The first ends 1.2 frames after the second begins, as its place is rounded to a tick."""
    soundfile.write(tmp_path / " a  b.wav", np.ones(48_000), 48_000)
    source = '<SOURCE WAVE\nFILE " a  b.wav"\n>'
    items = (item(0, 0.500025, "", source), item(0.5, 0.5, "FADEIN 1 0.25 0", source))
    (tmp_path / "song.rpp").write_text(f"<REAPER_PROJECT 0.1\n{track('a', *items)}>\n")
    session = load_session(start_any(tmp_path / "song.rpp").started.path).session
    made = [r.model_dump(exclude_defaults=True, by_alias=True) for r in session.tracks["a"].audio]
    assert made == [
        {"file": " a  b.wav", "at": "1|1", "to": "0.5s"},
        {"file": " a  b.wav", "at": "1|2", "to": "0.5s", "fade_in_ms": 250.0},
    ]
