"""VST3 hosts against what pedalboard gives directly, and against the probe's known output."""

from __future__ import annotations

import numpy as np
import pytest

from hostkit.devices.plugins.loading import quick_load
from hostkit.devices.spec import BuiltinSpec
from hostkit.errors import DeviceError
from hostkit.midi.events import SampleEvents

pytestmark = pytest.mark.plugins

RATE = 48_000
FRAMES = 100_003
PROBE_TAIL = 4800


def melody(count: int = 12) -> SampleEvents:
    samples, messages = [], []
    for i in range(count):
        samples += [i * 7001, i * 7001 + 5000]
        messages += [bytes((0x90, 45 + 2 * i, 100)), bytes((0x80, 45 + 2 * i, 0))]
    return SampleEvents(np.array(samples, dtype=np.int64), tuple(messages))


def noise(channels: int, frames: int):
    steps = np.random.default_rng(3).standard_normal((channels, frames))
    return (0.1 * steps).astype(np.float32)


@pytest.mark.parametrize(
    "effect", [("ZamCompX2", (("threshold_db", -30.0),)), ("ZaMaximX2", (("threshold_db", -20.0),))]
)
def test_a_track_equals_the_devices_driven_by_pedalboard(spec, play_fresh, effect) -> None:
    name, params = effect
    chain = (BuiltinSpec("highpass_filter", (("cutoff_frequency_hz", 150.0),)),)
    chain += (spec(name, params=params),)
    job = {"instrument": spec("Kars"), "effects": chain, "events": melody(), "frames": FRAMES}
    direct = play_fresh("pedalboard", **job)
    assert direct.shape == (2, FRAMES)
    assert np.abs(direct).max() > 0.1
    np.testing.assert_array_equal(play_fresh(**job, cuts=[65_536]), direct)
    np.testing.assert_array_equal(play_fresh(**job, cuts=[777, 5000, 64]), direct)


def test_plugins_are_told_120_bpm(spec, play_here) -> None:
    effect = spec("HostkitProbeEffect", params=(("show_tempo", True),))
    out = play_here(effects=(effect,), audio=noise(2, 1000), frames=1000, cuts=[1000])
    np.testing.assert_allclose(out[1], 0.12, rtol=1e-6)


def test_the_noisy_probe_does_not_repeat(spec, play_here) -> None:
    job = {"audio": noise(2, 1000), "frames": 1000, "cuts": [1000]}
    effect = spec("HostkitProbeEffect", params=(("noise", True),))
    one, other = (play_here(effects=(effect,), **job) for _ in range(2))
    assert not np.array_equal(one, other)


def test_choices_switches_and_keys_without_unit_are_set(spec, play_fresh) -> None:
    job = {"events": melody(4), "frames": 30_000, "cuts": [65_536]}
    plain = play_fresh(instrument=spec("Nekobi"), **job)
    params = (("waveform", "triangle"), ("volume", 20))
    other = play_fresh(instrument=spec("Nekobi", params=params), **job)
    assert 0 < np.abs(other).max() < 0.5 * np.abs(plain).max()
    sustained = play_fresh(instrument=spec("Kars", params=(("sustain", True),)), **job)
    short = play_fresh(instrument=spec("Kars", params=(("release", 0.0),)), **job)
    named = play_fresh(instrument=spec("Kars", params=(("release_s", 0.0),)), **job)
    assert np.abs(sustained[:, 5500:7000]).max() > 0.05 > np.abs(short[:, 5500:7000]).max()
    np.testing.assert_array_equal(short, named)


def test_a_file_that_is_no_plugin(spec, tmp_path) -> None:
    broken = tmp_path / "Broken.vst3"
    broken.write_bytes(b"not a library")
    with pytest.raises(DeviceError, match="Broken: cannot be loaded"):
        quick_load(broken, "Broken")
