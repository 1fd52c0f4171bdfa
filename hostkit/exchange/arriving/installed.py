"""Plug-ins of this machine, looked up by class id or name; no more is scanned than that takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from hostkit.devices.description import PluginDescription
from hostkit.devices.plugins.scanning.find import Catalogue
from hostkit.errors import RequestError


@dataclass
class PluginsHere:
    """As `InstalledPlugins` says; `plugin_dirs` are searched first."""

    plugin_dirs: tuple[Path, ...] = ()
    _by_name: dict[tuple[str, str, str], PluginDescription | None] = field(default_factory=dict)

    @cached_property
    def _catalogue(self) -> Catalogue:
        return Catalogue.standard(self.plugin_dirs)

    def by_class_id(self, class_id: str) -> PluginDescription | None:
        known = self._catalogue.known()
        return next((p for p in known if p.class_id.upper() == class_id.upper()), None)

    def by_name(self, name: str, vendor: str, format_: str) -> PluginDescription | None:
        key = name, vendor, format_
        if key not in self._by_name:
            self._by_name[key] = self._find(name, vendor, format_)
        return self._by_name[key]

    def _find(self, name: str, vendor: str, format_: str) -> PluginDescription | None:
        for by in dict.fromkeys((vendor or None, None)):
            try:
                return self._catalogue.find(name, by, format_.lower())
            except RequestError:
                continue
        return None

    def nearest(self, name: str, kind: str) -> str:
        return self._catalogue.nearest(name, kind)
