"""Whatever a command says, a narrow terminal cuts no word of it in two."""

from __future__ import annotations

from pathlib import Path

import pytest
from scores import write_session
from terminal import Terminal

COLUMNS = 34
TEXT = """\
picture: {frame_rate: 25, start: 01:00:00:00}
hits: [{at: 1s, name: a}]
length: 1s
tracks:
  flute: {instrument: woodwinds/flute, gain_db: -20}
  low: {instrument: {tone: {gain: 0.1}}, stem: bass and tuba}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sessions whose music goes on beyond their length, which is warned of."""
    folder = tmp_path_factory.mktemp("narrow")
    for name in ("one", "two"):
        write_session(folder / f"{name}.yaml", TEXT, flute=[(0, 9, 69)], low=[(0, 9, 40)])
    return folder


@pytest.mark.parametrize(
    "typed",
    [
        "mixes one.yaml two.yaml",
        "mixes two.yaml one.yaml",  # of which nothing is left to do
        "check one.yaml two.yaml",
        "status one.yaml two.yaml",
        "lock one.yaml",
        "lock one.yaml --check",
        "click one.yaml -o click.wav",
        "spot export one.yaml -o hits.edl",
        "themes show one.yaml",
        "preset show woodwinds/flute",
        "preset where-used woodwinds/flute one.yaml",
        "preset where-used woodwinds/oboe one.yaml",
        "cache info",
        "sounds list",
    ],
)
def test_lines_are_folded_between_words(folder: Path, typed: str):
    seen = Terminal(typed.split(), folder / "cache", COLUMNS).ended()
    assert seen.code == 0, seen.sent
    lines = [line for line in seen.sent.splitlines() if "\x1b" not in line]
    cut = [line for line in lines if len(line) > COLUMNS and " " in line.strip()[:COLUMNS]]
    assert not cut
