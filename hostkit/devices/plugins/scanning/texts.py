"""What LV2 bundles say of the plug-ins in them, in their own texts: nothing is loaded for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from hostkit.devices.minihost.lv2_bundle import plugins_in
from hostkit.devices.plugins.scanning.folders import plugin_format
from hostkit.ground.named_file import read_named

_MOST_BYTES = 4 * 2**20
_TOLD_BY_ITSELF = b"dynmanifest"
"""A bundle of which a library tells what it holds (LV2: Dynamic Manifest)."""
_ESCAPE = b"\\u"


def may_hold(path: Path, name: str) -> bool:
    """False only of an LV2 whose texts do not have the name, in any case of letters."""
    if plugin_format(path) != "LV2" or not name.isascii() or {'"', "\\"} & {*name}:
        return True
    wanted = name.lower().encode()
    try:
        texts = [read_named(file, _MOST_BYTES).lower() for file in sorted(path.glob("*.ttl"))]
    except OSError:
        return True
    signs = (wanted, _TOLD_BY_ITSELF, _ESCAPE)
    return not texts or any(sign in text for text in texts for sign in signs)


def names_told(paths: Iterable[Path]) -> Iterator[str]:
    """The names of the plug-ins in LV2 bundles; other files tell none."""
    for path in paths:
        try:
            found = plugins_in(path) if plugin_format(path) == "LV2" else ()
        except OSError:
            continue
        yield from (plugin.name for plugin in found)
