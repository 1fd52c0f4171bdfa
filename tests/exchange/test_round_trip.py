"""Session → project → session: what both can hold is the same, down to rendered bits."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from commands import hostkit
from scores import RATE, write_session

from hostkit.library.exchange.vstpreset import parse_vstpreset
from hostkit.pipeline import load
from hostkit.plan.build import build_plan
from hostkit.plan.environment import Environment
from hostkit.plan.plan import Plan
from hostkit.session.load import load_session

FORMATS = ["rpp", "dawproject"]

PLAIN = """\
cue: 1m01
title: There and back
tempo:
  - {at: 1|1, bpm: 118.5, meter: 4/4}
  - {at: 2|1, bpm: 141.3, meter: 3/4}
  - {at: 5|1, bpm: 96}
sections: [{name: intro, at: 1|1}, {name: verse, at: 3|1}, {name: end, at: 7|1}]
hits: [{name: door slams, at: 4|2}]
tracks:
  high:
    instrument: {tone: {gain: 0.2}}
    midi: {track: a}
    stem: tones
    gain_db: -3.3
    pan: -0.25
    sends: {hall: -9.7}
    effects: [{chorus: {rate_hz: 2.5, mix: 0.3}}]
  low: {instrument: {tone: {gain: 0.1, channels: 1}}, midi: {track: b}, stem: tones}
  swell:
    instrument: {tone: {gain: 0.1}}
    midi: {track: c}
    automation: {gain_db: [[1|1, -20], [3|1, 0], [5|1, -40]], pan: [[1|1, -1], [4|1, 1]]}
  take:
    audio:
      - {file: take.wav, at: 2|1, from: 0.25s, to: 1.75s, gain_db: -2, fade_in_ms: 20,
         fade_out_ms: 250}
buses: {hall: {effects: [{reverb: {room_size: 0.83, wet_level: 0.21}}], gain_db: -1.5}}
master: [{highpass_filter: {cutoff_frequency_hz: 31}}]
gain_db: -2
"""
NOTES = {
    "a": [(0, 1, 60), (1, 1 / 3, 62), (4 / 3, 1 / 3, 63), (7 + 1 / 7, 5, 65)],
    "b": [(0, 8, 40), (8, 3.5, 41)],
    "c": [(0, 20, 50)],
}


@pytest.fixture(scope="module")
def cache() -> Path:
    """That of the run, where what is scanned is known."""
    return Path(os.environ["HOSTKIT_CACHE"])


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    noise = np.random.default_rng(3).normal(0, 0.1, (2 * RATE, 2))
    soundfile.write(folder / "take.wav", noise, RATE, "PCM_24")
    return write_session(folder / "cue.yaml", PLAIN, **NOTES)


def returned(session: Path, ending: str, cache: Path, *options: str) -> Path:
    """The session that comes back, beside the first one."""
    project = session.with_name(f"there.{ending}")
    out = hostkit("export", session, "-o", project, "--force", *options, cache=cache)
    assert out.code == 0, out.err
    back = session.with_name(f"back-{ending}.yaml")
    came = hostkit("init", project, "-o", back, "--force", cache=cache)
    assert came.code == 0, came.err
    return back


@pytest.fixture(scope="module")
def came_back(plain: Path, cache: Path) -> Callable[[str], Path]:
    """The plain session back from a format, once for all tests."""
    return functools.cache(lambda ending: returned(plain, ending, cache))


def plan_of(session: Path) -> Plan:
    environment = Environment()
    return build_plan(load(session, environment), environment).whole


@pytest.mark.parametrize("ending", FORMATS)
def test_a_session_without_plugins_comes_back_to_the_bit(plain, came_back, ending):
    back = came_back(ending)
    before, after = plan_of(plain), plan_of(back)
    assert after.tempo_map == before.tempo_map
    prints = {node.name: node.fingerprint for node in before.tracks}
    assert {node.name: node.fingerprint for node in after.tracks} == prints
    made = {stem.stem: stem.fingerprint for stem in after.stems}
    kept = {stem.stem: stem.fingerprint for stem in before.stems if stem.stem != "swell"}
    assert kept.items() <= made.items()
    assert made.keys() - kept.keys() == {"swell"}
    marks = [(mark.kind, mark.name, mark.frame) for mark in before.form.marks]
    assert [(mark.kind, mark.name, mark.frame) for mark in after.form.marks] == marks


@pytest.mark.parametrize("ending", FORMATS)
def test_lanes_come_back_within_a_hundredth_of_a_db(plain, came_back, ending):
    back = came_back(ending)
    lanes = [load_session(path).session.tracks["swell"].automation for path in (plain, back)]
    tempo_map = plan_of(plain).tempo_map
    times = np.linspace(0, 12, 500)
    for target, most in (("gain_db", 0.01), ("pan", 1e-4)):
        before, after = (
            np.interp(
                times,
                [float(tempo_map.seconds_of(at)) for at, _ in lane[target]],
                [value for _, value in lane[target]],
            )
            for lane in lanes
        )
        assert np.abs(before - after).max() < most


@pytest.mark.plugins
def test_a_state_comes_back_to_the_byte(tmp_path, cache, plugin):
    plugin("Kars")
    notes = {"a": [(0, 0.5, 40)]}
    first = write_session(
        tmp_path / "a.yaml",
        "tracks: {a: {instrument: {plugin: Kars, params: {volume: 33}}}}",
        **notes,
    )
    project = tmp_path / "a.rpp"
    assert hostkit("export", first, "-o", project, cache=cache).code == 0
    # Somebody turns a knob in the DAW: the state is theirs, and the session's values are not.
    turned = project.read_text().replace('"state": "', '"state": "0')
    project.write_text(turned)
    assert hostkit("init", project, "-o", tmp_path / "b.yaml", cache=cache).code == 0
    (kept,) = (tmp_path / "b-files" / "states").glob("*.vstpreset")
    assert b"volume\x0033\x00" in parse_vstpreset(kept.read_bytes()).chunks["Comp"]
    for ending in FORMATS:
        back = returned(tmp_path / "b.yaml", ending, cache)
        (again,) = (tmp_path / f"{back.stem}-files" / "states").glob("*.vstpreset")
        assert again.read_bytes() == kept.read_bytes()
