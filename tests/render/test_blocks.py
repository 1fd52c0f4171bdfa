"""How a plug-in is given its blocks, and when, as a session or a preset writes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from commands import hostkit
from scores import write_session

from hostkit.errors import InvalidInput
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment

pytestmark = pytest.mark.plugins

SESSION = """\
tracks:
  a:
    midi: {track: a}
    instrument: {plugin: HostkitProbeDeaf, KEYS}
"""
SLOW = SESSION.replace("Deaf", "Slow")


def planned(folder: Path, plugins: Path, keys: str, text: str = SESSION):
    session = write_session(folder / "cue.yaml", text.replace(", KEYS", keys and f", {keys}"))
    return plan_session(session, Environment((plugins,)))


@pytest.mark.parametrize(
    ("keys", "frames", "told"),
    [
        ("", 128, "played in blocks of 128"),
        ("buffer: 64", 64, ""),
        ("buffer: 512", 512, "lost notes in blocks over 128 when it was scanned; take out buffer"),
    ],
)
def test_a_session_s_buffer_goes_before_the_scan_s(
    odd_plugins, tmp_path, keys: str, frames: int, told: str
) -> None:
    plan = planned(tmp_path, odd_plugins, keys)
    (track,) = plan.whole.tracks
    assert track.plan.source.instrument.buffer_frames == frames
    said = [text for text in plan.warnings if "HostkitProbeDeaf" in text]
    assert len(said) == bool(told)
    assert all(told in text for text in said)


def test_a_preset_has_its_buffer(odd_plugins, tmp_path) -> None:
    preset = tmp_path / "presets" / "deaf.yaml"
    preset.parent.mkdir()
    preset.write_text("preset: 1\ninstrument: {plugin: HostkitProbeDeaf, buffer: 32}\n")
    text = SESSION.replace("{plugin: HostkitProbeDeaf, KEYS}", "deaf")
    plan = plan_session(write_session(tmp_path / "cue.yaml", text), Environment((odd_plugins,)))
    (track,) = plan.whole.tracks
    assert track.plan.source.instrument.buffer_frames == 32


def test_blocks_decide_what_a_print_is(odd_plugins, tmp_path) -> None:
    plans = [planned(tmp_path, odd_plugins, keys) for keys in ("buffer: 64", "buffer: 32")]
    first, second = (plan.whole.tracks[0].fingerprint for plan in plans)
    assert first != second


@pytest.mark.parametrize(
    ("keys", "warm_up_s", "told"),
    [
        ("", 0.5, "is silent right after loading; it is given 0.5 s"),
        ("warm_up_s: 1", 1.0, ""),
        ("warm_up_s: 0.1", 0.1, "was silent for up to 0.5 s after loading when it was scanned; "),
        ("warm_up_s: 1, host: pedalboard", 1.0, ""),
    ],
)
def test_a_session_s_warm_up_goes_before_the_scan_s(
    odd_plugins, tmp_path, keys: str, warm_up_s: float, told: str
) -> None:
    plan = planned(tmp_path, odd_plugins, keys, SLOW)
    (track,) = plan.whole.tracks
    assert track.plan.source.instrument.warm_up_s == warm_up_s
    why = plan.hosted.get("HostkitProbeSlow", "")
    assert ("it warms up" in why) == ("pedalboard" not in keys)
    said = [text for text in plan.warnings if "HostkitProbeSlow" in text]
    assert len(said) == bool(told)
    assert all(told in text for text in said)


def test_the_first_note_of_a_session_sounds(make, odd_plugins) -> None:
    made = make(SLOW.replace(", KEYS", ""), plugin_dirs=(odd_plugins,), a=[(0, 1, 64)])
    (track,) = made.plan.whole.tracks
    found = made.production.print_of(track.fingerprint)
    assert found is not None
    out = np.concatenate(list(found.audio()), axis=1)
    np.testing.assert_array_equal(out[1, :24_000], np.full(24_000, 0.5, dtype=np.float32))


def test_real_time_is_said_in_the_plan_with_its_time(odd_plugins, tmp_path) -> None:
    paced = planned(tmp_path, odd_plugins, "realtime: true, warm_up_s: 0", SLOW)
    at_once = planned(tmp_path, odd_plugins, "warm_up_s: 0", SLOW)
    (track,) = paced.whole.tracks
    assert track.plan.source.instrument.realtime
    assert track.fingerprint != at_once.whole.tracks[0].fingerprint
    assert paced.paced == {"HostkitProbeSlow": track.plan.source.end / 48_000}
    assert at_once.paced == {}
    text = SLOW.replace("KEYS", "realtime: true")
    session = write_session(tmp_path / "cue.yaml", text, a=[(0, 4, 64)])
    ran = hostkit("plan", session, "--plugin-dir", odd_plugins, cache=tmp_path / "cache")
    assert "HostkitProbeSlow: played in real time; takes 2.0 s or more\n" in ran.out


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("buffer: 100", r"cue\.yaml:6:\d+: 'buffer' should be 16, 32, .*100"),
        ("warm_up_s: -1", r"cue\.yaml:6:\d+: 'warm_up_s' .*-1"),
        ("warm_up_s: soon", r"cue\.yaml:6:\d+: 'warm_up_s' .*soon"),
        ("realtime: often", r"cue\.yaml:6:\d+: 'realtime' .*often"),
        ("warm_up_s: 601", r"cue\.yaml:6:\d+: 'warm_up_s' .*600.*601"),
    ],
)
def test_wrong_values_are_told_where_they_are(odd_plugins, tmp_path, keys: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        planned(tmp_path, odd_plugins, keys)
