"""Where plug-ins are looked for, and in what order."""

from __future__ import annotations

import os
from pathlib import Path

from hostkit.devices.plugins.scanning.folders import (
    binary_of,
    lv2_folders,
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
