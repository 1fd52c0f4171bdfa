"""Where plug-ins are looked for. A session names plug-ins; it cannot add a folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

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
    return tuple(dict.fromkeys((*extra, *named, *standard_folders(environ=environ))))


def plugin_files(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Every .vst3 (bundle or file) and, on macOS, .component, in order of precedence.

    Folders that are missing or may not be read hold none.
    """
    suffixes = {".vst3", ".component"} if sys.platform == "darwin" else {".vst3"}
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


def binary_of(path: Path) -> Path:
    """The shared library that decides what a plug-in is: in a bundle, the largest one."""
    if not path.is_dir():
        return path
    inside = [file for file in sorted(path.glob("Contents/*/*")) if file.is_file()]
    libraries = [file for file in inside if file.suffix in {".so", ".vst3", ""}]
    return max(libraries or inside, key=lambda file: file.stat().st_size, default=path)
