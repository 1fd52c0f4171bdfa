"""`hostkit tempo` from outside: what is written, drawn, refused and told."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path

import pytest
from commands import Ran, hostkit
from scores import RATE
from takes import noise, write_take

from hostkit.session.load import load_session
from hostkit.timebase.tempo_map import TempoMap, TempoMark

TEXT = """\
# the harbour
hostkit: 1
picture: {frame_rate: 24, start: 01:00:42:10}

tempo:   # found by ear
  - {at: 1, bpm: 118, meter: 4/4}   # the opening

sections:   # of the director
  - {name: intro, at: 1|1}
hits:
  - {at: 01:00:49:03, name: door slams, weight: 3, land_on: downbeat}  # loud
  - {at: 01:00:55:20, name: lamp is lit}
  - {at: 01:01:03:05, name: wave breaks, land_on: downbeat}
  - {at: 17|1, name: in bars}
tracks:
  low: {instrument: {tone: {gain: 0.2}}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tempo")


@pytest.fixture
def session(folder: Path, request: pytest.FixtureRequest) -> Path:
    path = folder / f"{request.node.name[:40]}.yaml"
    path.write_text(TEXT)
    return path


def tempo(folder: Path, *arguments: object) -> Ran:
    return hostkit("tempo", *arguments, cache=folder / "cache")


def test_a_solution_is_written_into_tempo_alone(folder: Path, session: Path):
    ran = tempo(folder, "solve", session, "--bpm", "100-140", "--write", "--json")
    assert ran.code == 0, ran.err
    said = ran.json
    assert said["written"] is True
    assert [hit["caught"] for hit in said["hits"]] == [True] * 3
    assert said["warnings"] == ["written in bars, so they move with the tempo: 'in bars'"]
    before, after = TEXT.splitlines(), session.read_text().splitlines()
    kept = [line for line in before if "118" not in line]
    assert [line for line in after if line in kept] == kept
    added = [line for line in after if line not in kept]
    assert all(line.lstrip().startswith("- {at: ") for line in added)
    assert len(added) == len(said["tempo"])
    loaded = load_session(session).session
    marks = [
        TempoMark(
            point.at,
            Fraction(repr(point.bpm)),
            None if point.meter is None else tuple(map(int, point.meter.split("/"))),
            None if point.ramp_to is None else Fraction(repr(point.ramp_to)),
            point.until,
            point.curve,
        )
        for point in loaded.tempo or ()
    ]
    written = TempoMap.build(marks)
    for hit, frames in zip(said["hits"], (161, 322, 499), strict=True):
        assert hit["at_seconds"] == pytest.approx(frames / 24)
        bar, _, beat = hit["landing"].partition("|")
        place = written.meters.beats_at(type(loaded.hits[3].at)(int(bar), Fraction(beat)))
        off = (float(written.seconds_at(place)) - frames / 24) * 24
        assert -1 <= off <= 2
        assert off == pytest.approx(hit["frames_off"], abs=0.001)
    shown = tempo(folder, "show", session, "--json").json
    assert [hit["frames_off"] for hit in shown["hits"]] == [
        hit["frames_off"] for hit in said["hits"]
    ]
    assert shown["jumps"] == []
    again = tempo(folder, "solve", session, "--bpm", "100-140", "--write")
    assert again.out.endswith("has this tempo already\n")


def test_jumps_are_told_where_they_are(folder: Path, session: Path):
    session.write_text(TEXT.replace("   # the opening", "\n  - {at: 5|3, bpm: 125}"))
    ran = tempo(folder, "show", session)
    assert ran.code == 0
    assert "warning: the tempo jumps by 5.9 % at 5|2: over 2 % a beat is heard" in ran.out
    assert [jump["at"] for jump in tempo(folder, "show", session, "--json").json["jumps"]] == [
        "5|2"
    ]


def test_meters_that_give_way_are_told_and_kept_bars_stay(folder: Path, session: Path):
    meters = "\n  - {at: 2|1, meter: 3/4}\n  - {at: 6|1, meter: 4/4}"
    session.write_text(TEXT.replace("   # the opening", meters))
    said = tempo(folder, "solve", session, "--quiet").out
    assert "meters that the session has give way: 3/4 at 2|1; --keep holds bars" in said
    kept = tempo(folder, "solve", session, "--keep", "1-6", "--json").json
    assert kept["warnings"] == ["written in bars, so they move with the tempo: 'in bars'"]
    assert kept["meter_changes"][:3] == [
        {"at": "1|1", "meter": "4/4"},
        {"at": "2|1", "meter": "3/4"},
        {"at": "6|1", "meter": "4/4"},
    ]
    assert kept["tempo"][0] == {"at": "1|1", "bpm": 118, "meter": "4/4"}


def test_a_ramp_that_is_too_steep_is_told_once(folder: Path, session: Path):
    ramp = "\n  - {at: 3|1, bpm: 118, ramp_to: 140, until: 4|1}"
    session.write_text(TEXT.replace("   # the opening", ramp))
    said = tempo(folder, "show", session, "--quiet").out
    assert said.count("warning: the tempo") == 1
    assert "the tempo changes by up to 4.7 % a beat from 3|1 to 3|4: over 2 % is heard" in said


def test_the_curve_is_an_image_with_every_hit(folder: Path, session: Path):
    image = folder / "curve.svg"
    ran = tempo(folder, "solve", session, "-o", image)
    assert ran.code == 0, ran.err
    texts = [element.text or "" for element in ET.fromstring(image.read_text()).iter()]
    for name in ("door slams", "lamp is lit", "wave breaks"):
        assert any(text.startswith(name) for text in texts)
    assert session.read_text() == TEXT


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--bpm", "140-100"], "--bpm 140-100: the range goes down; write --bpm 100-140"),
        (["--bpm", "abc"], "--bpm abc: is no range of tempo; write --bpm 100-140"),
        (["--bpm", "1-2000"], "--bpm: 1 bpm is no tempo; they go from 5 to 999"),
        (["--want", "300", "--bpm", "100-140"], "--want 300 is not in the range, 100-140"),
        (["--max-change", "0"], "--max-change: 0 % a beat cannot be"),
        (["--max-change", "nan"], "--max-change: nan % a beat cannot be"),
        (["--meters", "4/4,3/5"], "--meters 4/4,3/5: is no list of meters"),
        (["--keep", "9-x"], "--keep 9-x: is no span of bars"),
        (["--keep", "1-9|2.5"], "9|2.5 is no bar line"),
        (["-o", "curve.png"], "the curve is drawn as SVG; let the name end in .svg"),
        (["--land-on", "offbeat"], "invalid value"),
    ],
)
def test_wrong_requests_say_what_would_be_right(
    folder: Path, session: Path, arguments: list[str], said: str
):
    ran = tempo(folder, "solve", session, "--write", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert session.read_text() == TEXT


def test_sessions_that_lack_something(folder: Path, session: Path):
    session.write_text(TEXT.partition("hits:")[0] + "tracks:" + TEXT.partition("tracks:")[2])
    ran = tempo(folder, "solve", session)
    assert (ran.code, "there are no hits to solve for" in ran.err) == (2, True)
    session.write_text(TEXT.replace("01:00:49:03", "01:00:12:00"))
    ran = tempo(folder, "solve", session)
    assert ran.code == 2
    assert f"{session}:11:" in ran.err
    no_picture = TEXT.replace("picture:", "#").replace("01:00:49:03", "6.5s")
    no_picture = no_picture.replace("01:00:55:20", "13.25s").replace("01:01:03:05", "20s")
    session.write_text(no_picture)
    ran = tempo(folder, "solve", session)
    assert ran.code == 0, ran.err
    assert "warning: the session has no picture: frames are counted as 24 a second" in ran.out
    assert "3 of 3 hits caught" in ran.out


def test_what_cannot_be_met_is_told_and_the_best_of_it_written(folder: Path, session: Path):
    near = TEXT.replace(
        "01:00:55:20, name: lamp is lit", "01:00:49:10, name: lamp, land_on: downbeat"
    )
    session.write_text(near)
    ran = tempo(folder, "solve", session, "--write")
    assert ran.code == 0, ran.err
    assert "2 of 3 hits caught" in ran.out
    assert "'lamp' is missed: it is 7 frames from 'door slams'; no two downbeats" in ran.out
    assert session.read_text() != near


def test_recordings_under_a_new_map_are_told_with_their_drift(folder: Path, session: Path):
    """Twice as fast: a take from 2 s to 8 s by the clock ends on a beat that is at 4 s now."""
    write_take(folder / "take.wav", noise(6 * RATE))
    text = TEXT.replace("118", "60").partition("hits:")[0]
    text += "hits: [{at: 01:00:44:10, name: one}, {at: 01:00:46:10, name: two}]\n"
    text += "tracks: {solo: {audio: [{file: take.wav, at: 2s}]}}\n"
    session.write_text(text)
    solved = ["solve", session, "--bpm", "119.9-120.1", "--max-change", "0.1", "--want", "120"]
    (warning,) = tempo(folder, *solved, "--json").json["warnings"]
    assert warning == (
        "solo is recorded, and this map changes its tempo: it drifts from the beat by up to "
        "4000 ms; hold its bars with --keep, or record it again"
    )


def test_a_folder_that_cannot_be_written_keeps_the_session(folder: Path, session: Path):
    ran = tempo(folder, "solve", session, "-o", folder / "nowhere" / "curve.svg", "--write")
    assert ran.code == 1
    assert "the folder does not exist" in ran.err
    assert session.read_text() == TEXT
    shutil.rmtree(folder / "nowhere", ignore_errors=True)
