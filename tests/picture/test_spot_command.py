"""`hostkit spot` and `hostkit time` as they are typed, with the wrong things, too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Ran, hostkit

SESSION = """\
hostkit: 1
picture: {frame_rate: 24, start: 01:00:00:00}   # reel 1
length: 60s
tempo: [{at: 1|1, bpm: 90}]
# what the director asked for
hits:
  - {at: 2|1, name: in}          # softly
  - {at: 01:00:08:00, name: Lamp lit, weight: 3}

# the band
tracks: {keys: {instrument: {tone: {}}, midi: cue.mid}}
"""
EDL = """\
TITLE: REEL 1
001  A001     V     C        00:00:10:00 00:00:12:00 01:00:00:00 01:01:30:00
* LOC: 01:00:20:12 RED     last
* LOC: 01:00:06:06 RED     door slams
* LOC: 01:00:08:12 BLUE    lamp  lit
* LOC: 01:00:09:24 BLUE    illegal
* LOC: 01:00:02:16 BLUE    in
* LOC: 01:01:20:00 RED     next cue
* LOC: 00:59:59:23 RED     too early
"""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "cue.yaml").write_text(SESSION)
    (tmp_path / "reel.edl").write_text(EDL)
    return tmp_path


@pytest.fixture
def run(work: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(work)

    def of(*words: str) -> Ran:
        return hostkit(*words, cache=work / "cache")

    return of


def test_a_list_is_shown_with_what_could_not_be_read(run):
    ran = run("spot", "import", "reel.edl", "--frame-rate", "24")
    assert ran.code == 0
    assert ran.out.splitlines()[1:3] == ["01:00:20:12  last", "01:00:06:06  door slams"]
    assert "reel.edl: 6 markers, 1 event, 1 row skipped (CMX3600 edit decision list, 24" in ran.out
    illegal = "reel.edl:6: 01:00:09:24 has frame 24; at 24 frames go from 00 to 23 (* LOC: 01:00:09"
    assert f"warning: {illegal}" in ran.out


def test_a_list_goes_into_a_session_and_nothing_else_changes(run, work: Path):
    ran = run("spot", "import", "reel.edl", "--into", "cue.yaml")
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "cue.yaml: 2 hits added, 1 moved, 1 there already"
    assert "reel.edl:8: 01:01:20:00 lies after the session's end, 60 s after 01:00:00:00" in ran.out
    assert "reel.edl:9: 00:59:59:23 lies before the session's start at 01:00:00:00" in ran.out
    added = "  - {at: 01:00:06:06, name: door slams}\n"
    after = SESSION.replace("softly\n", f"softly\n{added}")
    after = after.replace("at: 01:00:08:00", "at: 01:00:08:12")
    after = after.replace("weight: 3}\n", "weight: 3}\n  - {at: 01:00:20:12, name: last}\n")
    assert (work / "cue.yaml").read_text() == after
    again = run("spot", "import", "reel.edl", "--into", "cue.yaml")
    assert again.out.splitlines()[-1] == "cue.yaml: 0 hits added, 0 moved, 4 there already"
    assert (work / "cue.yaml").read_text() == after


def test_the_document_of_an_import(run, work: Path):
    document = run("spot", "import", "reel.edl", "--into", "cue.yaml", "--json", "--dry-run").json
    assert document["imported"] == [
        {"at": "2|1", "name": "in"},
        {"at": "01:00:06:06", "name": "door slams"},
        {"at": "01:00:08:12", "name": "lamp lit"},
        {"at": "01:00:20:12", "name": "last"},
    ]
    assert document["moved"] == [{"at": "01:00:08:12", "name": "lamp lit", "was": "01:00:08:00"}]
    assert [row["line"] for row in document["skipped"]] == [6, 8, 9]
    assert document["skipped"][0]["text"] == "* LOC: 01:00:09:24 BLUE    illegal"
    assert (work / "cue.yaml").read_text() == SESSION


def test_names_that_come_again_are_not_moved_but_matched_one_by_one(run, work: Path):
    hits = "  - {at: 10s, name: cut}\n  - {at: 20s, name: cut}\n"
    (work / "cue.yaml").write_text(SESSION.replace("\n# the band", f"{hits}\n# the band"))
    (work / "cuts.csv").write_text("seconds,name\n20,Cut\n30,cut\n30,cut\n10,cut\n")
    ran = run("spot", "import", "cuts.csv", "--into", "cue.yaml")
    assert ran.out.splitlines()[-1].startswith("cue.yaml: 1 hit added, 0 moved, 2 there already, 2")
    assert (work / "cue.yaml").read_text().count("name: cut}") == 3


def test_hits_of_a_session_that_is_extended_are_written_into_the_one_on_top(run, work: Path):
    (work / "top.yaml").write_text("hostkit: 1\nextends: cue.yaml\n")
    assert run("spot", "import", "reel.edl", "--into", "top.yaml").code == 0
    assert (work / "cue.yaml").read_text() == SESSION
    listed = run("spot", "list", "top.yaml", "--json").json["hits"]
    assert [(hit["timecode"], hit["name"], hit["weight"]) for hit in listed] == [
        ("01:00:02:16", "in", 1),
        ("01:00:06:06", "door slams", 1),
        ("01:00:08:12", "Lamp lit", 3),
        ("01:00:20:12", "last", 1),
    ]


@pytest.mark.parametrize("ending", ["edl", "csv", "fcpxml", "mid", "txt"])
def test_what_is_exported_is_there_already_when_it_is_imported(run, work: Path, ending: str):
    assert run("spot", "export", "cue.yaml", "-o", f"out.{ending}").code == 0
    ran = run("spot", "import", f"out.{ending}", "--into", "cue.yaml")
    assert ran.out.splitlines()[-1] == "cue.yaml: 0 hits added, 0 moved, 2 there already"
    assert (work / "cue.yaml").read_text() == SESSION


REFUSED = {
    "no rate": (
        ["spot", "import", "reel.edl"],
        "does not say its frame rate; say it: --frame-rate",
    ),
    "a wrong rate": (["spot", "import", "reel.edl", "--frame-rate", "23"], "--frame-rate: '23' is"),
    "another rate": (
        ["spot", "import", "reel.edl", "--into", "cue.yaml", "--frame-rate", "25"],
        "the list is at 25 frames a second, the session at 24; export the list at the session's",
    ),
    "another reel": (
        ["spot", "import", "reel4.edl", "--into", "cue.yaml"],
        "none of its 2 markers, from 04:00:06:06 to 04:00:08:12, lies in the session: ",
    ),
    "no picture": (
        ["spot", "import", "reel.edl", "--into", "bare.yaml", "--frame-rate", "24"],
        "the session has no picture; say in the session picture: {frame_rate: 24, start: 01:00:20",
    ),
    "no such file": (
        ["spot", "import", "real.edl"],
        "real.edl: there is no such file; did you",
    ),
    "a session": (["spot", "import", "cue.yaml"], "is no spotting list that hostkit knows"),
    "no such format": (["spot", "import", "reel.edl", "--format", "x"], "there is no format 'x'"),
    "no output": (["spot", "export", "cue.yaml"], "nothing says what to write; name the file"),
    "an output there": (
        ["spot", "export", "cue.yaml", "-o", "reel.edl"],
        "reel.edl: is there already; --force replaces it",
    ),
    "export without a picture": (
        ["spot", "export", "bare.yaml", "-o", "out.edl"],
        "bare.yaml: such a list has timecode, and the session has no picture; say picture: {frame",
    ),
    "no such bar": (["time", "cue.yaml", "2|9"], "2|9 does not exist: bar 2 is in 4/4"),
    "before the start": (
        ["time", "cue.yaml", "00:59:59:00"],
        "lies before the music's start at",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused_and_nothing_written(run, work: Path, what: str):
    words, said = REFUSED[what]
    lines = EDL.replace("00:59", "01:01").splitlines(keepends=True)
    (work / "reel4.edl").write_text("".join(lines[i] for i in (1, 3, 4)).replace(" 01:", " 04:"))
    (work / "bare.yaml").write_text(SESSION.replace("picture", "#").replace("01:00:08:00", "8s"))
    before = {path.name: path.read_bytes() for path in work.iterdir() if path.is_file()}
    ran = run(*words)
    assert ran.code == 2
    assert said in ran.err
    assert {path.name: path.read_bytes() for path in work.iterdir() if path.is_file()} == before


def test_a_list_of_which_no_row_can_be_read_fails(run, work: Path):
    (work / "bad.csv").write_text("timecode,name\nlater,a\nsoon,b\n")
    ran = run("spot", "import", "bad.csv")
    assert ran.code == 1
    assert "bad.csv:2: 'later' is no place" in ran.out


def test_time_shows_a_position_in_every_form(run):
    document = run("time", "cue.yaml", "4|1", "01:00:08:12", "0.5s", "--json").json
    assert document["positions"] == [
        {"bar_beat": "4|1", "timecode": "01:00:08:00", "seconds": 8.0, "sample": 384_000},
        {"bar_beat": "4|1.75", "timecode": "01:00:08:12", "seconds": 8.5, "sample": 408_000},
        {"bar_beat": "1|1.75", "timecode": "01:00:00:12", "seconds": 0.5, "sample": 24_000},
    ]
    assert run("time", "cue.yaml", "4|1").out.splitlines() == [
        "bar|beat  timecode     seconds  sample",
        "4|1       01:00:08:00        8  384000",
    ]


@pytest.mark.parametrize("into", [(), ("--into", "cue.yaml", "--dry-run")])
def test_a_long_name_is_cut_in_the_table_and_whole_in_json(run, work: Path, into: tuple[str, ...]):
    name = "door " * 80 + "slams"
    (work / "long.csv").write_text(f"name,timecode\n{name},01:00:06:06\nlamp,01:00:07:06\n")
    given = ("spot", "import", "long.csv", "--frame-rate", "24", *into)
    shown = run(*given).out
    assert f"{name[:59]}…" in shown
    assert max(len(line) for line in shown.splitlines()) < 110
    assert json.loads(run(*given, "--json").out)["imported"][0]["name"] == name
