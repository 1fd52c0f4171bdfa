"""Folders named where sessions are: what in them is a cue, and what others only build on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from commands import hostkit
from scores import write_score

from hostkit.session.folder import bases_among, session_files

PALETTE = "hostkit: 1\ntracks: {flute: {midi: {track: flute}, instrument: {tone: {}}}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A palette, a reel's sessions on it, and two cues, one of which another builds on."""
    write_score(tmp_path / "cue.mid", {"flute": [(0, 1, 69)]})
    for name, text in {
        "palette": PALETTE,
        "reel": "hostkit: 1\nextends: ./palette.yaml   # all sounds\nsample_rate: 16000\n",
        "1m01": "hostkit: 1\nextends: reel.yaml\nmidi: cue.mid\n",
        "1m02": "{hostkit: 1, extends: 1m01.yaml, gain_db: -6}",
        "alone": PALETTE,  # nothing here extends it: who wrote it is told what it lacks
        "broken": "hostkit: 1\nextends: [palette.yaml]\n",
    }.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


def test_a_base_without_music_is_no_cue(folder: Path):
    above = bases_among(session_files([folder]))
    named = {base.stem: [session.stem for session in on] for base, on in above.items()}
    assert named == {"palette": ["reel"], "reel": ["1m01"]}
    assert bases_among([folder / "palette.yaml"]) == {}
    assert bases_among([folder / "palette.yaml", folder / "1m01.yaml"]) == {}


@pytest.mark.parametrize("own", ["midi: cue.mid", "midi: {file: cue.mid}"])
def test_a_base_with_music_of_its_own_is_a_cue(own: str, folder: Path):
    (folder / "palette.yaml").write_text(PALETTE + own)
    assert [base.stem for base in bases_among(session_files([folder]))] == []


def test_what_is_left_out_is_told_and_named_alone_it_is_checked(folder: Path):
    for name in ("alone", "broken"):
        (folder / f"{name}.yaml").unlink()
    cache = folder / "cache"
    both = hostkit("check", folder, cache=cache)
    assert both.code == 0, both.err
    assert [line.partition(": ")[0] for line in both.out.splitlines()] == [
        str(folder / "1m01.yaml"),
        str(folder / "1m02.yaml"),
    ]
    assert both.err.splitlines() == [
        f"left out {folder}/palette.yaml: it has no music, and {folder}/reel.yaml extends it",
        f"left out {folder}/reel.yaml: it has no music, and {folder}/1m01.yaml extends it",
    ]
    rendered = hostkit("render", folder, "-o", folder / "out", "--quiet", cache=cache)
    assert rendered.code == 0
    assert "left out" not in rendered.err
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["1m01", "1m02"]
    alone = hostkit("check", folder / "palette.yaml", cache=cache)
    assert alone.code == 2
    assert "it has no MIDI; add midi: FILE" in alone.err


def test_a_pipe_among_the_sessions_holds_nobody_up(folder: Path):
    os.mkfifo(folder / "pipe.yaml")
    assert folder / "pipe.yaml" not in session_files([folder])
