"""`.vstpreset` files into a library: the good ones arrive, each bad one is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from vst2_files import aupreset, bank, program

from hostkit.audition.state.capture import CaptureJob, capture
from hostkit.devices.description import PluginDescription
from hostkit.devices.spec import PluginSpec
from hostkit.errors import InvalidInput, RequestError
from hostkit.library.exchange.importing import Imported, import_files
from hostkit.library.exchange.vstpreset import read_vstpreset, with_info, write_vstpreset
from hostkit.library.folders import Libraries, Library
from hostkit.library.load import load_preset
from hostkit.plan.devices.states import whose

CLASS_ID = "A" * 32
STATE = write_vstpreset(CLASS_ID, {"Comp": b"state"})


@dataclass(frozen=True)
class Known:
    name: str = "Great Synth"
    kind: Literal["instrument", "effect"] = "instrument"
    vendor: str = "Great Audio"


def described(name: str, class_id: str, kind: Literal["instrument", "effect"]) -> PluginDescription:
    identity = f"VST3:{class_id}:1:0"
    path = Path(f"{name}.vst3")
    return PluginDescription(
        name, path, "VST3", kind, "us", "1", "", identity, class_id, (2,), 0, ()
    )


def match(class_id: str) -> Known | None:
    return Known() if class_id == CLASS_ID else None


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def by_file(results: list[Imported]) -> dict[str, tuple[str | None, str]]:
    return {result.file.name: (result.name, result.note) for result in results}


def test_a_folder_arrives_with_its_folders(tmp_path: Path) -> None:
    library = Library(tmp_path / "presets", "test")
    put(tmp_path, "in/Bass/Growl Nr. 5.vstpreset", with_info(STATE, {"Name": "Growl 5"}))
    put(tmp_path, "in/Bass/growl nr 5.VSTPRESET", STATE)
    effect = write_vstpreset("B" * 32, {"Comp": b"x"})
    info = {"PlugInName": "Old Hall", "PlugInCategory": "Fx|Reverb", "PlugInVendor": "Old"}
    put(tmp_path, "in/hall.vstpreset", with_info(effect, info))
    put(tmp_path, "in/readme.txt", b"no preset")
    results = import_files([tmp_path / "in"], library, match)
    assert by_file(results) == {
        "Growl Nr. 5.vstpreset": ("great-synth/bass/growl-nr-5", ""),
        "growl nr 5.VSTPRESET": ("great-synth/bass/growl-nr-5-2", ""),
        "hall.vstpreset": ("old-hall/hall", "Old Hall is not installed here"),
    }
    loaded = load_preset("great-synth/bass/growl-nr-5", Libraries((library,)))
    assert loaded.preset.plugins == ("Great Synth",)
    assert loaded.preset.description == "Growl 5 (Great Synth, Great Audio)"
    assert load_preset("old-hall/hall", Libraries((library,))).preset.tags == ["fx", "reverb"]


def test_each_bad_file_is_named_with_its_reason(tmp_path: Path) -> None:
    library = Library(tmp_path / "presets", "test")
    good = put(tmp_path, "good.vstpreset", STATE)
    bad = {
        "text.vstpreset": (b"hello", "is not a .vstpreset, .fxp, .fxb or .aupreset"),
        "text.fxp": (b"hello", "is not a .vstpreset, .fxp, .fxb or .aupreset"),
        "cut.vstpreset": (STATE[:-10], "breaks off"),
        "other.vstpreset": (write_vstpreset("C" * 32, {"Comp": b"x"}), "no installed plug-in"),
    }
    files = [good, *(put(tmp_path, name, data) for name, (data, _) in bad.items())]
    results = by_file(import_files([*files, tmp_path / "gone.vstpreset"], library, match))
    assert results.pop("good.vstpreset") == ("great-synth/good", "")
    gone = results.pop("gone.vstpreset")[1]
    assert gone == f"there is no such file; did you mean {tmp_path / 'good.vstpreset'}?"
    for name, (_, reason) in bad.items():
        assert results[name][0] is None
        assert reason in results[name][1]
    assert [name for name, _ in library.files()] == ["great-synth/good"]


def test_a_folder_without_any_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "in/readme.txt", b"hello")
    with pytest.raises(RequestError, match="there are no state files of plug-ins in this folder"):
        import_files([tmp_path / "in"], Library(tmp_path / "presets", "test"), match)


def test_nothing_is_replaced_without_force(tmp_path: Path) -> None:
    library = Library(tmp_path / "presets", "test")
    file = put(tmp_path, "one.vstpreset", STATE)
    import_files([file], library, match)
    again = write_vstpreset(CLASS_ID, {"Comp": b"another"})
    put(tmp_path, "one.vstpreset", again)
    assert "--force replaces it" in import_files([file], library, match)[0].note
    assert import_files([file], library, match, force=True)[0].name == "great-synth/one"
    assert (library.folder / "great-synth" / "one.vstpreset").read_bytes() == again


def test_states_of_vst2s_and_audio_units_arrive_where_a_plugin_takes_them(tmp_path: Path) -> None:
    library = Library(tmp_path / "presets", "test")
    put(tmp_path, "in/warm.fxp", program(b"Warm", b"state"))
    put(tmp_path, "in/warm.aupreset", aupreset(b"Warm", b"Hkit", jucePluginState=b"state"))
    put(tmp_path, "in/cold.fxb", bank(b"Cold", b"state"))
    put(tmp_path, "in/torn.fxp", program(b"Warm", b"state")[:-1])
    warm, another = (
        described(class_id=class_id, name=name, kind="instrument")
        for name, class_id in (
            ("Warm", "ABCDEF019182FAEB" + b"HkitWarm".hex()),
            ("Another", "0" * 32),
        )
    )
    fit = partial(whose, plugins=(another, warm))
    results = by_file(import_files([tmp_path / "in"], library, match, fit))
    assert {name: done[0] for name, done in results.items()} == {
        "warm.fxp": "warm/warm-2",
        "warm.aupreset": "warm/warm",
        "cold.fxb": None,
        "torn.fxp": None,
    }
    assert results["cold.fxb"][1].startswith("no installed plug-in takes it as the state of its V")
    loaded = load_preset("warm/warm-2", Libraries((library,)))
    assert loaded.preset.description == "Init (Warm, us)"
    assert "state: warm-2.fxp" in library.path_of("warm/warm-2").read_text()
    assert (library.folder / "warm" / "warm-2.fxp").read_bytes() == program(b"Warm", b"state")


@pytest.mark.plugins
def test_files_of_real_plugins_whole_and_damaged(
    plugin: Callable[[str], PluginDescription], tmp_path: Path
) -> None:
    for name in ("Kars", "ZamCompX2"):
        found = plugin(name)
        spec = PluginSpec(found.name, found.path, found.identity)
        state = capture(CaptureJob(spec, found.version, about=(("Name", name),))).file
        assert state is not None
        put(tmp_path, f"in/{name}.vstpreset", state)
        put(tmp_path, f"in/{name} cut.vstpreset", state[: len(state) // 2])
        put(tmp_path, f"in/{name} bent.vstpreset", state[:8] + b"?" * 32 + state[40:])
    installed = {plugin(name).class_id: plugin(name) for name in ("Kars", "ZamCompX2")}
    library = Library(tmp_path / "presets", "test")
    results = by_file(import_files([tmp_path / "in"], library, installed.get))
    assert {name: done[0] for name, done in results.items()} == {
        "Kars.vstpreset": "kars/kars",
        "Kars cut.vstpreset": None,
        "Kars bent.vstpreset": None,
        "ZamCompX2.vstpreset": "zamcompx2/zamcompx2",
        "ZamCompX2 cut.vstpreset": None,
        "ZamCompX2 bent.vstpreset": None,
    }
    assert "breaks off" in results["Kars cut.vstpreset"][1]
    assert "names no class id" in results["ZamCompX2 bent.vstpreset"][1]
    libraries = Libraries((library,))
    assert load_preset("kars/kars", libraries).preset.instrument is not None
    assert load_preset("zamcompx2/zamcompx2", libraries).preset.instrument is None
    assert read_vstpreset(library.folder / "kars" / "kars.vstpreset").name == "Kars"


def test_a_broken_description_does_not_break_the_library(tmp_path: Path) -> None:
    """Names are somebody else's text: whatever they hold, the file that is written loads."""
    library = Library(tmp_path / "presets", "test")
    names = ["a: b # c", "'\"\\", "- x", "{[", "\u2028", "Ünï 中文", "yes", "x" * 5000]
    for index, name in enumerate(names):
        put(tmp_path, f"in/{index}.vstpreset", with_info(STATE, {"Name": name}))
    results = import_files([tmp_path / "in"], library, match)
    for result in results:
        assert result.name is not None
        try:
            load_preset(result.name, Libraries((library,)))
        except InvalidInput as error:
            pytest.fail(f"{result.file.name}: {error}")
