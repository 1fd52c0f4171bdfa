"""Real plug-ins in sessions: what they play, and what happens when they fall over."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from commands import Ran, hostkit
from scores import QUARTER_FRAMES, RATE, write_session

pytestmark = pytest.mark.plugins

CRASH, SEGFAULT, HANG = 1, 2, 3
"""Keys on which the probe instrument falls over (tests/probe)."""

LATENCY_FRAMES = 64
"""Of the probe effect."""


@pytest.fixture
def render(tmp_path: Path, plugin: Callable, knowing_cache: Path) -> Callable[..., Ran]:
    """Renders a session text with the test plug-ins at hand."""
    folder = plugin("HostkitProbe").path.parent
    plugin("HostkitProbeEffect")

    def run(text: str, *options: object, **notes) -> Ran:
        session = write_session(tmp_path / "cue.yaml", text, **notes)
        return hostkit("render", session, "--plugin-dir", folder, *options, cache=knowing_cache)

    return run


def assert_nothing_but_dc_failed(ran: Ran) -> None:
    """The probe's sound is a DC offset, which the certificate fails; all else went well."""
    told = [line for line in ran.err.splitlines() if "/renders/cue/" in line]
    assert ran.code == 1
    assert told
    assert not [line for line in told if ": DC: a DC offset of" not in line], ran.err


def read(tmp_path: Path, path: str) -> np.ndarray:
    data, _ = soundfile.read(tmp_path / "renders" / "cue" / path, dtype="float64", always_2d=True)
    return data.T


def tracks_of(tmp_path: Path) -> dict:
    return json.loads((tmp_path / "renders/cue/manifest.json").read_text())["tracks"]


@pytest.mark.parametrize(
    ("key", "said"),
    [(CRASH, "HostkitProbe crashed (SIGABRT)"), (SEGFAULT, "HostkitProbe crashed (SIGSEGV)"),
     (HANG, "HostkitProbe made no progress")],
)  # fmt: skip
def test_a_plugin_that_falls_over_is_named_and_the_others_are_kept(
    tmp_path: Path, render: Callable[..., Ran], key: int, said: str
):
    text = """\
tracks:
  good: {instrument: {tone: {}}, midi: {track: a}}
  bad: {instrument: {plugin: HostkitProbe}, midi: {track: b}, effects: [{gain: {gain_db: 0}}]}
"""
    ran = render(text, "--timeout", 2, a=[(0, 1, 69)], b=[(1, 1, 60), (2, 1, key)])
    assert ran.code == 1
    assert f"cue: bad: {said}" in ran.err
    assert "track good: rendered" in ran.err
    assert not (tmp_path / "renders").exists()
    ran = render(text, a=[(0, 1, 69)], b=[(1, 1, 60)])
    assert_nothing_but_dc_failed(ran)
    assert "track good: cached" in ran.err


def test_an_effect_that_falls_over_on_a_bus(tmp_path: Path, render: Callable[..., Ran]):
    ran = render(
        "tracks: {a: {instrument: {tone: {}}, sends: {hall: 0}}}\n"
        "buses: {hall: {effects: [{plugin: HostkitProbeEffect, params: {crash: true}}]}}\n"
    )
    assert ran.code == 1
    assert "HostkitProbeEffect crashed" in ran.err
    assert "track a: rendered" in ran.err


def test_latency_is_made_up_for_everywhere(tmp_path: Path, render: Callable[..., Ran]):
    """A tone through devices with latency, as instrument, insert, bus and master: no shift.

    Every path passes its signal on at gain 1, so the sum is three times the tone, and any
    misalignment would show as a difference of up to its full level.
    """
    effect = "{plugin: HostkitProbeEffect, params: {latency_frames: 1000}}"
    text = f"""\
tracks:
  plain: {{instrument: {{tone: {{gain: 0.1}}}}, stem: s, sends: {{through: 0}}}}
  insert: {{instrument: {{tone: {{gain: 0.1}}}}, stem: s, effects: [{effect}]}}
buses: {{through: {{effects: [{effect}, {{plugin: HostkitProbeEffect}}]}}}}
length: 2|1
"""
    assert render(text, a=[(0.5, 2, 69)]).code == 0
    start, stop = QUARTER_FRAMES // 2, QUARTER_FRAMES * 5 // 2
    expected = np.zeros(2 * RATE)
    expected[start:stop] = 0.3 * np.sin(2 * np.pi * 440 / RATE * np.arange(stop - start))
    np.testing.assert_allclose(read(tmp_path, "stems/s.wav"), [expected] * 2, atol=2**-22)


def test_an_instrument_with_latency_is_on_time(tmp_path: Path, render: Callable[..., Ran]):
    """The probe adds key/128 on the right while a note is held, 96 frames late by itself."""
    text = "tracks: {a: {instrument: {plugin: HostkitProbe}}}\nlength: 2|1\n"
    assert_nothing_but_dc_failed(render(text, a=[(1, 1, 64)]))
    right = read(tmp_path, "stems/a.wav")[1]
    assert np.flatnonzero(right)[0] == QUARTER_FRAMES
    assert right[QUARTER_FRAMES] == pytest.approx(0.5, abs=2**-23)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("tracks: {a: {instrument: {plugin: HostkitProbeEffect}}}\n", "3:26",
         "HostkitProbeEffect is an effect, not an instrument"),
        ("tracks: {a: {instrument: {tone: {}}, effects: [{plugin: HostkitProbe}]}}\n", "3:48",
         "HostkitProbe is an instrument, not an effect"),
        ("tracks: {a: {instrument: {plugin: HostkitProb}}}\n", "3:26",
         "did you mean 'HostkitProbe'?"),
        ("tracks: {a: {instrument: {plugin: HostkitProbe, params: {gian: 1}}}}\n", "3:57",
         "did you mean 'gain'?"),
        ("tracks: {a: {instrument: {plugin: HostkitProbe, params: {gain: 3}}}}\n", "3:57",
         "from 0 to 2"),
    ],
)  # fmt: skip
def test_what_check_knows_of_plugins(render: Callable[..., Ran], text: str, place: str, said: str):
    ran = render(text)
    assert ran.code == 2
    assert f"cue.yaml:{place}: " in ran.err
    assert said in ran.err


def test_a_mono_plugin_on_stereo_is_adapted_and_told(
    tmp_path: Path, plugin: Callable, render: Callable[..., Ran]
):
    plugin("ZamComp")
    text = "tracks: {a: {instrument: {tone: {}}, effects: [{plugin: ZamComp}]}}\n"
    ran = render(text)
    assert ran.code == 0, ran.err
    assert "ZamComp" in ran.out
    assert "mono" in ran.out
    left, right = read(tmp_path, "stems/a.wav")
    np.testing.assert_array_equal(left, right)
    assert np.abs(left).max() > 0.1


def test_a_parameter_is_automated_to_the_grid(tmp_path: Path, render: Callable[..., Ran]):
    """gain from 0 to 1 over two seconds on a held value of 0.5: a ramp, within one grid step."""
    text = """\
tracks:
  a:
    instrument: {plugin: HostkitProbe}
    automation: {instrument.gain: [[0s, 0], [2s, 1]]}
length: 2s
"""
    assert_nothing_but_dc_failed(render(text, a=[(0, 4, 64)]))
    right = read(tmp_path, "stems/a.wav")[1]
    ramp = 0.5 * np.arange(2 * RATE) / (2 * RATE)
    step = 0.5 * 128 / (2 * RATE)
    before = slice(0, -RATE // 4 - 200)  # then the end is faded
    assert np.abs(right[before] - ramp[before]).max() <= step + 2**-22


def test_a_device_that_does_not_repeat_is_named(tmp_path: Path, render: Callable[..., Ran]):
    """The probe's noise is made of the clock; the gain after it is not at fault."""
    noisy = "{plugin: HostkitProbeEffect, params: {noise: true}}"
    text = f"""\
tracks:
  steady: {{instrument: {{plugin: HostkitProbe}}, effects: [{{gain: {{gain_db: -6}}}}]}}
  noisy: {{instrument: {{tone: {{}}}}, effects: [{noisy}, {{gain: {{gain_db: -6}}}}]}}
"""
    ran = render(text, "--twice")
    assert_nothing_but_dc_failed(ran)
    assert "noisy: HostkitProbeEffect does not repeat" in ran.out
    assert "steady" not in ran.out.split("note:", 1)[-1].replace("stems/steady", "")
    warnings = json.loads((tmp_path / "renders/cue/manifest.json").read_text())["warnings"]
    assert len([text for text in warnings if "does not repeat" in text]) == 1
