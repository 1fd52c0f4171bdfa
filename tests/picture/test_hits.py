"""Hits of a session: exact times, what they accept, and what is wrong with those that have none."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from hostkit.errors import InvalidInput
from hostkit.picture.hits import HitPoint, hit_points
from hostkit.plan.music.tempo import session_tempo_map
from hostkit.session.load import load_session

HEAD = """\
hostkit: 1
picture: {frame_rate: 23.976, start: 01:00:42:10}
tempo: [{at: 1|1, bpm: 90}]
tracks: {keys: {instrument: {tone: {}}}}
"""


def points(folder: Path, hits: str) -> tuple[HitPoint, ...]:
    (folder / "cue.yaml").write_text(HEAD + hits)
    loaded = load_session(folder / "cue.yaml")
    return hit_points(loaded, session_tempo_map(loaded, None))


def test_hits_in_order_of_time_with_what_they_accept(tmp_path: Path):
    hits = """\
hits:
  - {at: 9|1, name: lamp, weight: 3, tolerance_frames: 0.5, land_on: downbeat}
  - {at: 01:00:43:10, name: door, tolerance_frames: [0, 4], land_on: any}
  - {at: 12.5s, name: gone}
"""
    assert points(tmp_path, hits) == (
        HitPoint("door", Fraction(24 * 1001, 24000), 1.0, 0.0, 4.0, "any"),
        HitPoint("gone", Fraction(25, 2), 1.0, 1.0, 2.0, "beat"),
        HitPoint("lamp", Fraction(32 * 60, 90), 3.0, 0.5, 0.5, "downbeat"),
    )


@pytest.mark.parametrize(
    ("hit", "place", "said"),
    [
        ("at: 01:00:43:24, name: a", "5:13", "frames go from 00 to 23"),
        ("at: 01:00:42:09, name: a", "5:13", "before the music's start at 01:00:42:10"),
        ("at: 2, name: a, tolerance_frames: [1, 2, 3]", "5:43", "[early, late]"),
        ("at: 2, name: a, tolerance_frames: -1", "5:43", "frames from 0 to 100"),
        ("at: 2, name: a, tolerance_frames: true", "5:43", "frames from 0 to 100"),
        ("at: 2, name: a, land_on: upbeat", "5:34", "'downbeat', 'beat' or 'any'"),
    ],
)
def test_a_hit_that_means_nothing_is_told_at_its_place(
    tmp_path: Path, hit: str, place: str, said: str
):
    with pytest.raises(InvalidInput) as caught:
        points(tmp_path, f"hits: [{{{hit}}}]\n")
    assert f"cue.yaml:{place}: " in str(caught.value)
    assert said in str(caught.value)
