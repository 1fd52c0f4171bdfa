"""No edit of a session, however silly, ends in anything but a plan or a message."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scores import write_score

from hostkit.errors import RequestError
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment

SESSION = """\
hostkit: 1
cue: 1m02
midi: cue.mid
picture: {frame_rate: 23.976, start: 01:00:42:10}
tempo:
  - {at: 1|1, bpm: 92, meter: 4/4}
  - {at: 3|1, bpm: 92, ramp_to: 120, until: 5|1, curve: beats}
length: 9|1
tail: {below_db: -90, for_ms: 500, max_s: 20}
sections: [{name: intro, at: 1|1}, {name: end, at: 5|1}]
hits: [{at: 01:00:45:05, name: door, weight: 3}]
tracks:
  violins:
    midi: {track: a, channel: 1}
    instrument: {tone: {channels: 1}}
    effects:
      - highpass_filter: {cutoff_frequency_hz: 150}
    gain_db: -3
    pan: -0.3
    stem: strings
    tags: [melody]
    sends: {hall: -12}
    automation: {gain_db: [[3|1, -3], [4|1, 0]]}
buses:
  hall: {effects: [{reverb: {room_size: 0.5}}], gain_db: 0}
stems: {strings: {code: STR}}
mixes: {full: {}}
"""

PIECES = ["", " ", "\n", ":", "- ", "{", "}", "[", "]", "&a ", "*a", "1|1", "-1", "99999999999",
          "1e400", ".nan", "null", "'", '"', "|", "#", "\t", "\x00", "é", "true", "0|0", "9|99",
          "!!map", "25:61:61:99", "1.5s", "../..", "gm", "reverb", "<<: ", "? "]  # fmt: skip

edits = st.lists(
    st.tuples(st.integers(0, len(SESSION)), st.integers(0, 12), st.sampled_from(PIECES)),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edits")
    write_score(folder / "cue.mid", {"a": [(0, 1, 60), (1, 1, 62)]})
    return folder


def test_the_session_itself_is_fine(folder: Path):
    (folder / "cue.yaml").write_text(SESSION)
    assert plan_session(folder / "cue.yaml", Environment())


@given(edits)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_edits_are_planned_or_refused(folder: Path, changes: list[tuple[int, int, str]]):
    text = SESSION
    for start, length, piece in changes:
        text = text[:start] + piece + text[start + length :]
    (folder / "cue.yaml").write_text(text, encoding="utf-8")
    with contextlib.suppress(RequestError):
        assert plan_session(folder / "cue.yaml", Environment())


@given(st.lists(st.integers(0, SESSION.count("\n") - 1), min_size=1, max_size=6))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_moved_about_are_planned_or_refused(folder: Path, moves: list[int]):
    lines = SESSION.splitlines()
    for move in moves:
        lines.insert((move * 7) % len(lines), lines.pop(move % len(lines)))
    (folder / "cue.yaml").write_text("\n".join(lines))
    with contextlib.suppress(RequestError):
        assert plan_session(folder / "cue.yaml", Environment())
