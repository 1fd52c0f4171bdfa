"""What is typed wrongly, on a narrow terminal: no word is cut, and the cure is said."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from commands import ready
from scores import write_session
from terminal import on_terminal

COLUMNS = 40
WRONG = [
    ("render cue.yml", "cue.yml: there is no such file; did you mean cue.yaml?"),
    ("loudness que.mid", "hostkit: que.mid: there is no such file; did you mean cue.mid?"),
    ("render cue.mid", "cue.mid: is a MIDI"),
    ("render empty", "hostkit: empty: there are no sessions"),
    ("render cue.yaml --profile filmscore", "there is no profile 'filmscore'"),
    ("render cue.yaml -j many", "for '-j' / '--jobs': it is a whole number; hostkit render --help"),
    ("render cue.yaml -o", "option '-o' requires an argument; hostkit render --help"),
    ("plugins show", "missing argument 'NAME'; hostkit plugins show --help shows what there is"),
]


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wrong")
    write_session(folder / "cue.yaml", "tracks: {a: {instrument: {tone: {}}}}\n")
    (folder / "empty").mkdir()
    return folder / "cache"


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_the_cure_is_said_in_whole_words(typed: Path, words: str, said: str):
    seen = on_terminal(*words.split(), cache=typed, columns=COLUMNS, ready=ready())
    assert seen.code == 2, seen.sent
    assert said in seen.text  # a word that the terminal cuts is not found


def test_help_is_there_however_it_is_asked_for(typed: Path):
    asked = [("help", "render"), ("render", "--help"), ("render", "-h")]
    seen = [on_terminal(*words, cache=typed, ready=ready()) for words in asked]
    assert {one.code for one in seen} == {0}
    assert len({one.sent for one in seen}) == 1
    assert "Usage: hostkit render" in seen[0].sent


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_what_no_session_can_be_is_told(typed: Path):
    folder = typed.parent
    loop, pipe, other = folder / "loop.yaml", folder / "pipe.yaml", folder / "s\udcff.yaml"
    loop.symlink_to(loop)
    os.mkfifo(pipe)
    other.write_bytes((folder / "cue.yaml").read_bytes())
    said = {
        loop: "loop.yaml: cannot be read: Too many levels of symbolic links; check the path",
        pipe: "pipe.yaml: cannot be read: it is a pipe, not a file; check the path",
        other: ".yaml: its name is not UTF-8; rename it",
    }
    commands = ("check", "plan", "render", "mixes", "status", "lock", "themes", "time {} 1")
    for command in commands:
        words = command if "{}" in command else f"{command} {{}}"
        for file, text in said.items():
            typed_words = words.replace("{}", str(file.relative_to(folder))).split()
            seen = on_terminal(*typed_words, cache=typed, columns=120, ready=ready())
            assert seen.code == 2, (typed_words, seen.sent)
            assert text in seen.text
            assert "Traceback" not in seen.sent
    seen = on_terminal("listen", "pipe.yaml", cache=typed, columns=120, ready=ready())
    assert seen.code == 2
    assert "pipe.yaml: is a pipe, not a file; check its name and folder" in seen.text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_an_output_folder_may_have_any_name(typed: Path):
    words = ("render", "cue.yaml", "-o", "out\udcff")
    for _ in range(2):  # the second finds what the first noted
        seen = on_terminal(*words, cache=typed, columns=120, ready=ready())
        assert seen.code == 0, seen.sent
    assert "nothing to do" in seen.text


def test_a_store_that_is_no_folder_is_told_before_any_work(typed: Path):
    seen = on_terminal(
        *("render", "cue.yaml", "-o", "never"),
        cache=typed,
        columns=120,
        ready=ready(),
        HOSTKIT_CACHE=str(typed.parent / "cue.mid"),
    )
    assert seen.code == 2, seen.sent
    assert "is a file, not a folder; set HOSTKIT_CACHE to a folder" in seen.text
    assert not (typed.parent / "never").exists()
