"""Where plug-ins are looked for, and in what order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hostkit.devices.plugins.scanning.folders import (
    binary_of,
    lv2_folders,
    manifest_bytes,
    plugin_files,
    plugin_folders,
    standard_folders,
)


def bundle(folder: Path, name: str) -> Path:
    library = folder / f"{name}.vst3" / "Contents" / "x86_64-linux" / f"{name}.so"
    library.parent.mkdir(parents=True)
    library.write_bytes(b"library")
    return folder / f"{name}.vst3"


def test_the_order_is_option_variable_standard() -> None:
    variable = os.pathsep.join(["/from/variable", "/also", ""])
    folders = plugin_folders([Path("/from/option")], {"HOSTKIT_PLUGIN_PATH": variable})
    assert folders[:3] == (Path("/from/option"), Path("/from/variable"), Path("/also"))
    assert folders[3:] == (*standard_folders(), *lv2_folders(environ={}))


def test_lv2_folders_of_each_system() -> None:
    assert Path("/usr/lib/lv2") in lv2_folders("linux", {})
    assert Path("/Library/Audio/Plug-Ins/LV2") in lv2_folders("darwin", {})
    assert lv2_folders("win32", {}) == ()
    assert lv2_folders("linux", {"LV2_PATH": "/a:/b"}) == (Path("/a"), Path("/b"))


def test_standard_folders_of_each_system() -> None:
    assert Path("/usr/lib/vst3") in standard_folders("linux")
    mac = standard_folders("darwin")
    assert Path("/Library/Audio/Plug-Ins/VST3") in mac
    assert Path("/Library/Audio/Plug-Ins/Components") in mac
    windows = standard_folders("win32", {"COMMONPROGRAMFILES": "C:/Common"})
    assert Path("C:/Common/VST3") in windows


def test_bundles_and_files_are_found_in_order(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    beta, alpha = bundle(first / "Vendor", "Beta"), bundle(first, "Alpha")
    single = second / "Gamma.vst3"
    second.mkdir()
    single.write_bytes(b"dll")
    (second / "readme.txt").write_text("no plug-in")
    bundle(second / ".hidden", "Hidden")
    bundle(beta / "Contents", "Inside")
    assert plugin_files([first, second, tmp_path / "gone"]) == (alpha, beta, single)


def test_the_binary_decides(tmp_path: Path) -> None:
    plugin = bundle(tmp_path, "Alpha")
    library = plugin / "Contents" / "x86_64-linux" / "Alpha.so"
    resources = plugin / "Contents" / "Resources"
    resources.mkdir()
    (resources / "picture.png").write_bytes(b"x" * 1000)
    assert binary_of(plugin) == library
    assert binary_of(library) == library
    empty = tmp_path / "Empty.vst3"
    empty.mkdir()
    assert binary_of(empty) == empty


@pytest.mark.parametrize(
    "manifest",
    [
        "@prefix lv2: <http://lv2plug.in/ns/lv2core#> . <urn:a> lv2:binary <first.so> .",
        "@prefix : <http://lv2plug.in/ns/lv2core#> . <urn:a> a :Plugin ;\n  :binary\t<first.so> .",
        "<urn:a> <http://lv2plug.in/ns/lv2core#binary> <first.so> .",
    ],
)
def test_the_library_of_an_lv2_is_read_by_any_prefix(tmp_path, manifest: str) -> None:
    bundle = tmp_path / "A.lv2"
    bundle.mkdir()
    (bundle / "manifest.ttl").write_text(manifest)
    (bundle / "larger.so").write_bytes(b"larger")
    assert binary_of(bundle) == bundle / "first.so"


def test_the_library_of_an_lv2_whose_manifest_does_not_name_it_is_the_largest(tmp_path) -> None:
    bundle = tmp_path / "A.lv2"
    bundle.mkdir()
    (bundle / "manifest.ttl").write_text("<urn:a> a <urn:b> .")
    (bundle / "a.so").write_bytes(b"small")
    (bundle / "b.so").write_bytes(b"larger")
    assert binary_of(bundle) == bundle / "b.so"
    assert manifest_bytes(bundle) == 19
    assert manifest_bytes(bundle / "b.so") == 0
