"""Preset files: read, built on others, found among libraries; what is wrong with them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.errors import InvalidInput, RequestError
from hostkit.library.exchange.vstpreset import write_vstpreset
from hostkit.library.folders import Libraries, Library
from hostkit.library.load import load_from, load_preset
from hostkit.library.model import PresetPlugin


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def libraries(*folders: Path) -> Libraries:
    return Libraries(tuple(Library(folder, f"{folder.name}") for folder in folders))


def problems(folder: Path, text: str) -> list[str]:
    path = write(folder, "broken", text)
    with pytest.raises(InvalidInput) as caught:
        load_from("broken", Library(folder, "test"), path, libraries(folder))
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


WARM = """\
preset: 1
description: Full section, slow bow.
category: strings/sustains
tags: [sustain, legato]
character: [warm, dark]
range: G2-E6
suggest: {stem: strings, tags: [bed]}
instrument: {soundfont: gm, program: 48}
effects:
  - highpass_filter: {cutoff_frequency_hz: 90}
gain_db: -2.5
"""


def test_reads_every_field(tmp_path: Path) -> None:
    write(tmp_path, "strings/warm", WARM)
    loaded = load_preset("strings/warm", libraries(tmp_path))
    preset = loaded.preset
    assert (preset.family, str(preset.range), preset.gain_db) == ("strings", "G2-E6", -2.5)
    assert preset.suggest.stem == "strings"
    assert preset.needs == ()
    assert loaded.files == (tmp_path / "strings" / "warm.yaml",)


def test_first_library_wins_and_an_override_may_extend_what_it_hides(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    write(theirs, "strings/warm", WARM)
    write(mine, "strings/warm", "preset: 1\nextends: strings/warm\ninstrument: {program: 49}\n")
    loaded = load_preset("strings/warm", libraries(mine, theirs))
    assert loaded.library.folder == mine
    assert loaded.preset.instrument.program == 49  # type: ignore[union-attr]  # a SoundFont
    assert loaded.preset.tags == ["sustain", "legato"]
    assert [path.parent.parent for path in loaded.files] == [mine, theirs]


@pytest.mark.parametrize("base", ["hello", "[a]"])
def test_a_preset_builds_on_a_map(tmp_path: Path, base: str) -> None:
    write(tmp_path, "low", f"{base}\n")
    write(tmp_path, "high", "preset: 1\nextends: low\ninstrument: {soundfont: gm}\n")
    with pytest.raises(InvalidInput, match=r"low\.yaml:1:1: a preset is a map of keys"):
        load_preset("high", libraries(tmp_path))


def test_another_instrument_replaces_the_base_s_as_a_whole(tmp_path: Path) -> None:
    write(tmp_path, "warm", WARM)
    write(tmp_path, "synth", "preset: 1\nextends: warm\ninstrument: {plugin: Nekobi}\n")
    preset = load_preset("synth", libraries(tmp_path)).preset
    assert preset.instrument == PresetPlugin(plugin="Nekobi")
    assert preset.needs == ("Nekobi",)
    assert len(preset.effects) == 1


def test_parameters_of_the_same_plugin_merge_and_a_new_state_replaces_them(tmp_path: Path) -> None:
    base = "preset: 1\ninstrument: {plugin: Nekobi, params: {cutoff: 40, decay: 20}}\n"
    write(tmp_path, "base", base)
    write(tmp_path, "a", "preset: 1\nextends: base\ninstrument: {params: {decay: 50}}\n")
    (tmp_path / "b.vstpreset").write_bytes(write_vstpreset("A" * 32, {"Comp": b"x"}))
    write(
        tmp_path, "b", "preset: 1\nextends: base\ninstrument: {plugin: Nekobi, state: b.vstpreset}"
    )
    found = libraries(tmp_path)
    a, b = (load_preset(name, found).preset.instrument for name in "ab")
    assert isinstance(a, PresetPlugin)
    assert isinstance(b, PresetPlugin)
    assert (a.params, b.params) == ({"cutoff": 40, "decay": 50}, {})
    assert b.state == str(tmp_path / "b.vstpreset")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- 1", ["1:1: a preset is a map of keys; begin with preset: 1"]),
        ("preset: 1\n", ["1:1: the preset has no instrument and no effects; give it one of them"]),
        (
            WARM + "tag: [x]\n",
            ["12:1: unknown key 'tag'; did you mean 'tags'?"],
        ),
        (WARM.replace("-2.5", "loud"), ["11:10: 'gain_db' should be a number; it is 'loud'"]),
        (
            WARM.replace("G2-E6", "E6-G2"),
            ["6:8: 'E6-G2' goes down; write the lower note first"],
        ),
        (
            WARM.replace("program: 48", "program: 480"),
            ["8:38: 'program' should be less than or equal to 127; it is 480"],
        ),
        (
            WARM.replace("{soundfont: gm, program: 48}", "{preset: other}"),
            [
                "8:13: a preset's instrument is {soundfont: gm, program: 48}, {sfz: FILE} or "
                "{plugin: NAME}; to build on another preset, write extends: NAME"
            ],
        ),
        (
            "preset: 1\ninstrument: {plugin: Nekobi, state: gone.vstpreset}\n",
            ["2:37: there is no file 'gone.vstpreset' beside it; put it there"],
        ),
        (
            "preset: 1\ninstrument: {plugin: Nekobi, state: /etc/passwd}\n",
            ["2:37: '/etc/passwd' is not relative to the preset; write it so"],
        ),
        (
            "preset: 1\nextends: ../up\n",
            [
                "2:10: '../up' cannot be a preset's name; write words of letters, digits, "
                "- _ and . with / between them: strings/warm-ensemble"
            ],
        ),
        (
            "preset: 1\nextends: broken\n",
            ["2:10: extends goes in a circle: broken → broken; take one out"],
        ),
        ("preset: 2\n" + WARM.partition("\n")[2], ["1:9: 'preset' should be 1; it is 2"]),
    ],
)
def test_says_what_is_wrong_and_where(tmp_path: Path, text: str, said: list[str]) -> None:
    assert problems(tmp_path, text) == said


def test_files_may_not_leave_the_library_even_by_links(tmp_path: Path) -> None:
    inner = tmp_path / "library"
    (tmp_path / "secret.vstpreset").write_bytes(b"x")
    text = "preset: 1\ninstrument: {plugin: Nekobi, state: %s}\n"
    assert "leads out of the library" in problems(inner, text % "../secret.vstpreset")[0]
    (inner / "link.vstpreset").symlink_to(tmp_path / "secret.vstpreset")
    assert "leads out of the library" in problems(inner, text % "link.vstpreset")[0]


def test_a_linked_preset_from_outside_is_refused(tmp_path: Path) -> None:
    inner = tmp_path / "library"
    inner.mkdir()
    write(tmp_path, "outside", WARM)
    (inner / "linked.yaml").symlink_to(tmp_path / "outside.yaml")
    with pytest.raises(RequestError, match="leads out of the library"):
        load_preset("linked", libraries(inner))


def test_unknown_names_come_with_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "strings/warm-ensemble", WARM)
    with pytest.raises(RequestError, match="did you mean 'strings/warm-ensemble'"):
        load_preset("strings/warm-ensembel", libraries(tmp_path))


def test_names_are_case_sensitive_on_every_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "strings/warm", WARM)
    monkeypatch.setattr(Path, "is_file", lambda path: True)  # as a disk without case would
    with pytest.raises(RequestError, match="did you mean 'strings/warm'"):
        load_preset("strings/Warm", libraries(tmp_path))


def test_libraries_are_searched_in_order(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for folder in ("project/presets", "project/cues/presets", "mine", "extra1", "extra2"):
        (tmp_path / folder).mkdir(parents=True)
    environ = {
        "HOSTKIT_PRESETS": os.pathsep.join(str(tmp_path / name) for name in ("extra1", "extra2")),
        "HOSTKIT_USER_PRESETS": str(tmp_path / "mine"),
    }
    order = Libraries.around(project / "cues", environ).order
    assert [str(library.folder.relative_to(tmp_path)) for library in order[:5]] == [
        "project/cues/presets",
        "project/presets",
        "mine",
        "extra1",
        "extra2",
    ]
    assert [library.whose for library in order[5:]] == ["starter"]


def test_too_large_a_file_is_not_read(tmp_path: Path) -> None:
    assert problems(tmp_path, "#" * 1_000_001) == [
        " cannot be used: it is larger than 1 MB; is it the right file?"
    ]


@given(
    at=st.integers(0, len(WARM)),
    cut=st.integers(0, 30),
    noise=st.text("{}[]:,-#'\"&*!|>%@`\t\n 0aé\x00", max_size=6),
)
def test_any_text_is_a_preset_or_refused(
    at: int, cut: int, noise: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("library")
    path = write(folder, "any", WARM[:at] + noise + WARM[at + cut :])
    with contextlib.suppress(InvalidInput):  # and nothing else
        assert load_from("any", Library(folder, "test"), path, libraries(folder)).preset.devices


@pytest.mark.parametrize(
    ("folders", "why"),
    [((), "there is no library"), (("a", "b"), "there are none in {tmp_path}/a, {tmp_path}/b")],
)
def test_where_no_preset_is_at_all_says_where_it_looked(tmp_path: Path, folders, why: str):
    with pytest.raises(RequestError) as caught:
        libraries(*(tmp_path / name for name in folders)).find("bass/sub")
    said = f"there is no preset 'bass/sub': {why.format(tmp_path=tmp_path)}"
    assert caught.value.fault.message == said
