"""A store of prints that can only be read: what it holds is served, what is new is told."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from commands import Ran, hostkit, read_only, sums
from scores import write_score

TRACK = "  {0}: {{midi: a.mid, instrument: {{tone: {{}}}}, gain_db: -12}}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session that was rendered once, and one with a track more."""
    made = tmp_path_factory.mktemp("sealed")
    try:
        subprocess.run(read_only(made, ["true"]), check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        # Containers may forbid it, and root may write wherever permissions say otherwise.
        pytest.skip(f"nothing can be mounted here: {error}")
    write_score(made / "a.mid", {"a": [(0, 1, 69)]})
    (made / "old.yaml").write_text("hostkit: 1\ntracks:\n" + TRACK.format("a"))
    longer = "tail: {for_ms: 600}\n"  # another print
    (made / "new.yaml").write_text(f"hostkit: 1\n{longer}tracks:\n" + TRACK.format("a"))
    ran = hostkit("render", made / "old.yaml", "-o", made / "first", cache=made / "cache")
    assert ran.code == 0, ran.err
    return made


def run(folder: Path, *arguments: object) -> Ran:
    cache = folder / "cache"
    return hostkit(*arguments, cache=cache, sealed=cache, HOSTKIT_USER_PRESETS=str(folder / "own"))


def test_what_it_holds_is_served(folder: Path):
    ran = run(folder, "render", folder / "old.yaml", "-o", folder / "again")
    assert ran.code == 0, ran.err
    assert "rendered in" not in ran.out
    audio = {name: sha for name, sha in sums(folder / "first").items() if name.endswith(".wav")}
    assert audio.items() <= sums(folder / "again").items()


def test_what_is_new_is_told_with_two_cures_that_work(folder: Path):
    ran = run(folder, "render", folder / "new.yaml", "-o", folder / "new")
    assert ran.code == 1
    assert "Read-only file system; what it holds is used; to make what is new add --no-cache" in (
        ran.err
    )
    assert not (folder / "new").exists()
    ran = run(folder, "render", folder / "new.yaml", "-o", folder / "new", "--no-cache")
    assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("preset", "search", "piano"), 0, "keys/felt-piano"),
        (("cache", "prune", "--all"), 1, "Read-only file system"),
        (("preset", "undo"), 1, "cannot be kept there: Read-only file system; set HOSTKIT_CACHE"),
    ],
)
def test_other_commands(folder: Path, command: tuple[str, ...], code: int, said: str):
    ran = run(folder, *command)
    assert ran.code == code, ran.out + ran.err
    assert said in ran.out + ran.err
