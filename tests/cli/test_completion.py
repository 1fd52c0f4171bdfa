"""What the shells ask for at the Tab key, asked as each of them asks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import HOSTKIT, environment

SHELLS = ("bash", "zsh", "fish", "powershell")
SESSION = "hostkit: 1\ntracks:\n  high strings: {stem: strings}\nmixes:\n  tv: {}\n"


def offered(shell: str, words: list[str], folder: Path) -> str:
    """What `hostkit` answers when the last of the words is being completed."""
    line = " ".join(words)
    asked = {
        "_HOSTKIT_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": words[-1],
    }
    start = f"import sys; sys.argv[0] = {'hostkit'!r}; from hostkit.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", start],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment(folder / "cache", **asked),
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_names_are_offered_in_every_shell(shell: str, tmp_path: Path):
    (tmp_path / "cue.yaml").write_text(SESSION)
    assert "film-score" in offered(shell, ["hostkit", "check", "--profile", "film"], tmp_path)
    mixes = offered(shell, ["hostkit", "render", "cue.yaml", "--mix", "t"], tmp_path)
    assert "tv" in mixes
    assert "no_drums" not in mixes


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ren"], ["render"]),
        (["render", "--plug"], ["--plugin-dir"]),
        (["preset", "show", "strings/warm"], ["strings/warm-ensemble"]),
        (["render", "cue.yaml", "--mix", "no_d"], ["no_drums"]),
        (["preset", "new", "a", "--session", "cue.yaml", "--track", "hi"], ["high strings"]),
        (["render", "gone.yaml", "--mix", "tv"], []),
    ],
)
def test_what_is_offered(words: list[str], expected: list[str], tmp_path: Path):
    (tmp_path / "cue.yaml").write_text(SESSION)
    assert offered("bash", ["hostkit", *words], tmp_path).split("\n")[:-1] == (expected or [""])


def test_bash_itself_completes(tmp_path: Path):
    if shutil.which("bash") is None:
        return  # Windows; the question itself is asked above
    (tmp_path / "hostkit").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hostkit "$@"\n')
    (tmp_path / "hostkit").chmod(0o755)
    script = (
        f'PATH="{tmp_path}:$PATH"; eval "$(hostkit --show-completion)"; '
        "COMP_WORDS=(hostkit rend); COMP_CWORD=1; _hostkit_completion hostkit; "
        'echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        capture_output=True,
        text=True,
        env=environment(tmp_path / "cache"),
        check=False,
    )
    assert done.stdout.strip() == "render", done.stderr


def test_help_does_not_wait_for_rich():
    seen = "import sys; sys.argv = ['hostkit', '--help']; from hostkit.cli import main\n"
    seen += "try:\n    main()\nfinally:\n    assert 'rich' not in sys.modules"
    done = subprocess.run([*HOSTKIT[:1], "-c", seen], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
