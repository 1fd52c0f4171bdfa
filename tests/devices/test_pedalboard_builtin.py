"""pedalboard's own effects: automation, files, refusals."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
import soundfile

from hostkit.audio.layout import STEREO
from hostkit.devices.builtin import BUILTINS
from hostkit.devices.device import MAIN, Feed, Setup
from hostkit.devices.pedalboard.builtin import open_builtin
from hostkit.devices.spec import BuiltinSpec, ContentFile, Lane
from hostkit.errors import DeviceError, StorageError

RATE = 48_000
AUTOMATABLE = [
    pytest.param(builtin.name, param, id=f"{builtin.name}.{param.key}")
    for builtin in BUILTINS.values()
    for param in builtin.params
    if param.automatable and builtin.name != "convolution"
]


def noise(frames: int, level: float = 0.3):
    steps = np.random.default_rng(5).standard_normal((2, frames))
    return (level * steps).astype(np.float32)


def run(spec: BuiltinSpec, audio):
    effect = open_builtin(spec, Setup(RATE, {MAIN: STEREO}))
    parts = [effect.play(Feed.of(audio))[MAIN]]
    while sum(part.shape[1] for part in parts) < audio.shape[1]:
        parts.append(effect.play(Feed.of(np.zeros((2, 4096), dtype=np.float32)))[MAIN])
    return np.concatenate(parts, axis=1)[:, : audio.shape[1]]


def test_gain_automation_is_a_staircase_of_the_ramp() -> None:
    lane = Lane("gain_db", ((0, 0.0), (12_800, -60.0)))
    out = run(BuiltinSpec("gain", lanes=(lane,)), np.ones((2, 12_800), dtype=np.float32))
    # pedalboard glides to a new gain; at the end of each step it has arrived.
    ends = np.arange(127, 12_800, 128)
    expected_db = -60.0 * (ends - 127) / 12_800
    np.testing.assert_allclose(20 * np.log10(out[0, ends]), expected_db, atol=0.5)


# What makes an effect act at all, so that its other parameters can be heard.
ACTING = {
    "compressor": {"threshold_db": -30.0, "ratio": 8.0},
    "delay": {"delay_seconds": 0.01},
    "high_shelf_filter": {"gain_db": 12.0},
    "low_shelf_filter": {"gain_db": 12.0},
    "noise_gate": {"threshold_db": -3.0, "release_ms": 5.0},
    "peak_filter": {"gain_db": 12.0},
}
# Two values that differ audibly, by the parameter's unit or name.
VALUES = {"dB": (-30.0, 0.0), "Hz": (0.5, 90.0), "ms": (2.0, 60.0), "s": (0.01, 0.05)}
NAMED_VALUES = {"cutoff_frequency_hz": (60.0, 3000.0), "cutoff_hz": (60.0, 3000.0)}
NAMED_VALUES |= {"ratio": (1.5, 20.0), "drive": (1.0, 50.0), "q": (0.2, 9.0), "bit_depth": (4, 16)}
NAMED_VALUES |= {"centre_frequency_hz": (200.0, 4000.0)}


@pytest.mark.parametrize(("name", "param"), AUTOMATABLE)
def test_every_automatable_parameter_is_heard_when_it_moves(name, param) -> None:
    given = tuple((k, v) for k, v in ACTING.get(name, {}).items() if k != param.key)
    before, after = NAMED_VALUES.get(param.key) or VALUES.get(param.units, (0.1, 0.9))
    loud_and_soft = np.where(np.arange(16_384) // 1000 % 2, 1.0, 0.1).astype(np.float32)
    audio = noise(16_384) * loud_and_soft
    still = Lane(param.key, ((0, before),))
    moving = Lane(param.key, ((8192, before), (8192, after)))
    one, other = (run(BuiltinSpec(name, given, (lane,)), audio) for lane in (still, moving))
    np.testing.assert_array_equal(one[:, :7000], other[:, :7000])
    assert np.abs(one[:, 9000:] - other[:, 9000:]).max() > 1e-4


def test_convolution_with_a_file(tmp_path) -> None:
    response = np.zeros((100, 1), dtype=np.float32)
    response[[0, 60], 0] = 0.5, 0.25
    path = tmp_path / "room.wav"
    soundfile.write(path, response, RATE, subtype="FLOAT")
    content = ContentFile(path, hashlib.sha256(path.read_bytes()).hexdigest())
    files = (("impulse_response_filename", content),)
    impulse = np.zeros((2, 2000), dtype=np.float32)
    impulse[:, 700] = 1.0
    out = run(BuiltinSpec("convolution", files=files), impulse)
    heard = np.flatnonzero(np.abs(out[0]) > 1e-4)
    # pedalboard normalises the response; its shape is what can be told.
    np.testing.assert_array_equal(heard, [700, 760])
    assert out[0, 700] / out[0, 760] == pytest.approx(2.0, rel=1e-4)


def test_convolution_refuses_a_file_at_another_rate(tmp_path) -> None:
    path = tmp_path / "room.wav"
    soundfile.write(path, np.ones((10, 1)), 44_100)
    files = (("impulse_response_filename", ContentFile(path, "")),)
    with pytest.raises(DeviceError, match=r"room\.wav is at 44100 Hz"):
        open_builtin(BuiltinSpec("convolution", files=files), Setup(RATE, {MAIN: STEREO}))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("room.raw", r"convolution: .*room\.raw: is audio without a header, by its name"),
        ("room.wav", r"convolution: .*room\.wav: is not readable audio"),
        ("none.wav", r"convolution: .*none\.wav: there is no such file"),
    ],
)
def test_convolution_refuses_what_is_no_audio(tmp_path, name: str, message: str) -> None:
    if name != "none.wav":
        (tmp_path / name).write_bytes(bytes(100))
    files = (("impulse_response_filename", ContentFile(tmp_path / name, "")),)
    with pytest.raises(StorageError, match=message):
        open_builtin(BuiltinSpec("convolution", files=files), Setup(RATE, {MAIN: STEREO}))


def test_a_mode_is_chosen_by_its_name() -> None:
    low, high = (
        run(BuiltinSpec("ladder_filter", (("mode", mode),)), noise(8192))
        for mode in ("LPF24", "HPF24")
    )
    assert np.std(low) < 0.2 * np.std(high)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (BuiltinSpec("highpass"), "did you mean 'highpass_filter'"),
        (BuiltinSpec("pitch_shift"), "is not offered: pedalboard's pitch shift cannot be streamed"),
        (BuiltinSpec("gain", (("gain", 3.0),)), "gain has no parameter 'gain'; it has gain_db"),
        (BuiltinSpec("chorus", (("mix", 3.0),)), "chorus: Mix must be between"),
        (BuiltinSpec("ladder_filter", (("mode", "LOUD"),)), "ladder_filter: "),
    ],
)
def test_refusals(spec, message) -> None:
    with pytest.raises(DeviceError, match=message):
        open_builtin(spec, Setup(RATE, {MAIN: STEREO}))
