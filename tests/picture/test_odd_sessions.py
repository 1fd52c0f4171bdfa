"""What picture's commands make of sessions and files that nobody meant."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import mido
import pytest
from commands import Ran, hostkit

SESSION = """\
hostkit: 1
picture: {frame_rate: 29.97, start: 01:00:00;00}
length: 20s
tempo: [{at: 1|1, bpm: 90}]
hits:
  - {at: 01:00:08;00, name: "a\\e[31mred\\nnext"}
  - {at: 01:00:12:00, name: sea}
tracks: {keys: {instrument: {tone: {}}, midi: cue.mid}}
"""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "cue.yaml").write_text(SESSION)
    notes = [mido.Message("note_on", note=60), mido.Message("note_off", note=60, time=4800)]
    mido.MidiFile(tracks=[mido.MidiTrack(notes)]).save(tmp_path / "cue.mid")
    return tmp_path


@pytest.fixture
def run(work: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(work)

    def of(words: str) -> Ran:
        return hostkit(*words.split(), cache=work / "cache")

    return of


@pytest.mark.parametrize(
    "command",
    [
        "spot export cue.yaml --format csv -o cue.yaml",
        "spot export cue.yaml -o cue.mid",
        "click cue.yaml -o cue.mid",
    ],
)
def test_what_a_session_is_made_of_is_never_replaced(run, work, command):
    before = {file: file.read_bytes() for file in work.iterdir() if file.is_file()}
    ran = run(f"{command} --force")
    assert ran.code == 2
    assert "is what cue.yaml is made of; name another file with -o" in ran.err
    assert {file: file.read_bytes() for file in work.iterdir() if file.is_file()} == before


def test_a_curve_that_is_there_is_replaced_by_force_alone(run, work):
    (work / "curve.svg").write_text("mine")
    assert run("tempo show cue.yaml -o curve.svg").code == 2
    assert (work / "curve.svg").read_text() == "mine"
    assert run("tempo show cue.yaml -o curve.svg --force").code == 0
    assert "tempo" in (work / "curve.svg").read_text()


def test_a_name_is_one_line_that_no_terminal_obeys(run, work):
    assert "a [31mred next" in run("spot list cue.yaml").out.splitlines()[1]
    assert run("tempo show cue.yaml -o curve.svg").code == 0
    ET.parse(work / "curve.svg")
    assert run("spot export cue.yaml -o hits.fcpxml").code == 0
    ET.parse(work / "hits.fcpxml")


def test_drop_and_non_drop_places_of_one_session_are_told(run, work):
    ran = run("check cue.yaml")
    assert ran.code == 0
    # in one hour non-drop timecode falls 108 frames behind: 3 s and 18 frames
    assert (
        "'sea': non-drop timecode, and the picture's start is drop: 01:00:12:00 is its 01:00:15;18"
        in ran.out
    )
    same = SESSION.replace("01:00:12:00", "01:00:12;00")
    (work / "cue.yaml").write_text(same)
    assert "drop" not in run("check cue.yaml").out


@pytest.mark.parametrize(
    ("hits", "said"),
    [
        ("{at: 3|1, name: x}", "its hits are written in bars, which move with the tempo; write"),
        ("{at: 20:00:12;00, name: sea}", "'sea' is 19.0 hours after the start; at most 4 are"),
        ("{at: 3|1}", "cue.yaml:5:8: the key 'name' is missing in item 1 of 'hits'; add it"),
    ],
)
def test_hits_that_cannot_be_solved_for_are_told(run, work, hits, said):
    head, tail = SESSION.split("hits:\n")
    (work / "cue.yaml").write_text(f"{head}hits: [{hits}]\n{tail[tail.index('tracks') :]}")
    ran = run("tempo solve cue.yaml")
    assert ran.code == 2
    assert said in ran.err


def test_bars_past_midnight_have_no_timecode(run, work):
    text = SESSION.replace("01:00:00;00", "23:59:55;00").split("hits:\n")[0]
    hits = (
        "hits: [{at: 9|1, name: after}]\ntracks: {keys: {instrument: {tone: {}}, midi: cue.mid}}\n"
    )
    (work / "cue.yaml").write_text(text + hits)
    assert run("spot list cue.yaml").out.splitlines()[1].split()[:3] == ["9|1", "21.3333", "after"]
    assert run("time cue.yaml 3|1").out.split()[-3:] == ["3|1", "5.3333", "256000"]
    assert run("spot report cue.yaml").code == 0
    ran = run("spot export cue.yaml -o hits.edl")
    assert ran.code == 2
    assert "cue.yaml: 'after' lies past midnight, where the picture has no timecode" in ran.err


def test_no_click_is_written_up_to_a_slip_in_the_hour(run, work):
    (work / "cue.yaml").write_text(
        SESSION.replace("length: 20s\n", "").replace("01:00:12:00", "20:00:12;00")
    )
    for command in ("click cue.yaml", "streamers cue.yaml"):
        ran = run(command)
        assert ran.code == 2
        assert "cue.yaml:1:1: it goes on for 19.0 hours, and at most 4 are taken" in ran.err
    assert not list(work.glob("*.wav")) + list(work.glob("*.mp4"))


@pytest.mark.parametrize("kind", ["edl", "protools"])
def test_a_file_that_has_nothing_of_the_format_named_is_refused(run, work, kind):
    (work / "song.wav").write_bytes(b"RIFF")
    ran = run(f"spot import song.wav --frame-rate 24 --format {kind}")
    assert ran.code == 2
    assert "song.wav: has nothing of " in ran.err


def test_a_reel_that_goes_on_past_midnight_is_compared(run, work):
    text = SESSION.replace("29.97, start: 01:00:00;00", "24, start: 23:59:55:00").split("hits:")[0]
    (work / "cue.yaml").write_text(
        text + "tracks: {keys: {instrument: {tone: {}}, midi: cue.mid}}\n"
    )
    source = "001  A001     V     C        00:10:00:00"
    (work / "old.edl").write_text(f"TITLE: R\n{source} 00:10:30:00 23:59:50:00 00:00:20:00\n")
    (work / "new.edl").write_text(f"TITLE: R\n{source} 00:10:28:00 23:59:50:00 00:00:18:00\n")
    ran = run("conform cue.yaml --old old.edl --new new.edl")
    assert ran.code == 0
    assert "deleted  00:00:18:00  00:00:20:00" in ran.out
