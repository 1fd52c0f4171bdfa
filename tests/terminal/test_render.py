"""What a person sees who renders on a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminals import on_a_terminal

SESSION = Path(__file__).parents[2] / "sessions" / "night-train.mid"


@pytest.fixture
def session(tmp_path: Path) -> Path:
    path = tmp_path / "cue.yaml"
    tracks = "".join(
        f"  {name}: {{midi: {{track: {name}}}, instrument: {{soundfont: gm}}, stem: a}}\n"
        for name in ("Marimba", "Bass")
    )
    path.write_text(f"hostkit: 1\nmidi: {SESSION}\nsample_rate: 16000\ntracks:\n{tracks}")
    return path


@pytest.mark.parametrize("command", ["render", "mixes"])
def test_cold_and_warm_it_ends_well(session: Path, tmp_path: Path, command: str) -> None:
    for _ in ("cold", "warm"):
        seen = on_a_terminal(command, session, "-o", tmp_path / "out", cache=tmp_path / "cache")
        assert seen.code == 0, seen.text
        assert "Traceback" not in seen.text
