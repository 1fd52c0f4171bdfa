"""MIDI effects before an instrument, and effects with other channels out than in."""

from __future__ import annotations

import numpy as np
import pytest
from scores import tone, write_session

from hostkit.errors import InvalidInput
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment

pytestmark = pytest.mark.plugins

SESSION = """\
tracks:
  a:
    midi: {track: a}
    midi_effects: [{plugin: HostkitProbeOctaves, params: {latency_frames: LATENCY}}]
    instrument: {tone: {channels: 1}}
"""


def printed(made) -> np.ndarray:
    (track,) = made.plan.whole.tracks
    found = made.production.print_of(track.fingerprint)
    assert found is not None, made.production.outcomes[track.fingerprint].reason
    return np.concatenate(list(found.audio()), axis=1)


@pytest.mark.parametrize("latency", [0, 700])
def test_each_note_sounds_with_its_octave_at_its_own_sample(make, odd_plugins, latency) -> None:
    """The probe is never late, so what it reports brings its notes forward by that."""
    text = SESSION.replace("LATENCY", str(latency))
    made = make(text, plugin_dirs=(odd_plugins,), a=[(1, 1, 57), (2.5, 0.5, 60)])
    (track,) = made.plan.whole.tracks
    assert [device.name for device in track.plan.devices] == ["HostkitProbeOctaves", "tone"]
    assert "MIDI effects" in track.plan.parts
    out = printed(made)[0]
    expected = np.zeros(len(out), dtype=np.float64)
    for start, frames, pitch in ((24_000, 24_000, 57), (60_000, 12_000, 60)):
        for key in (pitch, pitch + 12):
            expected[start - latency : start - latency + frames] += tone(frames, key)
    np.testing.assert_allclose(out, expected, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 2])
def test_mono_in_and_stereo_out(make, odd_plugins, channels: int) -> None:
    """A stereo signal is heard as the mean of both sides."""
    text = (
        "tracks:\n  a:\n    midi: {track: a}\n"
        f"    instrument: {{tone: {{channels: {channels}}}}}\n"
        "    effects: [{plugin: HostkitProbeMonoToStereo}]\n"
    )
    made = make(text, plugin_dirs=(odd_plugins,), a=[(0, 1, 57)])
    out = printed(made)
    assert out.shape[0] == 2
    np.testing.assert_allclose(out[:, :24_000], np.tile(tone(24_000, 57), (2, 1)), atol=1e-7)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "midi_effects: [{plugin: HostkitProbeKeyed}]",
            r"yaml:7:\d+: .*HostkitProbeKeyed is an effect, not a MIDI effect; it belongs in eff",
        ),
        (
            "effects: [{plugin: HostkitProbeOctaves}]",
            r"HostkitProbeOctaves is a MIDI effect, not an effect; it belongs in a track's midi_e",
        ),
        (
            "midi_effects: [{plugin: HostkitProbeOctaves, host: pedalboard}]",
            r"pedalboard hosts no MIDI effects; take out host: pedalboard",
        ),
        (
            "midi_effects: [{plugin: HostkitProbeOctaves, sidechain: a}]",
            r"a side-chain is for effects of tracks and buses; take it out",
        ),
        (
            "midi_effects: [{plugin: HostkitProbeOctaves, warm_up_s: 1}]",
            r"a MIDI effect makes no sound to wait for; take it out",
        ),
    ],
)
def test_what_stands_in_the_wrong_place(odd_plugins, tmp_path, line: str, message: str) -> None:
    text = f"tracks:\n  a:\n    midi: {{track: a}}\n    instrument: {{tone: {{}}}}\n    {line}\n"
    session = write_session(tmp_path / "cue.yaml", text)
    with pytest.raises(InvalidInput, match=message):
        plan_session(session, Environment((odd_plugins,)))
