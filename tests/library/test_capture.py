"""Plug-ins captured in one process sound the same, sample for sample, in another."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from display import close_windows, display, find_server
from needed import needed

from hostkit.audio.block import Audio
from hostkit.audition.phrase import GESTURES, _events, _fitted
from hostkit.audition.resolve import audition_plan
from hostkit.audition.state.capture import CaptureJob, capture
from hostkit.audition.state.editor import display_problem
from hostkit.audition.state.save import About, save_captured
from hostkit.devices.description import PluginDescription
from hostkit.devices.spec import PluginSpec
from hostkit.library.exchange.vstpreset import read_vstpreset
from hostkit.library.folders import Libraries, Library
from hostkit.library.load import load_preset
from hostkit.library.model import PresetPlugin
from hostkit.midi.pitch import NoteRange
from hostkit.plan.environment import Environment

pytestmark = pytest.mark.plugins

DIALLED = {
    "Kars": {"release_s": 0.0213, "volume": 0.6127},
    "Nekobi": {"waveform": 1.0, "cutoff": 0.4123, "decay": 0.333, "vcf_resonance": 0.71},
    "ZamCompX2": {"threshold_db": 0.31234, "ratio": 0.1777, "attack_ms": 0.0371},
}
FRAMES = 60_000
EVENTS = _events({0: _fitted(GESTURES["line"], NoteRange(40, 70))}, 48_000, 2)


def source() -> Audio:
    rng = np.random.default_rng(5)
    loudness = np.linspace(0.6, 0.05, FRAMES)
    return (rng.standard_normal((2, FRAMES)) * loudness * 0.3).astype(np.float32)


@pytest.fixture
def preset_of(
    plugin: Callable[[str], PluginDescription], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], PluginSpec]:
    """Captures a dialled plug-in into a library; gives the spec that a session gets of it."""
    folders = {str(plugin(name).path.parent) for name in DIALLED}
    monkeypatch.setenv("HOSTKIT_PLUGIN_PATH", os.pathsep.join(sorted(folders)))

    def make(name: str) -> PluginSpec:
        found = plugin(name)
        library = Library(tmp_path / "presets", "test")
        raw = tuple(sorted(DIALLED[name].items()))
        spec = PluginSpec(found.name, found.path, found.identity, raw=raw)
        job = CaptureJob(spec, found.version, about=(("Name", "dialled"),))
        captured = capture(job)
        save_captured(f"my/{name.lower()}", library, found, captured, About())
        loaded = load_preset(f"my/{name.lower()}", Libraries((library,)))
        plan = audition_plan(loaded, tmp_path, Environment()).print
        devices = [d for d in plan.devices if isinstance(d, PluginSpec)]
        return devices[0]

    return make


@pytest.mark.parametrize("name", list(DIALLED))
def test_a_captured_plugin_sounds_the_same_in_another_process(
    name: str,
    preset_of: Callable[[str], PluginSpec],
    plugin: Callable[[str], PluginDescription],
    play_fresh: Callable[..., Audio],
) -> None:
    found = plugin(name)
    dialled = PluginSpec(
        found.name, found.path, found.identity, raw=tuple(sorted(DIALLED[name].items()))
    )
    plain = PluginSpec(found.name, found.path, found.identity)
    restored = preset_of(name)

    def play(spec: PluginSpec) -> Audio:
        job = {"how": "hostkit", "frames": FRAMES, "cuts": [65_536]}
        if found.kind == "instrument":
            return play_fresh(**job, instrument=spec, events=EVENTS)
        return play_fresh(**job, effects=[spec], audio=source())

    original = play(dialled)
    np.testing.assert_array_equal(play(restored), original)
    assert np.abs(original).max() > 0.01
    assert not np.array_equal(play(plain), original)  # what was dialled is heard at all


def test_a_state_that_brings_back_another_sound_is_left_out(
    preset_of: Callable[[str], PluginSpec], tmp_path: Path
) -> None:
    """Nekobi's state moves values that were never set away from where the plug-in starts."""
    assert preset_of("Nekobi").state is None
    assert preset_of("ZamCompX2").state is not None
    folder = tmp_path / "presets" / "my"
    assert not (folder / "nekobi.vstpreset").exists()
    assert read_vstpreset(folder / "zamcompx2.vstpreset").name == "dialled"
    loaded = load_preset("my/nekobi", Libraries((Library(tmp_path / "presets", "test"),)))
    device = loaded.preset.instrument
    assert isinstance(device, PresetPlugin)
    assert device.saved is not None
    assert device.saved.params["waveform"].in_state is False
    assert device.saved.params["cutoff"].in_state is True
    assert "tuning" not in device.saved.params  # at its default, and restored as such


def test_an_editor_needs_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    assert "there is no display" in str(display_problem())
    monkeypatch.setenv("DISPLAY", ":0")
    assert display_problem() is None


def test_the_editor_is_shown_and_what_is_dialled_is_saved_when_it_is_closed(
    plugin: Callable[[str], PluginDescription], tmp_path: Path
) -> None:
    needed(find_server(), "Xvfb, to show an editor on,", "apt install xvfb")
    command = [sys.executable, "-c", "from hostkit.cli import main; main()", "preset", "capture"]
    command += ["ZamCompX2", "my/comp", "--set", "ratio=3", "--to", str(tmp_path / "presets")]
    with display() as name:
        environ = {
            **os.environ,
            "DISPLAY": name,
            "HOSTKIT_PLUGIN_PATH": str(plugin("ZamCompX2").path.parent),
        }
        running = subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        windows = close_windows(name, lambda: running.poll() is None)
    said = running.communicate(timeout=200)[0]
    assert running.returncode == 0, said
    assert windows > 0
    loaded = load_preset("my/comp", Libraries((Library(tmp_path / "presets", "test"),)))
    device = loaded.preset.effects[0]
    assert isinstance(device, PresetPlugin)
    assert device.saved is not None
    assert device.saved.params["ratio"].shows.startswith("3.0")
