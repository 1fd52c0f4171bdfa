"""What the scan learns of a plug-in from minihost: its buses, whether it hears a key, LV2s.

Part of the scan's worker, so a plug-in that crashes or hangs here takes nobody along.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hostkit.audio.block import Audio, silence
from hostkit.devices.description import KeyHearing, Kind, PluginBus, PluginDescription
from hostkit.devices.minihost.loading import Loaded, minihost
from hostkit.devices.minihost.lv2_bundle import FOUND_BY_URI, path_to_open, plugins_in, uri_of
from hostkit.devices.plugins.chance import seed_c_random
from hostkit.devices.plugins.probing import describe_param
from hostkit.devices.plugins.scanning.folders import plugin_format
from hostkit.errors import DeviceError

_RATE, _BUFFER, _BLOCKS = 48_000, 512, 40
_KEY_LEVEL = 4.0
"""+12 dBFS: over any threshold."""
_DIFFERENCE = 1e-4
_KEY_WORDS = {"sidechain", "side_chain", "key", "external", "ext"}


@dataclass(frozen=True)
class PluginPlace:
    """A plug-in in a file."""

    path: Path
    name: str
    class_id: str
    shares_file: bool

    def load(self, channels: int = 2, key_channels: int = 0) -> Loaded:
        """An instance. Raises DeviceError."""
        return Loaded(
            self.path,
            self.name,
            self.class_id,
            _RATE,
            _BUFFER,
            channels,
            shares_file=self.shares_file,
            key_channels=key_channels,
        )


@dataclass(frozen=True)
class Heard:
    """The buses of a plug-in, and whether its key is heard, with which switch on."""

    inputs: tuple[PluginBus, ...]
    outputs: tuple[PluginBus, ...]
    key: KeyHearing = ""
    key_switch: str = ""


def names_of_lv2(path: Path) -> tuple[str, ...]:
    """The plug-ins of an LV2 bundle; the one that it opens with, where it says no more.

    Raises DeviceError.
    """
    try:
        names = tuple(dict.fromkeys(plugin.name for plugin in plugins_in(path)))
    except OSError:
        names = ()  # minihost says what is wrong
    return names if len(names) > 1 else (_probed(path)["name"],)


def _probed(path: Path) -> dict[str, str]:
    """What minihost tells of the plug-in that a file opens with. Raises DeviceError."""
    try:
        told = minihost().probe(path_to_open(path))
        return {key: str(told[key]) for key in ("name", "vendor", "version", "unique_id")}
    except (RuntimeError, ValueError, KeyError) as error:
        raise DeviceError(f"cannot be loaded: {error}") from error


def look(place: PluginPlace) -> Heard:
    """The buses of a plug-in; one with a key is played. Raises DeviceError."""
    plugin = place.load()
    inputs, outputs = plugin.inputs, plugin.outputs
    if len(inputs) < 2 or not inputs[0].channels or not outputs:
        return Heard(inputs, outputs)
    keyed = place.load(inputs[0].channels, inputs[1].channels)
    if not keyed.key_channels:
        return Heard(inputs[:1], outputs)
    for switch in ("", *_switches(keyed)):
        if _hears(place, keyed, switch):
            return Heard(inputs, outputs, "heard", switch)
    return Heard(inputs, outputs, "ignored")


def described(place: PluginPlace, content: str) -> PluginDescription:
    """A plug-in that pedalboard cannot host. Raises DeviceError where this one cannot either."""
    told, file_format = _probed(place.path), plugin_format(place.path)
    if file_format == "LV2" and place.shares_file:
        told = _of_a_bundle(place, told)
    heard = look(place)
    plugin = place.load()
    params = tuple(describe_param(handle, key) for key, handle in plugin.handles().items())
    kind: Kind = "effect" if plugin.main_in else "instrument"
    if plugin.is_midi_effect:
        kind = "midi effect"
    elif not plugin.main_out:
        raise DeviceError("cannot be hosted: it gives neither sound nor notes")
    key = silence(plugin.key_channels, _BUFFER) if plugin.key_channels else None
    plugin.process(silence(plugin.main_in, _BUFFER), key, [], _BUFFER)  # LV2s tell latency by it
    version, vendor = told["version"], told["vendor"]
    identity = f"{file_format}:{place.class_id or told['unique_id']}:{version}:{content[:16]}"
    return PluginDescription(
        name=place.name,
        path=place.path,
        format=file_format,
        kind=kind,
        vendor=vendor,
        version=version,
        category="",
        identity=identity,
        class_id=place.class_id,
        channels=(plugin.main_out,) if plugin.main_in in (0, plugin.main_out) else (),
        latency_frames=plugin.latency,
        params=params,
        shares_file=place.shares_file,
        inputs=heard.inputs,
        outputs=heard.outputs,
        key=heard.key,
        key_switch=heard.key_switch,
        hosts=("minihost",),
    )


def _of_a_bundle(place: PluginPlace, told: dict[str, str]) -> dict[str, str]:
    """What is told of one of several LV2s, by what is of the first. Raises DeviceError."""
    if told["name"] != place.name and uri_of(place.path, place.name) is None:
        raise DeviceError(
            f"cannot be loaded: here minihost opens {told['name']} alone of its bundle",
            cure=f"put {place.path.name} in {FOUND_BY_URI[0]}",
        )
    return {**told, "unique_id": place.name.replace(":", " ")}


def _switches(plugin: Loaded) -> list[str]:
    """Parameters that look as if they turned the key on."""
    found = plugin.handles()
    kinds = {key: describe_param(handle, key).type for key, handle in found.items()}
    return [key for key in found if kinds[key] == "switch" and _speaks_of_a_key(key)]


def _speaks_of_a_key(key: str) -> bool:
    return "side_chain" in key or bool(set(key.split("_")) & _KEY_WORDS)


def _hears(place: PluginPlace, keyed: Loaded, switch: str) -> bool:
    """Whether a loud key makes another sound than a silent one."""
    frames = _BUFFER * _BLOCKS
    noise = np.random.default_rng(1).standard_normal((2, frames)).astype(np.float32)
    main = np.repeat(noise[:1] * np.float32(0.2), keyed.main_in, axis=0)
    key = np.repeat(noise[1:] * np.float32(_KEY_LEVEL), keyed.key_channels, axis=0)
    loud, silent = (_played(place, main, each, switch) for each in (key, np.zeros_like(key)))
    return bool(np.abs(loud - silent).max() > _DIFFERENCE)


def _played(place: PluginPlace, main: Audio, key: Audio, switch: str) -> Audio:
    plugin = place.load(len(main), len(key))
    if switch:
        plugin.handles()[switch].raw_value = 1.0
    seed_c_random()
    parts = []
    for start in range(0, main.shape[1], _BUFFER):
        block = slice(start, start + _BUFFER)
        parts.append(plugin.process(main[:, block], key[:, block], [], _BUFFER)[0].copy())
    return np.concatenate(parts, axis=1)
