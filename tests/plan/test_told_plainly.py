"""What people write who know another program: each is told once, with the way it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from scores import RATE, write_session
from sfzs import sfz
from takes import noise, write_take

import hostkit
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment

TONE = "instrument: {tone: {}}"
TWO = "live: [{file: a.wav, at: 1|1}, {file: a.wav, at: 1|2, %s}]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("told")
    sfz(folder, "<region> sample=a.wav", {"a": 0.5})
    write_take(folder / "a.wav", noise(RATE))
    (folder / "font.sf2").write_bytes(b"RIFF\4\0\0\0sfbk")
    return folder


@pytest.mark.parametrize(
    ("line", "place", "told"),
    [
        ("instrument: made.sfz", 17, "there is no preset 'made.sfz'; a file is written {sfz: made"),
        ("instrument: {sfz: a.wav}", 17, "a.wav is a file, and no SFZ by its name; name one that"),
        ("instrument: {soundfont: font.sf2}", 17, "font.sf2 is no SoundFont, or a damaged one"),
        (f"{TONE}\n    live: [{{file: a.wav, at: 0|1}}]", 30, "0|1 does not exist"),
        (f"{TONE}\n    {TWO % 'crossfade: 30'}", 59, "unknown key 'crossfade'; did you mean"),
        (f"{TONE}\n    articulation: {{1|1: a}}", 19, "an articulation is a name, a list of"),
        (f"{TONE}\n    articulations: [a]", 20, "articulations are names, each with what choo"),
        (f"{TONE}\n    articulations: {{a: C1}}", 24, "what chooses it; write {keyswitch: C1}"),
        (
            f"{TONE}\n    articulations: {{a: }}\n    articulation: a",
            23,
            "an articulation is what chooses it",
        ),
        (f"{TONE}\n    articulations: {{a: {{cc: [32, 200]}}}}", 30, "'cc': should be less than"),
        (f"{TONE}\n    midi_effects: [arp]", 20, "a MIDI effect is a plug-in; write {plugin: arp}"),
        (f"{TONE}\n    sends: {{hall: -6}}", 19, "no bus 'hall'; write buses: {hall: {effects"),
        (f"{TONE}\n    effects: [{{reverb: {{}}, sidechain: a}}]", 15, "has no side-chain; choose"),
    ],
)
def test_each_is_one_problem_with_its_cure(folder: Path, line: str, place: int, told: str):
    text = f"tracks:\n  t:\n    midi: {{track: a}}\n    {line}\n"
    (problem,) = hostkit.check(write_session(folder / "cue.yaml", text))
    assert told in str(problem.fault)
    assert problem.column == place


@pytest.mark.parametrize("name", ['""', '" \\t"'])
def test_a_hit_has_a_name(folder: Path, name: str):
    text = f"tracks: {{a: {{{TONE}}}}}\nhits:\n  - {{at: 1|1, name: {name}}}\n"
    (problem,) = hostkit.check(write_session(folder / "cue.yaml", text))
    assert "a hit has a name; write what is hit, as name: door slams" in str(problem.fault)
    lines = (folder / "cue.yaml").read_text().splitlines()
    assert lines[problem.line - 1][problem.column - 1 :] == f"{name}}}"


def test_a_picture_that_is_gone_is_a_warning(folder: Path):
    head = "tempo: [{at: 1|1, bpm: 120}]\npicture: {frame_rate: 25, start: 01:00:00:00, file: %s}\n"
    text = f"{head}tracks: {{t: {{audio: [{{file: a.wav, at: 1|1}}]}}}}\n"
    (folder / "reel.mov").write_bytes(b"a film")
    there = plan_session(write_session(folder / "cue.yaml", text % "reel.mov"), Environment())
    gone = plan_session(write_session(folder / "cue.yaml", text % "reel2.mov"), Environment())
    said = f"reel2.mov: there is no such picture; did you mean {folder / 'reel.mov'}?"
    assert {*gone.whole.warnings} - {*there.whole.warnings} == {said}
    (folder / "reels").mkdir()
    none = plan_session(write_session(folder / "cue.yaml", text % "reels"), Environment())
    said = "reels: is a folder, not a file; name the film"
    assert {*none.whole.warnings} - {*there.whole.warnings} == {said}


def test_another_gm_that_is_none_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOSTKIT_SOUNDFONT", str(folder / "font.sf2"))
    text = "tracks: {a: {instrument: {soundfont: gm}}}\n"
    (problem,) = hostkit.check(write_session(folder / "cue.yaml", text))
    assert problem.message == (
        f"{folder / 'font.sf2'}, which gm stands for, is no SoundFont, or a damaged one"
    )


@pytest.mark.parametrize("meter", ["0/4", "4/3", "C", "4/4/4"])
def test_a_meter_is_told_as_it_is_written(folder: Path, meter: str):
    text = f"tempo: [{{at: 1|1, bpm: 120, meter: {meter}}}]\ntracks: {{a: {{{TONE}}}}}\n"
    (problem,) = hostkit.check(write_session(folder / "cue.yaml", text))
    assert problem.message == f"'meter' is not written as it has to be; it is {meter!r}"
    assert problem.cure == "write it as 4/4: 1 to 64 over 1, 2, 4, 8, 16, 32 or 64"


def test_a_name_in_other_case_is_suggested(folder: Path):
    session = write_session(folder / "cue.yaml", f"tracks: {{a: {{{TONE}}}}}\n")
    session.write_text(session.read_text().replace("cue.mid", "CUE.MID"))
    (problem,) = hostkit.check(session)
    assert problem.cure == f"did you mean {folder / 'cue.mid'}?"


def test_a_switch_is_true_or_false(folder: Path):
    text = f"tracks: {{a: {{{TONE}}}}}\nmixes: {{full: {{}}, dry: {{live: no}}}}\n"
    (problem,) = hostkit.check(write_session(folder / "cue.yaml", text))
    assert problem.message == "'live' should be true or false; it is 'no'"
