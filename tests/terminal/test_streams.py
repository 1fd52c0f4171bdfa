"""Standard streams as they may be found: closed, full, ASCII; and names that a terminal obeys."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import HOSTKIT, environment, ready
from scores import write_session
from terminal import on_terminal

SESSION = 'length: "1s"\ntracks: {a: {instrument: {tone: {}}}}\n'
FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is full")


@pytest.fixture
def cue(tmp_path: Path) -> Path:
    write_session(tmp_path / "cue.yaml", SESSION)
    return tmp_path


def shell(cue: Path, line: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A line of a shell in which `hostkit` is the command, from its very start."""
    words = f'hostkit() {{ {" ".join(HOSTKIT)} "$@"; }}; {line}'
    return subprocess.run(
        ["sh", "-c", words],
        cwd=cue,
        env=environment(cue / "cache", **env),
        capture_output=True,
        encoding="utf-8",
        timeout=200,
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix closes the streams")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_stops_no_render(cue: Path, closed: str):
    ran = shell(cue, f"hostkit render cue.yaml -o out {closed}")
    assert ran.returncode == 0, ran.stderr
    assert (cue / "out/manifest.json").is_file()
    assert shell(cue, "hostkit verify out").returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix closes the streams")
def test_a_closed_stream_hides_no_exit_code(cue: Path):
    assert shell(cue, "hostkit check nowhere.yaml 2>&-").returncode == 2


@needs_full
@pytest.mark.parametrize(
    "words", ["schema", "check cue.yaml", "check cue.yaml --json", "render cue.yaml"]
)
def test_results_that_cannot_be_written_are_told(cue: Path, words: str):
    ran = shell(cue, f"hostkit {words} >{FULL}")
    said = "hostkit: standard output cannot be written: the disk is full; send it somewhere else"
    assert ran.stderr.splitlines()[-1].startswith(said)
    assert ran.returncode == 1


@needs_full
def test_progress_that_cannot_be_written_stops_no_render(cue: Path):
    ran = shell(cue, f"hostkit render cue.yaml -o out 2>{FULL}")
    assert ran.returncode == 0
    assert "full is the sum of its stems exactly (pass)" in ran.stdout


def test_what_an_encoding_lacks_is_an_escape(cue: Path):
    shell(cue, "hostkit render cue.yaml")
    ran = shell(cue, "hostkit status cue.yaml", PYTHONIOENCODING="ascii")
    assert ran.returncode == 0, ran.stderr
    assert "\\u2713" in ran.stdout  # the check mark of what exists


def test_a_pipe_is_given_every_byte(cue: Path):
    lines = shell(cue, "hostkit schema").stdout.splitlines()
    assert lines[0] == "{"
    assert lines[-1] == "}"


@pytest.mark.parametrize("command", ["check", "render", "status"])
def test_a_terminal_obeys_no_name(cue: Path, command: str):
    name = "cue\x1b]0;title\x07\u202e.yaml"
    (cue / name).write_text("hostkit: 1\n")
    seen = on_terminal(command, name, cache=cue / "cache", columns=200, ready=ready())
    assert seen.code == 2
    assert "cue\\x1b]0;title\\x07\\u202e.yaml" in seen.sent
    assert [obeyed for obeyed in ("\x1b]", "\x07", "\u202e") if obeyed in seen.sent] == []


def test_a_stream_is_no_file_that_comes_later(cue: Path):
    """What is opened first takes the number of a closed stream, and with it all that is printed."""
    code = (
        "from hostkit.ground.process.streams import hold_streams; hold_streams()\n"
        "import os, sys\n"
        "print(os.open(os.devnull, os.O_RDONLY), file=open('number', 'w'))\n"
    )
    (cue / "first.py").write_text(code)
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    line = f"{sys.executable} first.py <&- >&- 2>&-"
    subprocess.run(["sh", "-c", line], cwd=cue, env=here, check=True, timeout=60)
    assert int((cue / "number").read_text()) > 2
