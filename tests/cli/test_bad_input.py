"""Bad input: a message with the cure, the right exit code, and nothing lost."""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from commands import hostkit, in_small_disk, sums
from scores import write_session

TRACK = "tracks: {v: {instrument: {tone: {}}}}\n"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a session, what it was rendered to, and its store in `cache`."""
    folder = tmp_path_factory.mktemp("rendered")
    made = write_session(folder / "cue.yaml", TRACK, a=[(0, 8, 69)])
    assert hostkit("render", made, cache=folder / "cache").code == 0
    return folder


@pytest.fixture
def session(rendered: Path, tmp_path: Path) -> Path:
    """A session that was rendered once, the test's own."""
    shutil.copytree(rendered, tmp_path, dirs_exist_ok=True)
    return tmp_path / "cue.yaml"


def delivery(session: Path) -> dict[str, str]:
    return sums(session.parent / "renders" / "cue")


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in pairwise("abcdefghi")
)

REQUESTS = {
    "a missing file": ("midi: none.mid\n" + TRACK, "cue.yaml:2:7", "no such file"),
    "an unknown key": ("gian: 1\n" + TRACK, "cue.yaml:3:1", "unknown key 'gian'"),
    "an unknown track": (
        "tracks: {v: {instrument: {tone: {}}, midi: {track: X}}}\n",
        "cue.yaml:3",
        "'X'",
    ),
    "an unknown plug-in": (
        "tracks: {v: {instrument: {plugin: Nope}}}\n",
        "cue.yaml:3:26",
        "no plug-in 'Nope'",
    ),
    "an unknown parameter": (
        "tracks: {v: {instrument: {tone: {}}, effects: [{reverb: {size: 1}}]}}\n",
        "cue.yaml:3",
        "no parameter 'size'",
    ),
    "an unknown preset": ("tracks: {v: {instrument: a/b}}\n", "cue.yaml:3:26", "preset 'a/b'"),
    "a value out of range": (
        "tracks: {v: {instrument: {tone: {}}, pan: 2}}\n",
        "cue.yaml:3:43",
        "less than or equal to 1",
    ),
    "no tracks": ("tracks: {}\n", "cue.yaml:3:9", "at least 1"),
    "extends itself": ("extends: cue.yaml\n" + TRACK, "cue.yaml:3:10", "in a circle"),
    "a YAML bomb": (BOMB, "cue.yaml:", "counting every use of an alias"),
    "routing in a circle": (
        TRACK + "buses: {a: {sends: {b: 0}}, b: {sends: {a: 0}}}\n",
        "cue.yaml:4",
        "feed each other",
    ),
}


@pytest.mark.usefixtures("knowing_cache")
@pytest.mark.parametrize("case", REQUESTS)
def test_what_check_can_know_is_exit_2(session: Path, case: str):
    text, place, message = REQUESTS[case]
    before = delivery(session)
    head = "hostkit: 1\n" if text.startswith("midi") else "hostkit: 1\nmidi: cue.mid\n"
    session.write_text(head + text)
    for command in ("check", "render"):
        ran = hostkit(command, session, cache=session.parent / "cache")
        assert ran.code == 2, ran.err
        assert place in ran.err
        assert message in ran.err
    assert delivery(session) == before


def test_a_session_that_is_not_there(tmp_path: Path):
    ran = hostkit("render", tmp_path / "none.yaml", cache=tmp_path)
    assert (ran.code, "no such file" in ran.err) == (2, True)


def test_an_option_that_is_not_there(tmp_path: Path):
    ran = hostkit("render", "--nope", cache=tmp_path)
    assert (ran.code, "--nope" in ran.err) == (2, True)


def test_a_folder_that_cannot_be_written(session: Path, tmp_path: Path):
    (tmp_path / "taken").write_text("a file")
    ran = hostkit("render", session, "-o", tmp_path / "taken", cache=tmp_path / "cache")
    assert ran.code == 2
    assert f"{tmp_path / 'taken'}: is a file, not a folder; choose another folder" in ran.err
    assert (tmp_path / "taken").read_text() == "a file"


@pytest.mark.parametrize("link", [False, True])
def test_a_store_that_cannot_be_written(session: Path, tmp_path: Path, link: bool):
    taken = tmp_path / "taken"
    taken.symlink_to("gone") if link else taken.write_text("a file")
    ran = hostkit("render", session, "-o", tmp_path / "out", cache=tmp_path / "taken")
    assert ran.code == 2
    assert "HOSTKIT_CACHE" in ran.err
    assert not (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.parametrize("warm", [False, True], ids=["while rendering", "while delivering"])
def test_a_disk_that_fills_up(session: Path, tmp_path: Path, warm: bool):
    """A file-size limit fails writes as a full disk does: after some have succeeded."""
    before = delivery(session)
    cache = tmp_path / ("cache" if warm else "empty")
    changed = session.read_text() + "title: other\nversion: 2\n"
    if not warm:
        changed += "tail: {for_ms: 600}\n"
    session.write_text(changed)
    out = session.parent / "renders" / "cue"
    (out / "mixes" / "full.wav").unlink()
    ran = hostkit("render", session, cache=cache, limit_kb=300)
    assert ran.code == 1, ran.err
    assert "cannot" in ran.err
    after = delivery(session)
    assert {name: before[name] for name in after} == after
    assert not [name for name in after if ".part" in name or ".hostkit" in name]
    assert hostkit("render", session, cache=cache).code == 0


def test_an_example_is_copied_whole_or_not_at_all(tmp_path: Path):
    """What is there already stays as it is, so half of one would stay for ever."""
    ran = hostkit("demo", "-o", tmp_path / "demo", cache=tmp_path / "cache", limit_kb=1)
    assert ran.code == 1
    assert "cannot be written" in ran.err
    shipped = Path(__file__).parents[2] / "sessions"
    for copy in (tmp_path / "demo").rglob("*.*"):
        assert copy.read_bytes() == (shipped / copy.relative_to(tmp_path / "demo")).read_bytes()


@pytest.mark.parametrize("what", ["the store", "the delivery"])
def test_a_full_file_system(tmp_path: Path, what: str):
    """A real one, where the system lets anybody make it; told before anything is rendered."""
    small = tmp_path / "small"
    small.mkdir()
    try:
        subprocess.run(in_small_disk(small, ["true"]), check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        # Containers may forbid it; `test_a_disk_that_fills_up` asks the same everywhere.
        pytest.skip(f"no file system can be mounted here: {error}")
    lines = [f"  {name}: {{instrument: {{tone: {{}}}}, midi: {{track: {name}}}}}" for name in "vw"]
    text = "\n".join(["tracks:", *lines, ""])
    session = write_session(tmp_path / "cue.yaml", text, v=[(0, 8, 69)], w=[(0, 8, 57)])
    cache, out = tmp_path / "cache", tmp_path / "out"
    where = small if what == "the store" else cache
    to = small if what == "the delivery" else out
    ran = hostkit("render", session, "-o", to, cache=where, small_disk=small)
    assert ran.code == 1, ran.err
    last = ran.err.splitlines()[-1]
    assert re.search(rf"{small}.*: needs about \d+ MB, and 1 MB are free on its disk", last), last
    assert "free some space" in last
    assert not out.exists()
    assert not list(small.iterdir())
    assert hostkit("render", session, "-o", out, cache=cache).code == 0


def test_a_truncated_score_still_plays_and_is_told(session: Path):
    score = session.with_suffix(".mid")
    score.write_bytes(score.read_bytes()[:-6])
    ran = hostkit("render", session, cache=session.parent / "cache")
    assert ran.code == 0
    assert "cue.mid" in ran.out


def test_a_file_that_is_no_score(session: Path):
    session.with_suffix(".mid").write_bytes(b"MThd nothing of the kind")
    before = delivery(session)
    ran = hostkit("render", session, cache=session.parent / "cache")
    assert (ran.code, "cue.mid" in ran.err) == (2, True)
    assert delivery(session) == before
