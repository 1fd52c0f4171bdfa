"""Where plug-ins are looked for, and their files. A session names plug-ins; it adds no folder."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from hostkit.devices.description import PluginFormat

PATH_VARIABLE = "HOSTKIT_PLUGIN_PATH"
_MOST_DEPTH = 4  # vendors keep their plug-ins in folders of their own, seldom deeper

_MAC_AUDIO = Path("Library/Audio/Plug-Ins")


def standard_folders(
    platform: str = sys.platform, environ: Mapping[str, str] = os.environ
) -> tuple[Path, ...]:
    """The VST3 (and on macOS AU) folders that the formats define, the user's own first.

    Source: Steinberg, "Plug-in Locations"; Apple, "Audio Unit Programming Guide".
    """
    home = Path.home()
    if platform == "darwin":
        return tuple(
            base / _MAC_AUDIO / kind
            for base in (home, Path("/"))
            for kind in ("VST3", "Components")
        )
    if platform == "win32":
        local = environ.get("LOCALAPPDATA", str(home / "AppData" / "Local"))
        common = environ.get("COMMONPROGRAMFILES", r"C:\Program Files\Common Files")
        return (Path(local) / "Programs" / "Common" / "VST3", Path(common) / "VST3")
    return (home / ".vst3", Path("/usr/local/lib/vst3"), Path("/usr/lib/vst3"))


def plugin_folders(
    extra: Iterable[Path] = (), environ: Mapping[str, str] = os.environ
) -> tuple[Path, ...]:
    """Folders in the order of precedence: `extra` (--plugin-dir), the variable, standard."""
    named = [Path(part) for part in environ.get(PATH_VARIABLE, "").split(os.pathsep) if part]
    standard = (*standard_folders(environ=environ), *lv2_folders(environ=environ))
    return tuple(dict.fromkeys((*extra, *named, *standard)))


def lv2_folders(
    platform: str = sys.platform, environ: Mapping[str, str] = os.environ
) -> tuple[Path, ...]:
    """Where LV2s lie, the user's own first; none where no host takes them.

    Source: lilv, "LV2_PATH"; the LV2 book, "Filesystem Hierarchy Standard".
    """
    if platform == "win32" or importlib.util.find_spec("minihost") is None:
        return ()
    if named := environ.get("LV2_PATH"):
        return tuple(Path(part).expanduser() for part in named.split(os.pathsep) if part)
    home = Path.home()
    if platform == "darwin":
        return tuple(base / _MAC_AUDIO / "LV2" for base in (home, Path("/")))
    return (home / ".lv2", Path("/usr/local/lib/lv2"), Path("/usr/lib/lv2"))


def plugin_files(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Every .vst3 (bundle or file), .lv2 and, on macOS, .component, in order of precedence.

    Folders that are missing or may not be read hold none.
    """
    suffixes = {".vst3", ".component"} if sys.platform == "darwin" else {".vst3"}
    if lv2_folders(environ={}):
        suffixes.add(".lv2")
    found: dict[Path, None] = {}
    for folder in folders:
        for path in _search(folder, suffixes, _MOST_DEPTH):
            found.setdefault(path, None)
    return tuple(found)


def _search(folder: Path, suffixes: set[str], depth: int) -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    found = []
    for entry in entries:
        if entry.suffix.lower() in suffixes:
            found.append(entry)
        elif depth > 1 and entry.is_dir() and not entry.name.startswith("."):
            found += _search(entry, suffixes, depth - 1)
    return found


def plugin_format(path: Path) -> PluginFormat:
    """By the ending of its file: 'AU' for a component bundle, 'LV2', else 'VST3'."""
    formats: dict[str, PluginFormat] = {".component": "AU", ".lv2": "LV2"}
    return formats.get(path.suffix.lower(), "VST3")


def binary_of(path: Path) -> Path:
    """The shared library that decides what a plug-in is: in a bundle, the largest one."""
    if not path.is_dir():
        return path
    if path.suffix.lower() == ".lv2":
        return _lv2_binary(path)
    inside = [file for file in sorted(path.glob("Contents/*/*")) if file.is_file()]
    libraries = [file for file in inside if file.suffix in {".so", ".vst3", ""}]
    return max(libraries or inside, key=lambda file: file.stat().st_size, default=path)


_LV2_BINARY = re.compile(rb"(?:[\w.-]*:|#)binary>?\s*<([^<>/\\]+)>")  # by whatever prefix
_MOST_MANIFEST_BYTES = 10**6
_MANIFEST = "manifest.ttl"


def _lv2_binary(bundle: Path) -> Path:
    """The library that its manifest names first, else the largest in the bundle."""
    try:
        with (bundle / _MANIFEST).open("rb") as file:
            named = _LV2_BINARY.search(file.read(_MOST_MANIFEST_BYTES))
    except OSError:
        named = None
    if named:
        return bundle / named[1].decode("utf-8", "replace")
    libraries = [file for file in sorted(bundle.glob("*")) if file.suffix in {".so", ".dylib"}]
    return max(libraries, key=lambda file: file.stat().st_size, default=bundle)


def manifest_bytes(path: Path) -> int:
    """How much an LV2's manifest says, which grows with its plug-ins; 0 of other files."""
    try:
        return (path / _MANIFEST).stat().st_size
    except OSError:
        return 0
