"""`cut: clean`: notes and tails over a section's start are told, with the nearest place without."""

from __future__ import annotations

from pathlib import Path

import pytest
from scores import Note, write_session

from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment

SECTIONS = "sections: [{name: A, at: 1|1}, {name: B, at: 3|1, cut: clean}]\n"
HALL = "buses: {hall: {effects: [{reverb: {room_size: 0.1, dry_level: 0}}]}}\n"


def told(tmp_path: Path, text: str, **tracks: list[Note]) -> tuple[str, ...]:
    """The warnings of a session whose tracks are tones: without a hall they have no tail."""
    session = write_session(tmp_path / "cue.yaml", f"{SECTIONS}{text}", **tracks)
    return plan_session(session, Environment()).warnings


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTKIT_CACHE", str(tmp_path / "cache"))


def tracks(**extra: str) -> str:
    rows = "".join(
        f"  {name}: {{midi: {{track: {name}}}, instrument: {{tone: {{}}}}{more}}}\n"
        for name, more in extra.items()
    )
    return f"tracks:\n{rows}"


def test_notes_that_end_in_time_are_clean(tmp_path: Path):
    """Up to a 64th late is played legato, not over the line."""
    notes = [(0, 4, 60), (4, 4 + 1 / 20, 62), (8, 4, 64)]
    assert told(tmp_path, tracks(low=""), low=notes) == ()


def test_a_held_note_is_told_with_the_nearest_place(tmp_path: Path):
    """`pad` sounds from bar 2 to the second beat of bar 3; before 2|1 nothing does."""
    (warning,) = told(
        tmp_path,
        tracks(pad="", hits=""),
        pad=[(4, 5, 60), (9, 3, 62)],
        hits=[(0, 1, 70), (8, 1, 70)],
    )
    assert "section 'B' at 3|1 is no clean cut: pad sounds across it" in warning
    assert "the nearest clean place is 3|2" in warning


def test_a_tail_is_measured(tmp_path: Path):
    """A tone ends on the bar line; its hall rings on. A bar of silence before would be clean."""
    text = tracks(dry="", wet=", sends: {hall: 0}") + HALL
    wet = [(0, 1, 60), (6, 2, 60), (8, 4, 64), (40, 1, 60)]
    (warning,) = told(tmp_path, text, dry=[(0, 8, 48), (8, 4, 48)], wet=wet)
    assert "'B' at 3|1 is no clean cut: wet rings up to" in warning
    assert float(warning.split("up to ")[1].split(" s")[0]) > 0.5
    assert "dry" not in warning.split(";")[0]
    early = [(0, 1, 60), (8, 4, 64)]
    other = tmp_path / "other"
    other.mkdir()
    assert told(other, text, dry=[(0, 8, 48), (8, 4, 48)], wet=early) == ()


def test_where_nothing_is_clean_that_is_said(tmp_path: Path):
    (warning,) = told(tmp_path, tracks(drone=""), drone=[(0, 64, 40)])
    assert "no beat within 8 bars is clean either" in warning
