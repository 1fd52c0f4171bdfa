"""A render that has nothing to do says so, and is not taken in."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from commands import Ran, hostkit, sums
from scores import write_session

from hostkit.disk.move_list import LIST, MOVING

TWO_STEMS = """\
tracks:
  low: {instrument: {tone: {gain: 0.25}}, midi: {track: a}, stem: bass}
  high: {instrument: {tone: {gain: 0.25}}, midi: {track: b}, stem: lead}
"""


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return write_session(tmp_path / "cue.yaml", TWO_STEMS, a=[(0, 1, 57)], b=[(0, 1, 69)])


def render(session: Path, *options: str) -> Ran:
    ran = hostkit("render", session, *options, cache=session.parent / "cache")
    assert ran.code == 0, ran.err
    return ran


def test_a_stem_altered_under_its_old_time_with_a_forged_manifest(session: Path) -> None:
    render(session)
    folder = session.parent / "renders" / "cue"
    assert "nothing to do" in render(session).out
    stem, manifest = folder / "stems" / "bass.wav", folder / "manifest.json"
    content, text, time = stem.read_bytes(), manifest.read_text(), stem.stat().st_mtime_ns
    stem.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(stem, ns=(time, time))
    right, wrong = (hashlib.sha256(data).hexdigest() for data in (content, stem.read_bytes()))
    assert right in text
    manifest.write_text(text.replace(right, wrong))
    ran = render(session)
    assert "  warning: stems/bass.wav was not as it was made; written again\n" in ran.out
    assert "nothing to do" not in ran.out
    assert stem.read_bytes() == content
    assert right in manifest.read_text()
    stem.write_bytes(content[:-1])
    (again,) = json.loads(render(session, "--json").out)["sessions"]
    assert again["written_again"] == ["stems/bass.wav was not as it was made; written again"]
    last = render(session).out
    assert "nothing to do" in last
    assert "note:" not in last


def test_what_a_disk_changed_under_its_old_times_is_found_by_the_sum_and_written_again(
    session: Path,
) -> None:
    """A stamp cannot tell it; the null test reads every file, and after it stamps count no more."""
    render(session)
    stem = session.parent / "renders" / "cue" / "stems" / "bass.wav"
    content = stem.read_bytes()
    stem.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
    (kept,) = (session.parent / "cache" / "snapshots").iterdir()
    snapshot = json.loads(kept.read_text())
    status = stem.stat()
    os.utime(stem, ns=(status.st_atime_ns, 1))
    snapshot["written"][str(stem)] = [status.st_size, 1, stem.stat().st_ctime_ns]
    kept.write_text(json.dumps(snapshot))
    assert "nothing to do" in render(session).out
    session.write_text(
        session.read_text().replace("gain: 0.25}}, midi: {track: b", "gain: 0.2}}, midi: {track: b")
    )
    ran = hostkit("render", session, cache=session.parent / "cache")
    assert (ran.code, "full.wav" in ran.err) == (1, True)
    healed = render(session).out
    assert "stems/bass.wav was not as it was made; written again" in healed
    assert "full is the sum of its stems exactly (pass)" in healed
    assert stem.read_bytes() == content


def test_nothing_to_do_writes_nothing_and_the_delivery_still_verifies(session: Path) -> None:
    render(session)
    folder = session.parent / "renders" / "cue"
    before = sums(folder)
    assert "nothing to do" in render(session).out
    assert sums(folder) == before
    assert hostkit("verify", folder, cache=session.parent / "cache").code == 0


@pytest.mark.parametrize("where", ["renders/cue", "cache/preset-changes"])
def test_what_was_killed_half_way_is_finished_before_anything_is_told(
    session: Path, where: str
) -> None:
    render(session)
    moving = session.parent / where / MOVING
    moving.mkdir(parents=True)
    (moving / LIST).write_text(json.dumps({"moves": [], "done_as": None, "undone_as": None}))
    render(session)
    assert not moving.exists()
    assert "nothing to do" in render(session).out
