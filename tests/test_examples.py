"""The example sessions: written by their script, in sync, and mixed as one would hand them over.

Renders are at 16 kHz, which costs a third and changes loudness by little: what is measured
here has a margin for it.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from commands import hostkit

from hostkit.devices.plugins.scanning import folders
from hostkit.errors import InvalidInput
from hostkit.midi.reading.file import read_midi
from hostkit.midi.tempo import tempo_map_of
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.music.tempo import session_tempo_map
from hostkit.session.load import LoadedSession, load_session
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap

FOLDER = Path(__file__).parent.parent / "sessions"
ON_SOUNDFONT = ("lighthouse", "night-train", "kitchen-light")
WITH_PLUGINS = "undertow"
ALL = (*ON_SOUNDFONT, WITH_PLUGINS)
ITS_PLUGINS = ("Nekobi", "Kars", "ZamDelay", "ZamCompX2", "ZaMaximX2")
RATE = 16_000
SECONDS = {"lighthouse": 97.4, "night-train": 71.3, "kitchen-light": 80.0, "undertow": 78.0}
"""Where the last bar ends (or, in undertow, the last note): what follows rings out."""


def load(name: str) -> LoadedSession:
    return load_session(FOLDER / f"{name}.yaml")


def tempo_map(loaded: LoadedSession) -> TempoMap:
    midi = read_midi(loaded.resolve(loaded.session.midi or ""))
    return session_tempo_map(loaded, midi)


def test_the_midi_is_what_the_script_writes(tmp_path: Path):
    subprocess.run([sys.executable, FOLDER / "compose", tmp_path], check=True)
    for name in ALL:
        written = (tmp_path / f"{name}.mid").read_bytes()
        assert written == (FOLDER / f"{name}.mid").read_bytes(), f"python {FOLDER}/compose"


@pytest.mark.parametrize("name", ON_SOUNDFONT)
def test_they_pass_check_with_nothing_installed(name: str):
    plan = plan_session(FOLDER / f"{name}.yaml", Environment())
    assert plan.warnings == ()


@pytest.mark.parametrize("name", ALL)
def test_no_note_needs_settling(name: str):
    """Every part keeps to its own notes: none is struck while it still sounds."""
    assert read_midi(FOLDER / f"{name}.mid").repairs == ()


@pytest.mark.parametrize("name", ALL)
def test_sections_are_the_markers_of_the_midi(name: str):
    loaded = load(name)
    midi = read_midi(loaded.resolve(loaded.session.midi or ""))
    meters = tempo_map_of(midi).meters
    ticks = midi.division.count  # type: ignore[union-attr]  # ours count in quarter notes
    markers = [(text, meters.bar_beat_at(tick / ticks)) for tick, text in midi.markers]
    assert [(section.name, section.at) for section in loaded.session.sections] == markers


@pytest.mark.parametrize("name", ["lighthouse", "night-train", "undertow"])
def test_hits_fall_on_bar_lines(name: str):
    """In sync is a sound at most one frame early or two late (of 24 a second)."""
    loaded = load(name)
    assert loaded.session.hits
    map_ = tempo_map(loaded)
    bars = [map_.seconds_of(BarBeat(bar)) for bar in range(1, 38)]
    for hit in loaded.session.hits:
        picture = map_.seconds_of(hit.at)
        late = min((bar - picture for bar in bars), key=abs)
        assert -1 / 24 <= late <= 2 / 24, hit.name


def test_the_session_with_its_own_tempo_agrees_with_its_midi():
    """The MIDI file holds ramps as steps, which are a third of a millisecond off at most."""
    loaded = load("night-train")
    own, midi = tempo_map(loaded), tempo_map_of(read_midi(FOLDER / "night-train.mid"))
    for bar in range(1, 37):
        place = BarBeat(bar)
        assert abs(own.seconds_of(place) - midi.seconds_of(place)) < 0.0004


def test_the_plug_ins_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("HOSTKIT_PLUGIN_PATH", "")
    monkeypatch.setenv("LV2_PATH", str(tmp_path))  # nor an LV2 of the same name
    monkeypatch.setattr(folders, "standard_folders", lambda environ: ())
    with pytest.raises(InvalidInput) as refused:
        plan_session(FOLDER / "undertow.yaml", Environment())
    problems = refused.value.problems
    assert all(problem.line and "there is no plug-in" in problem.message for problem in problems)
    named = {problem.message.split("'")[1] for problem in problems}
    assert named == set(ITS_PLUGINS)


def rendered(names: tuple[str, ...], folder: Path, **env: str) -> dict[str, dict[str, Any]]:
    """The manifests of the sessions, rendered at 16 kHz with one command."""
    sessions = []
    for name in names:
        session = folder / f"{name}.yaml"
        session.write_text(f"hostkit: 1\nextends: {FOLDER}/{name}.yaml\nsample_rate: {RATE}\n")
        sessions.append(session)
    out = folder / "out"
    ran = hostkit("render", *sessions, "-o", out, cache=folder / "cache", **env)
    assert ran.code == 0, ran.err
    where = {name: out / name if len(names) > 1 else out for name in names}
    return {
        name: {**json.loads((path / "manifest.json").read_text()), "folder": path}
        for name, path in where.items()
    }


@pytest.fixture(scope="module")
def soundfont_renders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return rendered(ON_SOUNDFONT, tmp_path_factory.mktemp("examples"))


@pytest.mark.parametrize("name", ON_SOUNDFONT)
def test_mixed_to_be_handed_over(name: str, soundfont_renders: dict[str, dict[str, Any]]):
    assert_mixed_well(name, soundfont_renders[name])


def test_from_another_empty_cache_comes_the_same_to_the_bit(
    soundfont_renders: dict[str, dict[str, Any]], tmp_path: Path
):
    """One example shows it: the other two go the same way; the hybrid is rendered twice, too."""
    again = rendered(("night-train",), tmp_path)["night-train"]
    assert hashes(again) == hashes(soundfont_renders["night-train"])


@pytest.mark.plugins
def test_the_hybrid_too_twice_the_same(plugin, scans_into: Callable[[Path], None], tmp_path: Path):
    places = {plugin(name).path.parent for name in ITS_PLUGINS}
    path = ":".join(map(str, sorted(places)))
    made = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        scans_into(folder / "cache")
        made.append(rendered((WITH_PLUGINS,), folder, HOSTKIT_PLUGIN_PATH=path)[WITH_PLUGINS])
    assert_mixed_well(WITH_PLUGINS, made[0])
    assert hashes(made[0]) == hashes(made[1])


def assert_mixed_well(name: str, manifest: dict[str, Any]) -> None:
    full = manifest["mixes"]["full"]
    assert full["null"] == "pass"
    assert -23 <= full["integrated_lufs"] <= -16
    assert full["true_peak_dbtp"] < -1
    for stem in manifest["stems"].values():
        assert stem["clipped_samples"] == 0
        assert full["integrated_lufs"] - 16 < stem["integrated_lufs"] < full["integrated_lufs"]
    stems = [int_samples(manifest, stem) for stem in manifest["stems"].values()]
    np.testing.assert_array_equal(np.sum(stems, axis=0), int_samples(manifest, full))
    samples, _ = soundfile.read(manifest["folder"] / full["path"])
    assert len(samples) == manifest["frames"]
    assert_rings_out(samples, round(SECONDS[name] * RATE))
    assert abs(level(samples[:, 0]) - level(samples[:, 1])) < 2  # the stage is not lopsided


def int_samples(manifest: dict[str, Any], entry: dict[str, Any]) -> np.ndarray:
    """The 24-bit samples of a delivered file, as another library reads them."""
    samples, _ = soundfile.read(manifest["folder"] / entry["path"], dtype="int32")
    return samples.astype(np.int64) >> 8


def hashes(manifest: dict[str, Any]) -> dict[str, str]:
    """Of the files on disk."""
    entries = (*manifest["stems"].values(), *manifest["mixes"].values())
    return {
        entry["path"]: hashlib.sha256((manifest["folder"] / entry["path"]).read_bytes()).hexdigest()
        for entry in entries
    }


def assert_rings_out(samples: np.ndarray, last_bar_ends: int) -> None:
    """Sound goes on after the last bar, and is below −80 dBFS where the file ends."""
    after = samples[last_bar_ends:]
    assert 0.2 * RATE < len(after) < 8 * RATE
    assert np.abs(after[: RATE // 10]).max() > 10 ** (-60 / 20)
    assert np.abs(after[-RATE // 10 :]).max() < 10 ** (-80 / 20)


def level(signal: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(signal**2)))
