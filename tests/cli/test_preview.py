"""`render --solo … --from …` from outside: what it says, and that the delivery stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import hostkit, sums
from scores import write_session

TEXT = """\
length: 3s
tracks:
  low: {instrument: {tone: {gain: 0.2}}, midi: {track: a}}
  high: {instrument: {tone: {gain: 0.2}}, midi: {track: b}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sessions beside each other, the first delivered."""
    folder = tmp_path_factory.mktemp("preview")
    for name in ("cue", "other"):
        write_session(folder / f"{name}.yaml", TEXT, a=[(0, 4, 45)], b=[(0, 4, 69)])
    assert hostkit("render", folder / "cue.yaml", cache=folder / "cache").code == 0
    return folder


def test_nothing_is_printed_again_and_the_delivery_stays(folder: Path):
    delivery = folder / "renders" / "cue"
    before = sums(delivery)
    ran = hostkit(
        "render", folder / "cue.yaml", "--mute", "high", "--to", "1s", cache=folder / "cache"
    )
    assert ran.code == 0, ran.err
    assert "track low: cached" in ran.err
    assert "high" not in ran.err
    path = delivery / "preview" / "cue - preview - all without high to 1s.wav"
    assert ran.out.startswith(f"{path}: 1.0 s, ")
    after = sums(delivery)
    assert {name: after[name] for name in before} == before
    assert hostkit("verify", delivery, cache=folder / "cache").code == 0
    assert "cached" in hostkit("render", folder / "cue.yaml", cache=folder / "cache").err
    assert path.is_file()


def test_several_sessions_have_one_each(folder: Path):
    sessions = [folder / "cue.yaml", folder / "other.yaml"]
    out = folder / "out"
    ran = hostkit(
        "render", *sessions, "--solo", "low,high", "-o", out, "--json", cache=folder / "cache"
    )
    assert ran.code == 0, ran.err
    files = [Path(each["file"]) for each in ran.json["sessions"]]
    assert files == [
        out / name / "preview" / f"{name} - preview - low + high.wav" for name in ("cue", "other")
    ]
    assert all(file.is_file() for file in files)
    assert not list(out.rglob("manifest.json"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--solo", "lwo"], "did you mean 'low'?"),
        (["--from", "3s"], "lies after the end, which is at the latest at 3.0s"),
        (["--solo", "low", "--mix", "bed"], "--mix is about what is delivered"),
        (["--solo", "low", "--profile", "trailer"], "--profile is about what is delivered"),
    ],
)
def test_what_makes_no_sense_is_refused(folder: Path, options: list[str], said: str):
    ran = hostkit("render", folder / "cue.yaml", *options, cache=folder / "cache")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
