"""Hits and rises as files of their own: what is in them, where they begin and end, their names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from commands import hostkit
from scores import QUARTER_FRAMES, RATE, tone, write_session

BAR = 4 * QUARTER_FRAMES
PROFILE = "hostkit_profile: 1\nmixes: [full]\nsession_mixes: false\none_shots: true\n"
TEXT = """\
title: Door
hits:
  - {at: 3|1, name: "the door: slams", rise_from: 2|1}
  - {at: 4|1, name: the door? slams, tracks: low}
  - {at: 5|1, name: nothing here}
tracks:
  riser: {midi: {track: riser}, instrument: {tone: {gain: 0.15}}, tags: [fx]}
  boom: {midi: {track: boom}, instrument: {tone: {gain: 0.15}}, tags: [fx], sends: {hall: -12}}
  low: {midi: {track: low}, instrument: {tone: {gain: 0.15}}}
  pad: {midi: {track: pad}, instrument: {tone: {gain: 0.15}}}
buses: {hall: {effects: [{reverb: {room_size: 0.5, dry_level: 0}}]}}
"""


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """By a profile with one-shots: two rises' worth of tones, booms, and a pad under everything."""
    folder = tmp_path_factory.mktemp("shots")
    (folder / "shots.yaml").write_text(PROFILE)
    session = write_session(
        folder / "door.yaml",
        TEXT,
        riser=[(4, 2, 60), (6, 2, 72), (20, 1, 60)],
        boom=[(8 - 0.02, 1, 36), (12, 0.5, 43)],  # played a little early
        low=[(8, 1, 24), (12, 2, 24)],
        pad=[(0, 24, 48)],
    )
    ran = hostkit(
        "mixes", session, "-o", folder / "out", "--profile", folder / "shots.yaml",
        cache=folder / "cache",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    (found,) = (folder / "out").rglob("manifest.json")
    return found.parent


def manifest(delivered: Path) -> dict[str, Any]:
    return json.loads((delivered / "manifest.json").read_text())


def heard(delivered: Path, name: str) -> np.ndarray:
    entry = manifest(delivered)["mixes"][name]
    audio, rate = soundfile.read(delivered / entry["path"], always_2d=True)
    assert rate == RATE
    return audio[:, 0]


def test_each_is_named_after_its_hit(delivered: Path):
    mixes = manifest(delivered)["mixes"]
    assert set(mixes) == {
        "full",
        "rise_the_door-_slams",
        "hit_the_door-_slams",
        "hit_the_door-_slams_2",
    }
    paths = [entry["path"].casefold() for entry in mixes.values()]
    assert len(set(paths)) == len(paths)
    assert "no note begins with the hit" in manifest(delivered)["left_out"]["hit_nothing_here"]


def test_a_rise_is_what_leads_to_its_hit_alone(delivered: Path):
    """Two bars of riser from the first sample on; neither the hit nor the pad under it."""
    audio = heard(delivered, "rise_the_door-_slams")
    expected = np.concatenate((tone(BAR // 2, 60), tone(BAR // 2, 72)))
    spectrum = np.abs(np.fft.rfft(audio[:BAR]))
    wanted = np.abs(np.fft.rfft(expected))
    assert np.argmax(spectrum) == np.argmax(wanted)
    assert np.corrcoef(audio[:BAR], expected)[0, 1] == pytest.approx(1, abs=1e-3)
    assert np.abs(audio[BAR + 100 :]).max(initial=0) < 10 ** (-72 / 20)


def test_a_hit_begins_with_its_first_note_and_rings_to_the_end(delivered: Path):
    """The boom was played 10 ms early: nothing of its attack is lost. It rings in its hall."""
    audio = heard(delivered, "hit_the_door-_slams")
    early = round(0.02 * QUARTER_FRAMES)
    assert np.abs(audio[:early]).max() > 0.005
    one = audio[: QUARTER_FRAMES - early]
    assert np.corrcoef(one, tone(len(one), 36))[0, 1] > 0.95
    after = audio[QUARTER_FRAMES + 1000 :]
    assert np.abs(after).max() > 10 ** (-50 / 20)  # the hall
    assert np.abs(audio[-RATE // 100 :]).max() < 10 ** (-72 / 20)


def test_a_hit_may_name_its_tracks(delivered: Path):
    audio = heard(delivered, "hit_the_door-_slams_2")
    assert np.corrcoef(audio[:QUARTER_FRAMES], tone(QUARTER_FRAMES, 24))[0, 1] > 0.999


def test_the_certificate_finds_nothing_but_what_is_left_out(delivered: Path):
    certificate = json.loads((delivered / "certificate.json").read_text())
    assert [finding["check"] for finding in certificate["findings"]] == ["left out"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mixes: {boom: {one_shot: {hit: the door? slam}}}", "did you mean 'the door? slams'"),
        ("mixes: {boom: {one_shot: {rise: nothing here}}}", "give it rise_from"),
        ("mixes: {boom: {one_shot: the door? slams}}", "write one_shot: {hit: the door? slams}"),
        ("mixes: {boom: {one_shot: {}}}", "write {hit: NAME} or {rise: NAME}"),
        ("mixes: {boom: {one_shot: {hit: nothing here}, length: 30s}}", "forms of their own"),
        ("mixes: {boom: {one_shot: {hit: nothing here, number: 2}}}", "write a lower number"),
        ("mixes: {boom: {one_shot: {hit: nothing here}, only: riser}}", "no note begins"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(tmp_path: Path, text: str, said: str):
    session = write_session(
        tmp_path / "door.yaml",
        f"{TEXT}{text}\n",
        **{n: [(0, 1, 60)] for n in ("riser", "boom", "low", "pad")},
    )
    ran = hostkit("check", session, cache=tmp_path / "cache")
    assert ran.code in (1, 2)
    assert said in ran.out + ran.err
    assert "Traceback" not in ran.err


def test_a_hit_of_tracks_that_are_not_there(tmp_path: Path):
    text = TEXT.replace("tracks: low", "tracks: [lw]")
    session = write_session(
        tmp_path / "door.yaml", text, **{n: [(0, 1, 60)] for n in ("riser", "boom", "low", "pad")}
    )
    ran = hostkit("check", session, cache=tmp_path / "cache")
    assert ran.code == 2
    assert "door.yaml:6:" in ran.err
    assert "did you mean 'low'" in ran.err
