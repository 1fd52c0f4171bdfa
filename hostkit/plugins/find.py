"""Finding a plug-in by name, scanning no more files than that takes."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from hostkit.errors import RequestError
from hostkit.plugins.cache import PluginCache
from hostkit.plugins.description import PluginDescription
from hostkit.plugins.folders import PATH_VARIABLE, plugin_files, plugin_folders
from hostkit.plugins.scan import Scanned, Scanner, scan_file, scan_files


def find_plugin(name: str, plugin_dirs: Iterable[Path] = ()) -> PluginDescription:
    """The plug-in of that name in the folders hostkit looks in, `plugin_dirs` first.

    Raises RequestError as `Catalogue.find` does.
    """
    return Catalogue.standard(plugin_dirs).find(name)


class Catalogue:
    """The plug-ins of some folders, each file scanned when it is first asked about.

    Of several plug-ins with one name, the one in the earlier folder is meant.
    """

    def __init__(
        self,
        folders: Iterable[Path],
        cache: PluginCache | None = None,
        scanner: Scanner = scan_file,
    ) -> None:
        self.folders = tuple(folders)
        self.files = plugin_files(self.folders)
        self._cache = cache or PluginCache()
        self._scanner = scanner

    @classmethod
    def standard(cls, plugin_dirs: Iterable[Path] = ()) -> Catalogue:
        """--plugin-dir first, then HOSTKIT_PLUGIN_PATH, then the system's folders."""
        return cls(plugin_folders(plugin_dirs))

    def scan(
        self,
        rescan: bool = False,
        on_scanned: Callable[[Scanned], None] = lambda _scanned: None,
    ) -> tuple[Scanned, ...]:
        """Every file's plug-ins, in order of precedence; `rescan` believes no earlier scan.

        `on_scanned` hears of each file as it is known.
        """
        return self._scans(self.files, rescan, on_scanned)

    def plugins(self) -> tuple[PluginDescription, ...]:
        """All that can be hosted, by precedence and file name."""
        return tuple(plugin for scan in self.scan() for plugin in scan.plugins)

    def find(self, name: str) -> PluginDescription:
        """The plug-in of that name, in any case of letters.

        A file of that name is asked first, and alone. Raises RequestError when no plug-in
        has the name, with the nearest name, or what is known of why it is missing.
        """
        likely = [path for path in self.files if path.stem.lower() == name.lower()]
        for paths in (likely, self.files):
            scans = self._scans(paths)
            for scan in scans:
                for plugin in scan.plugins:
                    if plugin.name.lower() == name.lower():
                        return plugin
        raise RequestError(self._missing(name, scans))

    def _missing(self, name: str, scans: Iterable[Scanned]) -> str:
        broken = [s for s in scans if s.failure and s.path.stem.lower() == name.lower()]
        if broken:
            return (
                f"plug-in '{name}' ({broken[0].path}) cannot be used: it {broken[0].failure}; "
                "once it is repaired, run: hostkit plugins scan --rescan"
            )
        names = sorted({plugin.name for scan in scans for plugin in scan.plugins})
        lower = {each.lower(): each for each in names}
        near = difflib.get_close_matches(name.lower(), lower, n=1)
        if near:
            return f"there is no plug-in '{name}'; did you mean '{lower[near[0]]}'?"
        return (
            f"there is no plug-in '{name}' in {', '.join(map(str, self.folders))}; install it "
            f"there, or name its folder with --plugin-dir or {PATH_VARIABLE} "
            "(hostkit plugins list shows what there is)"
        )

    def _scans(
        self,
        paths: Iterable[Path],
        rescan: bool = False,
        on_scanned: Callable[[Scanned], None] = lambda _scanned: None,
    ) -> tuple[Scanned, ...]:
        known: dict[Path, Scanned] = {}
        for path in paths:
            earlier = None if rescan else self._cache.get(path)
            if earlier is not None:
                known[path] = earlier
                on_scanned(earlier)
        fresh = []
        for scan in scan_files([p for p in paths if p not in known], self._scanner, os.cpu_count()):
            fresh.append(scan)
            on_scanned(scan)
        if fresh:
            self._cache.put(fresh)
        known.update((scan.path, scan) for scan in fresh)
        return tuple(known[path] for path in paths)
