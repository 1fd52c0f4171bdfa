"""`render` and `mixes` on a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from scores import write_session
from terminal import on_terminal

SESSION = """\
tracks:
  flute: {instrument: {soundfont: gm, program: 73}}
  bass: {instrument: {soundfont: gm, program: 32}}
"""


@pytest.fixture
def session(tmp_path: Path) -> Path:
    notes = {"flute": [(0, 240, 72)], "bass": [(0, 240, 40)]}
    return write_session(tmp_path / "cue.yaml", SESSION, **notes)


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("command", ["render", "mixes"])
def test_cold_and_warm(session: Path, command: str, columns: int):
    for status in ("rendered", "cached"):
        seen = on_terminal(command, session, cache=session.parent / "cache", columns=columns)
        assert seen.code == 0, seen.sent
        assert seen.cursor_is_back
        if status == "rendered":
            assert f"flute: {status}" in seen.text
