"""How a plug-in is given its blocks, as a session or a preset writes it."""

from __future__ import annotations

from pathlib import Path

import pytest
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


def planned(folder: Path, plugins: Path, keys: str):
    session = write_session(folder / "cue.yaml", SESSION.replace(", KEYS", keys and f", {keys}"))
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
    ("keys", "told"), [("buffer: 100", r"cue\.yaml:6:\d+: 'buffer' should be 16, 32, .*100")]
)
def test_wrong_values_are_told_where_they_are(odd_plugins, tmp_path, keys: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        planned(tmp_path, odd_plugins, keys)
