"""What the Tab key offers, asked as the shells ask, and typed into those that are here."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from commands import HOSTKIT, environment
from shell import Shell

from hostkit.cli.take.shells import SCRIPTS

SESSION = """\
hostkit: 1
tracks:
  high strings: {stem: strings}
mixes:
  tv: {}
  Trailer (30 s): {}
"""


def offered(line: str, folder: Path) -> list[str]:
    """What hostkit answers where the line ends, each name without what it is."""
    asked = {
        "_HOSTKIT_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": line,
    }
    done = subprocess.run(
        HOSTKIT,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment(folder / "cache", **asked),
        check=False,
    )
    assert not done.stderr, done.stderr
    return [line.partition("\t")[0] for line in done.stdout.splitlines() if line]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("cue.yaml", "my cue.yaml"):
        (tmp_path / name).write_text(SESSION)
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ren", ["render"]),
        ("render --plug", ["--plugin-dir"]),
        ("check --profile film", ["film-score"]),
        ("preset show strings/warm", ["strings/warm-ensemble"]),
        ("render cue.yaml --mix no_d", ["no_drums"]),
        ("render 'my cue.yaml' --mix t", ["tv"]),
        ("render my\\ cue.yaml --mix 'Trailer (", ["Trailer (30 s)"]),
        ("render cue.yaml --mix=no_d", ["no_drums"]),
        ("preset new a --session cue.yaml --track hi", ["high strings"]),
        ("render gone.yaml --mix tv", []),
    ],
)
def test_what_is_offered(typed: str, expected: list[str], folder: Path):
    assert offered(f"hostkit {typed}", folder) == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_names_and_quotes_them(shell: str, folder: Path):
    """Installed as the help says; what the shell then hands over are whole names."""
    here = Shell(shell, folder, environment(folder / "cache", PYTHONDONTWRITEBYTECODE="1"))
    here.installs()
    given = here.type("hostkit rend\t 'my cue.yaml' --mix Tr\t")
    assert given == ["render", "my cue.yaml", "--mix", "Trailer (30 s)"]


def test_powershell_asks_as_the_others_do(folder: Path):
    """Its script sets the three variables that are asked by above, and takes them back."""
    script = SCRIPTS["powershell"]
    for name in ("_HOSTKIT_COMPLETE", "_TYPER_COMPLETE_FISH_ACTION", "_TYPER_COMPLETE_ARGS"):
        assert f"$Env:{name} =" in script
    assert "= 'complete_fish'" in script
    assert "= 'get-args'" in script
    assert offered("hostkit render cue.yaml --mix ", folder)[:2] == ["tv", "Trailer (30 s)"]
