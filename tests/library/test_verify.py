"""`verify`: the starter library passes; each way to be broken is reported as what it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pytest
from sfzs import sfz

from hostkit.audition.state.capture import Captured, CaptureJob, capture
from hostkit.audition.state.save import About, save_captured
from hostkit.audition.studio import Studio
from hostkit.audition.verify import Verdict, verify
from hostkit.devices.description import PluginDescription
from hostkit.devices.spec import PluginSpec
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.store import default_store
from hostkit.library.folders import Library
from hostkit.plan.environment import Environment

STARTER = Path(__file__).parents[2] / "presets"
FAMILIES = {
    "strings": {"sustains", "shorts", "tremolo", "pizzicato"},
    "brass": {"heroic", "low", "muted"},
    "woodwinds": set[str](),
    "choir": set[str](),
    "keys": {"piano"},
    "plucks": {"harp"},
    "mallets": set[str](),
    "percussion": {"drums", "timpani", "metals"},
    "bass": {"subs"},
    "pads": set[str](),
    "pulses": {"pulses", "arps"},
    "risers": set[str](),
    "hits": set[str](),
    "textures": set[str](),
    "effects": {"halls", "rooms", "plates", "dialogue", "dynamics", "width", "radio"},
}


@pytest.fixture(scope="module")
def executor() -> Iterator[LocalExecutor]:
    with LocalExecutor(2) as made:
        yield made


def verdicts(folder: Path, names: list[str], executor: LocalExecutor) -> dict[str, Verdict]:
    """Of presets that a session in `folder` would find."""
    studio = Studio(folder, Environment(), executor, default_store())
    loads = [(name, partial(studio.load, name)) for name in names]
    return {v.name: v for v in verify(loads, folder, studio.environment, executor)}


def presets_of(starter: Path) -> list[str]:
    return Library(starter, "starter").names()


def test_the_starter_library_covers_a_palette() -> None:
    from hostkit.library.folders import Libraries
    from hostkit.library.load import load_preset

    libraries = Libraries((Library(STARTER, "starter"),))
    loaded = [load_preset(name, libraries).preset for name in presets_of(STARTER)]
    assert sum(not preset.needs for preset in loaded) >= 60
    categories = {preset.category for preset in loaded}
    for family, kinds in FAMILIES.items():
        there = {c.partition("/")[2] for c in categories if c and c.startswith(f"{family}/")}
        assert there >= kinds, family
        assert there, family
    for preset in loaded:
        assert preset.description
        assert preset.licence
        assert preset.tags
        assert preset.character
        assert preset.range or preset.instrument is None
        assert preset.suggest.stem or preset.instrument is None


def test_the_starter_library_is_sound(executor: LocalExecutor) -> None:
    names = [name for name in presets_of(STARTER) if not name.startswith("plugins/")]
    found = verdicts(STARTER.parent, names, executor)
    assert {name: v.problems for name, v in found.items() if not v.passed} == {}
    assert {name for name, v in found.items() if not -30 < v.peak_dbfs < -1} == set()


def test_a_sample_that_is_gone_is_a_missing_file(tmp_path: Path, executor: LocalExecutor) -> None:
    sfz(tmp_path / "presets", "<region> sample=a.wav key=60", {}, name="keys.sfz")
    (tmp_path / "presets" / "keys.yaml").write_text("preset: 1\ninstrument: {sfz: keys.sfz}\n")
    ((kind, message),) = verdicts(tmp_path, ["keys"], executor)["keys"].problems
    assert kind == "file missing"
    assert "keys.sfz:1:10: " in message


@pytest.mark.plugins
def test_what_a_device_says_as_it_plays_is_told_as_that(
    tmp_path: Path,
    executor: LocalExecutor,
    plugin: Callable[[str], PluginDescription],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOSTKIT_PLUGIN_PATH", str(plugin("ZamEQ2").path.parent))
    (tmp_path / "presets").mkdir()
    preset = "preset: 1\ninstrument: {soundfont: gm}\neffects: [{plugin: ZamEQ2}]\n"
    (tmp_path / "presets" / "keys.yaml").write_text(preset)
    verdict = verdicts(tmp_path, ["keys"], executor)["keys"]
    assert verdict.passed
    assert ("device", "ZamEQ2 is mono: it runs once for each side") in verdict.notes


@pytest.fixture
def broken(
    tmp_path: Path,
    plugin: Callable[[str], PluginDescription],
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A library with one preset of each kind of damage, and one that is whole."""
    found = {name: plugin(name) for name in ("Kars", "Nekobi", "ZamCompX2", "HostkitProbe")}
    folders = {str(each.path.parent) for each in found.values()}
    monkeypatch.setenv("HOSTKIT_PLUGIN_PATH", os.pathsep.join(sorted(folders)))
    library = Library(tmp_path / "presets", "test")

    @cache
    def captured(of: str, raw: tuple[tuple[str, float], ...]) -> Captured:
        known = found[of]
        spec = PluginSpec(known.name, known.path, known.identity, raw=raw)
        return capture(CaptureJob(spec, known.version))

    def save(name: str, of: str, **raw: float) -> Path:
        state = captured(of, tuple(sorted(raw.items())))
        return save_captured(name, library, found[of], state, About())

    def change(name: str, old: str, new: str) -> None:
        path = library.path_of(name)
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    save("whole", "ZamCompX2", ratio=0.3)
    save("version", "ZamCompX2", ratio=0.3)
    change("version", f"version: {found['ZamCompX2'].version}", "version: 0.1.0")
    save("gone", "ZamCompX2", ratio=0.3)
    change("gone", "ratio:", "squash:")
    save("restore", "ZamCompX2", ratio=0.3)
    other = save("other", "ZamCompX2", ratio=0.9)
    library.path_of("restore").with_suffix(".vstpreset").write_bytes(
        other.with_suffix(".vstpreset").read_bytes()
    )
    save("foreign", "ZamCompX2", ratio=0.3)
    save("kars", "Kars", volume=0.2)
    library.path_of("foreign").with_suffix(".vstpreset").write_bytes(
        library.path_of("kars").with_suffix(".vstpreset").read_bytes()
    )
    save("stateless", "ZamCompX2", ratio=0.3)
    library.path_of("stateless").with_suffix(".vstpreset").unlink()
    for name, text in {
        "missing": "instrument: {plugin: Nekoby}",
        "param": "instrument: {plugin: Nekobi, params: {cuttoff: 3}}",
        "silent": "instrument: {plugin: Nekobi, params: {volume: 0}}",
        "clipping": "instrument: {soundfont: gm, program: 48}\ngain_db: 24",
        "noise": "instrument: {plugin: HostkitProbe, params: {noise: true}}\ngain_db: -24",
        "crash": "instrument: {plugin: HostkitProbe, params: {crash: true}}",
        "typo": "instrment: {plugin: Nekobi}",
        "Other": "instrument: {tone: {gain: 0.1}}",
    }.items():
        library.path_of(name).write_text(f"preset: 1\n{text}\n")
    return tmp_path


@pytest.mark.plugins
@pytest.mark.usefixtures("scanned")
def test_each_way_to_be_broken_is_reported_as_what_it_is(
    broken: Path, executor: LocalExecutor
) -> None:
    names = presets_of(broken / "presets")
    found = verdicts(broken, names, executor)
    kinds = {name: sorted({kind for kind, _ in v.problems}) for name, v in found.items()}
    assert kinds == {
        "whole": [],
        "other": ["name"],
        "kars": [],
        "version": [],
        "gone": ["parameter gone"],
        "restore": ["state"],
        "foreign": ["state of another plug-in"],
        "stateless": ["file missing"],
        "missing": ["plug-in missing"],
        "param": ["parameter gone"],
        "silent": ["silent"],
        "clipping": ["clipping"],
        "noise": ["not repeatable"],
        "typo": ["file"],
        "crash": ["crashes"],
        "Other": [],
    }
    assert [kind for kind, _ in found["version"].notes] == ["version differs"]
    assert found["version"].notes[0][1].startswith("ZamCompX2 is version")
    assert "does not restore 'ratio'" in found["restore"].problems[0][1]
    assert "did you mean 'cutoff'" in found["param"].problems[0][1]
    assert "did you mean 'instrument'" in found["typo"].problems[0][1]
    assert found["whole"].notes == ()


@pytest.mark.plugins
def test_the_starter_presets_that_need_plugins_are_sound(
    plugin: Callable[[str], PluginDescription],
    monkeypatch: pytest.MonkeyPatch,
    executor: LocalExecutor,
) -> None:
    needed = ("Kars", "Nekobi", "ZamCompX2", "ZamVerb", "ZaMaximX2")
    folders = {str(plugin(name).path.parent) for name in needed}
    monkeypatch.setenv("HOSTKIT_PLUGIN_PATH", os.pathsep.join(sorted(folders)))
    names = [name for name in presets_of(STARTER) if name.startswith("plugins/")]
    assert len(names) == len(needed)
    found = verdicts(STARTER.parent, names, executor)
    assert {name: v.problems for name, v in found.items() if not v.passed} == {}
