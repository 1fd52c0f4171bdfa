"""Finding a plug-in by name, scanning no more files than that takes."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from hostkit.devices.description import PluginDescription
from hostkit.devices.plugins.scanning.cache import PluginCache
from hostkit.devices.plugins.scanning.folders import PATH_VARIABLE, plugin_files, plugin_folders
from hostkit.devices.plugins.scanning.scan import (
    TIMEOUT_SECONDS,
    Scanned,
    Scanner,
    scan_files,
)
from hostkit.devices.plugins.scanning.texts import may_hold, names_told
from hostkit.devices.plugins.scanning.watched import WATCH
from hostkit.errors import Fault, RequestError, StorageError

KEEP_EVERY_SECONDS = 5.0
"""What was scanned is kept so often: whatever ends a scan of everything, which takes minutes, most
of it is not scanned again."""


def find_plugin(
    name: str,
    plugin_dirs: Iterable[Path] = (),
    vendor: str | None = None,
    kind: str | None = None,
) -> PluginDescription:
    """The plug-in of that name in the folders hostkit looks in, `plugin_dirs` first.

    `vendor` and `kind`, its format, tell those of one name apart.

    Raises RequestError as `Catalogue.find` does.
    """
    return Catalogue.standard(plugin_dirs).find(name, vendor, kind)


class Catalogue:
    """The plug-ins of some folders, each file scanned when it is first asked about.

    Of several plug-ins with one name, the one in the earlier folder is meant, and an
    LV2 last. `not_kept` says why what was scanned will be scanned again; it is empty where that
    was kept.
    """

    def __init__(
        self,
        folders: Iterable[Path],
        cache: PluginCache | None = None,
        scanner: Scanner | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self.folders = tuple(folders)
        self.files = plugin_files(self.folders)
        self._cache = cache or PluginCache()
        self._scanner = scanner
        self._timeout_seconds = timeout_seconds
        self.not_kept = ""

    @classmethod
    def standard(
        cls, plugin_dirs: Iterable[Path] = (), timeout_seconds: float = TIMEOUT_SECONDS
    ) -> Catalogue:
        """--plugin-dir first, then HOSTKIT_PLUGIN_PATH, then the system's folders."""
        return cls(plugin_folders(plugin_dirs), timeout_seconds=timeout_seconds)

    def scan(
        self,
        rescan: bool = False,
        on_scanned: Callable[[Scanned], None] | None = None,
    ) -> tuple[Scanned, ...]:
        """Every file's plug-ins, in order of precedence; `rescan` believes no earlier scan.

        `on_scanned` hears of each file as it is known; without it `WATCH` does, of what is new.
        """
        return self._scans(self.files, rescan, on_scanned)

    def plugins(self) -> tuple[PluginDescription, ...]:
        """All that can be hosted, by precedence and file name."""
        return tuple(_plugins_of(self.scan()))

    def known(self) -> tuple[PluginDescription, ...]:
        """All that earlier scans found; nothing is scanned."""
        scans = (self._cache.get(path) for path in self.files)
        return tuple(plugin for scan in scans if scan is not None for plugin in scan.plugins)

    def find(
        self, name: str, vendor: str | None = None, kind: str | None = None
    ) -> PluginDescription:
        """The plug-in of that name (and vendor, and format), in any case of letters.

        A file of that name is asked first, and alone; then all but those LV2s whose texts say that
        they hold none of that name. Raises RequestError when no plug-in
        has the name, with the nearest name, or what is known of why it is missing.
        """
        possible = [path for path in self.files if kind is None or _suffix(path) == kind.lower()]
        for paths in (self._likely(name), [path for path in possible if may_hold(path, name)]):
            scans = self._scans(paths)
            named = [p for p in _plugins_of(scans) if p.name.lower() == name.lower()]
            for plugin in sorted(named, key=lambda plugin: plugin.format == "LV2"):
                if _is_by(plugin, vendor) and _is_in(plugin, kind):
                    return plugin
        every = {scan.path: scan for scan in (*scans, *self._scans(self._likely(name)))}
        raise RequestError(*self._missing(name, vendor, kind, every.values()))

    def nearest(self, name: str, kind: str) -> str:
        """The name most like it of the known plug-ins of that kind; "" where there is none."""
        names = sorted({plugin.name for plugin in self.known() if plugin.kind == kind})
        return next(iter(difflib.get_close_matches(name, names, n=1, cutoff=0.0)), "")

    def other_formats(self, plugin: PluginDescription) -> tuple[PluginDescription, ...]:
        """The plug-in in other formats, as far as files of its name hold it."""
        scans = self._scans(self._likely(plugin.name))
        return tuple(
            other
            for other in _plugins_of(scans)
            if other.name.lower() == plugin.name.lower() and other.format != plugin.format
        )

    def broken(self, name: str) -> Fault | None:
        """Why a plug-in in a file of that name cannot be used, and what to do; None for none."""
        return _broken(name, self._scans(self._likely(name)))

    def _likely(self, name: str) -> list[Path]:
        """The files of that name."""
        return [path for path in self.files if path.stem.lower() == name.lower()]

    def namesakes(self, plugin: PluginDescription) -> tuple[PluginDescription, ...]:
        """The known plug-ins of the same name by other vendors; nothing is scanned for it."""
        known = [scan for path in self.files if (scan := self._cache.get(path))]
        return tuple(
            other
            for other in _plugins_of(known)
            if other.name.lower() == plugin.name.lower() and other.vendor != plugin.vendor
        )

    def _missing(
        self, name: str, vendor: str | None, kind: str | None, scans: Iterable[Scanned]
    ) -> Fault:
        scans = tuple(scans)
        others = [p for p in _plugins_of(scans) if p.name.lower() == name.lower()]
        if kind is not None and (formats := {p.format for p in others if _is_by(p, vendor)}):
            there = " and ".join(sorted(formats))
            return Fault(
                f"there is no plug-in '{name}' in {kind.upper()}", f"there is one in {there}"
            )
        if others:
            listed = ", ".join(f"'{p.vendor}' ({p.path})" for p in others)
            return Fault(f"there is no plug-in '{name}' by '{vendor}'", f"there is one by {listed}")
        if broken := _broken(name, scans):
            return broken
        seen = {scan.path for scan in scans}
        told = names_told(path for path in self.files if path not in seen)
        named = (plugin.name for plugin in _plugins_of(scans))
        names = {each.lower(): each for each in (*told, *named)}
        if near := difflib.get_close_matches(name.lower(), names, n=1):
            return Fault(f"there is no plug-in '{name}'", f"did you mean '{names[near[0]]}'?")
        nothing = "" if names else ", nor any other,"
        shown = " (hostkit plugins list shows what there is)" if names else ""
        return Fault(
            f"there is no plug-in '{name}'{nothing} in {', '.join(map(str, self.folders))}",
            f"install it there, or name its folder with --plugin-dir or {PATH_VARIABLE}{shown}",
        )

    def _still_counts(self, earlier: Scanned) -> bool:
        """What failed with another time limit may do with this one."""
        failed = earlier.failure or earlier.broken
        return not failed or earlier.timeout_seconds == self._timeout_seconds

    def _scans(
        self,
        paths: Iterable[Path],
        rescan: bool = False,
        on_scanned: Callable[[Scanned], None] | None = None,
    ) -> tuple[Scanned, ...]:
        known: dict[Path, Scanned] = {}
        for path in paths:
            earlier = None if rescan else self._cache.get(path)
            if earlier is not None and self._still_counts(earlier):
                known[path] = earlier
                if on_scanned:
                    on_scanned(earlier)
        fresh: list[Scanned] = []
        kept, kept_at = 0, time.monotonic()
        new = [path for path in paths if path not in known]
        scans = scan_files(new, self._scanner, self._timeout_seconds)
        try:
            for scan in scans if on_scanned else WATCH.get()(new, scans):
                fresh.append(scan)
                if on_scanned:
                    on_scanned(scan)
                if time.monotonic() - kept_at >= KEEP_EVERY_SECONDS:
                    self._keep(fresh[kept:])
                    kept, kept_at = len(fresh), time.monotonic()
        finally:
            self._keep(fresh[kept:])  # by Ctrl-C, too
        known.update((scan.path, scan) for scan in fresh)
        return tuple(known[path] for path in paths)

    def _keep(self, scans: Sequence[Scanned]) -> None:
        if not scans:
            return
        try:
            self._cache.put(scans)
        except StorageError as error:
            self.not_kept = str(error)  # it is known all the same, until this process ends


def _is_by(plugin: PluginDescription, vendor: str | None) -> bool:
    return vendor is None or plugin.vendor.lower() == vendor.lower()


def _suffix(path: Path) -> str:
    """The format that a file's ending names."""
    return {".component": "au", ".lv2": "lv2"}.get(path.suffix.lower(), "vst3")


def _is_in(plugin: PluginDescription, kind: str | None) -> bool:
    return kind is None or plugin.format.lower() == kind.lower()


_CURES = {
    "cannot be hosted": "choose another",
    "did not load": "give it longer, hostkit plugins scan --timeout 300, or repair it",
    "": "update or repair it, then run: hostkit plugins list --rescan",
}
"""What to do about a failure, by how it begins."""


def _plugins_of(scans: Iterable[Scanned]) -> Iterator[PluginDescription]:
    for scan in scans:
        yield from scan.plugins


def _broken(name: str, scans: Iterable[Scanned]) -> Fault | None:
    """Why a plug-in that is there cannot be used, if that is known."""
    for scan in scans:
        failures = {one.name: one.failure for one in scan.broken}
        if scan.failure:
            failures[scan.path.stem] = scan.failure
        for broken, failure in failures.items():
            if broken.lower() == name.lower():
                cure = next(c for start, c in _CURES.items() if failure.startswith(start))
                message = f"plug-in '{broken}' ({scan.path}) cannot be used: it {failure}"
                return Fault(message, cure)
    return None
