"""Who follows the music is told its time: on a track, a bus and the master, in every form."""

from __future__ import annotations

from collections import defaultdict

import pytest

from hostkit.devices import hosts
from hostkit.devices.device import MAIN, SIDECHAIN
from hostkit.devices.spec import BuiltinSpec
from hostkit.devices.tone import ToneSpec
from hostkit.timebase.transport import STILL

SESSION = """\
tempo: [{at: 1|1, bpm: 96, ramp_to: 132, until: 3|1}]
picture: {frame_rate: 24, start: 01:00:00:00}
sections: [{name: a, at: 1|1}, {name: b, at: 3|1}]
master: [{distortion: {drive_db: 3}}]
buses: {hall: {effects: [{delay: {delay_seconds: 0.1}}]}}
mixes: {full: {}, round: {loop: {section: b}}}
tracks:
  one:
    midi: {track: one}
    instrument: {tone: {}}
    effects: [{gain: {gain_db: -3}}]
    sends: {hall: -6}
"""
NOTES = {"one": [(0, 1, 60), (8, 1, 62), (12, 3, 64)]}
DEVICES = ("tone", "gain", "delay", "distortion")


@pytest.fixture
def opened(monkeypatch):
    """The setups that devices are opened with, by name."""
    found = defaultdict(list)
    for kind in (ToneSpec, BuiltinSpec):
        host = hosts.HOSTS[kind]

        def noted(spec, setup, host=host):
            found[spec.name].append(setup)
            return host(spec, setup)

        monkeypatch.setitem(hosts.HOSTS, kind, noted)
    return found


def test_devices_that_follow_are_given_their_form_s_time(make, opened, monkeypatch):
    for kind in (ToneSpec, BuiltinSpec):
        monkeypatch.setattr(kind, "follows_transport", True)
    made = make(SESSION, **NOTES)
    whole, loop = made.plan.whole, made.form("round")
    for name in DEVICES:
        maps = {setup.transport.tempo_map for setup in opened[name]}
        assert {found.segments for found in maps} == {
            whole.tempo_map.segments,
            loop.tempo_map.segments,
        }
        assert {found.picture for found in maps} == {None}  # nobody hears that
        assert all(setup.transport.playing for setup in opened[name])
    rounds = {setup.transport.loop_frames for setup in opened["distortion"]}
    assert rounds == {None, loop.frames}
    assert {setup.transport.loop_frames for setup in opened["tone"]} == {None}  # once, straight


def test_those_that_do_not_stand_still_and_keep_their_fingerprints(make, opened, monkeypatch):
    still = make(SESSION, **NOTES)
    assert {setup.transport for name in DEVICES for setup in opened[name]} == {STILL}
    assert {name for name in opened if SIDECHAIN in opened[name][0].inputs} == set()
    assert all(MAIN in setup.inputs for name in DEVICES[1:] for setup in opened[name])
    monkeypatch.setattr(BuiltinSpec, "follows_transport", True)
    for track, before in zip(
        make(SESSION, store="other", **NOTES).plan.whole.tracks,
        still.plan.whole.tracks,
        strict=True,
    ):
        assert track.fingerprint != before.fingerprint
        assert set(track.plan.parts) - set(before.plan.parts) == {"tempo"}
