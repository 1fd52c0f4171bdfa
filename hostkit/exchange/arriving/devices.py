"""Devices of a project as a session writes them, with the states that it keeps beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from hostkit.devices.description import PluginDescription
from hostkit.errors import BadValue
from hostkit.exchange.arriving.builtins import builtin_effects
from hostkit.exchange.as_written import params_of
from hostkit.exchange.project import ProjectDevice
from hostkit.ground.file_names import safe_name
from hostkit.library.exchange.state_file import Taker, take
from hostkit.library.exchange.vstpreset import parse_vstpreset
from hostkit.session.starting.names import Sound
from hostkit.session.starting.proposal import legal_name
from hostkit.session.starting.words import sound_in

_PIANO = Sound(0)

_FORMATS = {"vst3": "VST3", "vst2": "VST2", "au": "AU", "clap": "CLAP", "lv2": "LV2"}


class InstalledPlugins(Protocol):
    """What is known of the plug-ins of this machine."""

    def by_class_id(self, class_id: str) -> PluginDescription | None: ...

    def by_name(self, name: str, vendor: str, format_: str) -> PluginDescription | None: ...

    def nearest(self, name: str, kind: str) -> str:
        """The name of one of that kind, "" where there is none."""
        ...


@dataclass
class ArrivedDevice:
    """A device as it is written, `None` where it is left out; comments stand before it."""

    written: dict[str, object] | str | None
    comments: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    plugin: PluginDescription | None = None


@dataclass
class DeviceArrivals:
    """Brings devices over one by one; `states` are the files to write, by their name.

    Names of files that are `taken` are given to none.
    """

    installed: InstalledPlugins
    folder: str
    taken: frozenset[str] = frozenset()
    states: dict[str, bytes] = field(default_factory=dict)

    def arrive(self, device: ProjectDevice, track: str) -> Iterator[ArrivedDevice]:
        """What a session writes for a device: one, or several of a built-in one."""
        if device.format == "hostkit":
            yield ArrivedDevice(_of_ours(device))
        elif device.format == "builtin":
            yield from self._builtin(device)
        else:
            yield self._plugin(device, track)

    def _builtin(self, device: ProjectDevice) -> Iterator[ArrivedDevice]:
        found = builtin_effects(device)
        for loss in found.losses:
            yield ArrivedDevice(None, [loss], [loss])
        for written in found.written:
            yield ArrivedDevice(written)

    def _plugin(self, device: ProjectDevice, track: str) -> ArrivedDevice:
        class_id = device.identity if device.format == "vst3" else ""
        class_id = class_id or _class_id_of(device.state)
        plugin = self.installed.by_class_id(class_id) if class_id else None
        named = _FORMATS["vst3" if device.format in ("vst2", "clap") else device.format]
        plugin = plugin or self.installed.by_name(device.name, device.vendor, named)
        written: dict[str, object] = {"plugin": plugin.name if plugin else _file_like(device.name)}
        if device.format in ("au", "lv2") or (plugin and plugin.format != "VST3"):
            written["format"] = (plugin.format if plugin else named).lower()
        made = ArrivedDevice(written, plugin=plugin)
        if (params := params_of(device.comment, device.state)) is not None:
            written["params"] = params
        else:
            self._state(device, track, made)
        if plugin is None:
            self._stand_in(device, track, made)
        return made

    def _stand_in(self, device: ProjectDevice, track: str, made: ArrivedDevice) -> None:
        """What plays where the plug-in is not installed; `check` names it."""
        kind = "instrument" if device.role == "instrument" else "effect"
        nearest = self.installed.nearest(device.name, kind)
        there = f"; the nearest {kind} here is {nearest}" if nearest else ""
        made.losses.append(
            f"the {_FORMATS[device.format]} {device.name} is not installed here{there}"
        )
        if isinstance(made.written, dict):
            instead = sound_for(track, device.name) if kind == "instrument" else "nothing"
            made.written["stand_in"] = instead

    def _state(self, device: ProjectDevice, track: str, made: ArrivedDevice) -> None:
        if not device.state:
            if device.format == "clap" and made.plugin:
                made.losses.append(f"{device.name} was a CLAP; it begins with its own settings")
            return
        if fault := _unfit(device, made.plugin):
            made.losses.append(f"the state of {device.name} is left out: it {fault}")
            return
        words = " ".join(f"{legal_name(track)} {legal_name(device.name)}".split())[:76]
        number, file = len(self.states), ""
        while not file or file in self.taken:
            number += 1
            file = f"{safe_name(f'{number:03} {words}')}{device.state_suffix}"
        self.states[file] = device.state
        if isinstance(made.written, dict):
            made.written["state"] = f"{self.folder}/{file}"


def sound_for(*names: str) -> dict[str, object]:
    """A sound of General MIDI for what is called so: the first name that tells one; else piano."""
    sound = next((sound for name in names if (sound := sound_in(name))), _PIANO)
    bank = {"bank": sound.bank} if sound.bank else {}
    return {"soundfont": "gm", "program": sound.program, **bank}


def _file_like(name: str) -> str:
    """A plug-in's name without what would make it a path."""
    return name.replace("/", "-").replace("\\", "-").replace("\0", "") or "unknown"


def _class_id_of(state: bytes) -> str:
    try:
        return parse_vstpreset(state).class_id if state else ""
    except BadValue:
        return ""


def _unfit(device: ProjectDevice, plugin: PluginDescription | None) -> str:
    """Why a state cannot be given to the plug-in here; "" where it can, or nobody knows."""
    try:
        if plugin is not None:
            take(device.state, Taker(plugin.name, plugin.format, plugin.class_id))
        elif device.state_suffix == ".vstpreset":
            parse_vstpreset(device.state)
        elif device.state_suffix == ".clap-preset":
            return "is that of a CLAP"
    except BadValue as error:
        return error.fault.message
    return ""


def _of_ours(device: ProjectDevice) -> dict[str, object]:
    """A device that a session has without a plug-in, as it was written there."""
    values = {p.name: _plain(p.value) for p in device.parameters if p.value is not None}
    if device.role == "instrument" and device.identity in ("soundfont", "sfz"):
        return {device.identity: values.pop(device.identity, "gm"), **values}
    return {device.identity: values}


def _plain(value: float | bool | str) -> object:
    """A number as it was typed: whole ones without a point."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
