"""What `check` and `plan` tell: how long it is, what fails, what only a profile would make more."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import hostkit
from scores import write_score, write_session

TRACKS = """\
tracks:
  flute: {instrument: {tone: {}}, midi: {track: flute}, stem: winds}
  horn: {instrument: {tone: {}}, midi: {track: horn}, stem: brass}
"""
CUT = "mixes: {cut: {length: 15s}}\n"
PROFILE = "hostkit_profile: 1\nabout: Ours.\nmixes: [full, no_drums]\n"


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """Two seconds of music at 120 bpm, of which no cut-down of 15 s can be made."""
    (tmp_path / "own.yaml").write_text(PROFILE)
    return write_session(tmp_path / "cue.yaml", TRACKS + CUT, flute=[(0, 4, 69)], horn=[(0, 2, 57)])


def test_what_fails_is_told_apart_from_what_a_profile_lacks(session: Path):
    told = hostkit(
        "check", session, "--profile", session.with_name("own.yaml"), cache=session.parent
    )
    first, cut, drums = told.out.splitlines()
    assert told.code == 1
    assert first == f"{session}: falls short (2.0 s and its ring, 2 tracks, 2 stems, 1 mix)"
    assert cut.startswith("  fails: mix cut: 15s cannot be had")
    assert drums.startswith("  lacks: mix no_drums: no_drums needs drums and percussion")
    session.write_text(session.read_text().replace(CUT, "length: 3s\n"))
    ours = hostkit(
        "check", session, "--profile", session.with_name("own.yaml"), cache=session.parent
    )
    assert ours.code == 0
    assert ours.out.startswith(f"{session}: fine (3.0 s, 2 tracks, 2 stems, 1 mix)\n  lacks: ")
    (found,) = hostkit("check", session, "--json", cache=session.parent).json["sessions"]
    assert (found["seconds"], found["fails"], found["lacking"]) == (3.0, [], [])


def test_plan_says_how_long_it_is_and_which_files_come_of_it(session: Path):
    out = session.parent / "out"
    told = hostkit("plan", session, "-o", out, cache=session.parent).out.splitlines()
    assert told[-5:] == [
        "length: 2.0 s and its ring",
        f"{out}: 3 audio files would be written",
        *(
            f"  {path}.wav: not delivered yet"
            for path in ("stems/winds", "stems/brass", "mixes/full")
        ),
    ]
    part = hostkit(
        "plan", session, "-o", out, "--solo", "brass", "--to", "0.5s", cache=session.parent
    )
    assert part.out.splitlines() == [
        "horn: to render (not rendered before); tone",
        f"{out}/preview/cue - preview - brass to 0.5s.wav: would be written, 0.5 s",
    ]
    assert not out.exists()
    (cut,) = hostkit("plan", session, "--mix", "cut", "--json", cache=session.parent).json[
        "left_out"
    ]
    assert cut.startswith("mix cut: 15s cannot be had")


def test_tracks_of_every_form_are_planned_and_counted(session: Path):
    """A loop of the first bar has prints of its own."""
    session.write_text(
        session.read_text().replace(CUT, "")
        + "sections: [{name: a, at: 1|1}, {name: b, at: 2|1}]\n"
        + "mixes: {full: {}, round: {loop: {section: a}}}\n"
    )
    write_score(session.with_suffix(".mid"), {"flute": [(0, 8, 69)], "horn": [(0, 8, 57)]})
    told = hostkit("plan", session, "--mix", "round", cache=session.parent).out.splitlines()
    assert [line.partition(":")[0] for line in told[:4]] == [
        "flute",
        "horn",
        "flute of round",
        "horn of round",
    ]
    assert "mix round: loop of a; 2.0 s" in told
    (form,) = hostkit("plan", session, "--mix", "round", "--json", cache=session.parent).json[
        "forms"
    ]
    assert form == {
        "mixes": ["round"],
        "kind": "loop",
        "sections": ["a"],
        "tempo_change_percent": 0.0,
        "seconds": 2.0,
    }
    done = hostkit("mixes", session, "-o", session.parent / "out", cache=session.parent).out
    assert "4 rendered, 0 cached" in done
    again = hostkit("mixes", session, "-o", session.parent / "again", cache=session.parent).out
    assert "0 rendered, 4 cached" in again


def test_plan_says_which_files_would_be_gone(session: Path):
    title = "title: Old\n" + session.read_text().replace(CUT, "")
    session.write_text(title)
    out = session.parent / "out"
    names = "hostkit_profile: 1\nnames: {stem: '{title}-{part}', mix: '{title}-{part}'}\n"
    (session.parent / "own.yaml").write_text(names)
    arguments = (session, "-o", out, "--profile", session.parent / "own.yaml")
    assert hostkit("render", *arguments, cache=session.parent).code == 0
    assert " gone" not in hostkit("plan", *arguments, cache=session.parent).out
    session.write_text(title.replace("Old", "New"))
    said = "files of the delivery before would be gone: Old-winds.wav, Old-brass.wav"
    assert said in hostkit("plan", *arguments, cache=session.parent).out
    done = hostkit("render", *arguments, cache=session.parent)
    assert "files of the delivery before are gone: Old-winds.wav, Old-brass.wav" in done.out
