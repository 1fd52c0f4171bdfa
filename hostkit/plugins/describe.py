"""Loads the plug-ins of one file and prints what they are: the program of the scan's worker.

    python -m hostkit.plugins.describe FILE

prints a JSON list of plug-in descriptions. It is a process of its own because a plug-in
that crashes takes its process along, and one that hangs can only be killed.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

from hostkit.errors import DeviceError
from hostkit.plugins.description import PluginDescription
from hostkit.plugins.folders import binary_of
from hostkit.plugins.loading import (
    HostedPlugin,
    names_in_file,
    native_output_to,
    plugin_format,
    quick_load,
    supports_channels,
)
from hostkit.plugins.probing import describe_param, param_handles

_SAMPLE_RATE = 48_000


def describe_file(path: Path) -> list[PluginDescription]:
    """All plug-ins of a file, loaded one after the other. Raises DeviceError."""
    content = _content_hash(binary_of(path))
    return [_describe(path, name, content) for name in names_in_file(path)]


def _describe(path: Path, name: str, content: str) -> PluginDescription:
    plugin = quick_load(path, name)
    params = tuple(describe_param(handle, key) for key, handle in param_handles(plugin).items())
    class_id = _class_id(plugin, path)
    file_format = plugin_format(path)
    # Last, as an effect hears a block of silence; latency counts once it is prepared.
    channels = tuple(c for c in (1, 2) if supports_channels(plugin, c, _SAMPLE_RATE))
    return PluginDescription(
        name=name,
        path=path,
        format=file_format,
        kind="instrument" if plugin.is_instrument else "effect",
        vendor=plugin.manufacturer_name,
        version=plugin.version,
        category=plugin.category,
        identity=f"{file_format}:{class_id or name}:{plugin.version}:{content[:16]}",
        class_id=class_id,
        channels=channels,
        latency_frames=plugin.reported_latency_samples,
        params=params,
    )


def _class_id(plugin: HostedPlugin, path: Path) -> str:
    if plugin_format(path) == "AU":
        return ""
    try:
        return plugin.preset_data[8:40].decode("ascii")
    except (RuntimeError, UnicodeDecodeError):
        return ""


def _content_hash(binary: Path) -> str:
    with binary.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> None:
    """Answer on the real standard output, and keep what plug-ins print away from it."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    native_output_to(None)
    try:
        result: object = [plugin.as_json() for plugin in describe_file(Path(sys.argv[1]))]
    except DeviceError as error:
        result = {"error": str(error)}
    json.dump(result, answer)
    answer.flush()
    os._exit(0)  # plug-ins that crash while they are unloaded have been described all the same


if __name__ == "__main__":
    main()
