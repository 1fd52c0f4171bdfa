"""What earlier scans found, kept as one JSON file in the user's cache folder.

An entry holds as long as the file's path, the size and the time of its binary are the
same. Crashes and hangs are remembered too, so that they are not suffered again.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hostkit.devices.description import PluginDescription
from hostkit.devices.plugins.scanning.folders import binary_of
from hostkit.devices.plugins.scanning.scan import Broken, Scanned
from hostkit.errors import StorageError
from hostkit.ground.places import cache_folder

_VERSION = 8  # raise it whenever a description says more or other than before
_FILE = "plugins.json"


@dataclass(frozen=True)
class PluginStamp:
    """Tells whether a plug-in file is still the one that was scanned."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> PluginStamp:
        """Raises OSError when the file is gone."""
        status = binary_of(path).stat()
        return cls(status.st_size, status.st_mtime_ns)


class PluginCache:
    """Scans by path. A cache that cannot be read is an empty one."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or cache_folder()) / _FILE
        self._entries = self._load()

    def get(self, path: Path) -> Scanned | None:
        """The earlier scan of a file, if the file is still the same."""
        entry = self._entries.get(str(path))
        try:
            if entry is None or entry["stamp"] != _stamp(path):
                return None
            plugins = tuple(PluginDescription.from_json(plugin) for plugin in entry["plugins"])
            broken = tuple(Broken(**each) for each in entry["broken"])
            waited = float(entry["timeout_seconds"])
            return Scanned(path, plugins, str(entry["failure"]), broken, waited)
        except (OSError, KeyError, TypeError):
            return None

    def put(self, scans: Iterable[Scanned]) -> None:
        """Remember scans, and what other processes have found meanwhile.

        Raises StorageError when the cache cannot be written.
        """
        entries = self._load()
        for scan in scans:
            try:
                stamp = _stamp(scan.path)
            except OSError:
                continue
            entries[str(scan.path)] = {
                "stamp": stamp,
                "failure": scan.failure,
                "broken": [asdict(each) for each in scan.broken],
                "timeout_seconds": scan.timeout_seconds,
                "plugins": [plugin.as_json() for plugin in scan.plugins],
            }
        self._write(entries)

    def clear(self) -> None:
        """Forget everything."""
        self._write({})

    def _load(self) -> dict[str, Any]:
        try:
            document = json.loads(self.path.read_bytes())
            entries = document["plugins"] if document["version"] == _VERSION else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return dict(entries) if isinstance(entries, dict) else {}

    def _write(self, entries: dict[str, Any]) -> None:
        self._entries = entries  # known to this process, whether they can be kept or not
        text = json.dumps({"version": _VERSION, "plugins": dict(sorted(entries.items()))})
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=f".{_FILE}.", dir=self.path.parent)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).replace(self.path)
            finally:
                Path(temporary).unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(
                f"cannot keep the list of plug-ins: {error.strerror}",
                cure="set HOSTKIT_CACHE to a folder that can be written",
                file=self.path,
            ) from error


def _stamp(path: Path) -> dict[str, int]:
    stamp = PluginStamp.of(path)
    return {"size": stamp.size, "mtime_ns": stamp.mtime_ns}
