"""What is typed wrongly, on a narrow terminal: no word is cut, and the cure is said."""

from __future__ import annotations

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
