"""What the scan learns of a plug-in from minihost: its buses, whether it hears a key, LV2s.

Part of the scan's worker, so a plug-in that crashes or hangs here takes nobody along.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np

from hostkit.audio.block import Audio, silence
from hostkit.devices.description import (
    KeyHearing,
    Kind,
    ParamValue,
    PluginBus,
    PluginDescription,
)
from hostkit.devices.minihost.loading import (
    TAKEN_FOR_ANOTHER,
    Loaded,
    minihost,
    pump_messages,
)
from hostkit.devices.minihost.lv2_alone import alone
from hostkit.devices.minihost.lv2_bundle import path_to_open, plugins_in
from hostkit.devices.plugins.chance import seed_c_random
from hostkit.devices.plugins.handles import RawParam, set_raw
from hostkit.devices.plugins.probing import describe_param, steps_of, text_at
from hostkit.devices.plugins.scanning.folders import plugin_format
from hostkit.devices.plugins.scanning.hearing import Note
from hostkit.errors import DeviceError

_RATE, _BUFFER, _BLOCKS = 48_000, 512, 40
_KEY_LEVEL = 4.0
"""+12 dBFS: over any threshold."""
_DIFFERENCE = 1e-4
_KEY_WORDS = {"sidechain", "key", "external", "ext", "sc"}
_OTHER_WORDS = {"listen", "solo", "monitor", "visibility", "bypass", "mute"}
"""What is said of a key's switch that lets it be heard or seen as it is."""
_MOST_SWITCHES = 16
_SHARPEST = {"threshold": 0.0, "ratio": 1.0}


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
    """The buses of a plug-in, and whether its key is heard, with which parameter at what."""

    inputs: tuple[PluginBus, ...]
    outputs: tuple[PluginBus, ...]
    key: KeyHearing = ""
    key_switch: str = ""
    key_switch_value: ParamValue = True


@dataclass(frozen=True)
class _Switch:
    """A parameter that may turn the key on: where in its range, and what that is called."""

    key: str
    raw: float
    value: ParamValue


def names_of_lv2(path: Path) -> tuple[str, ...]:
    """The plug-ins of an LV2 bundle; the one that it opens with, where it says no more.

    Raises DeviceError.
    """
    names = _named(path)
    return names if len(names) > 1 else (_probed(path)["name"],)


def _named(path: Path) -> tuple[str, ...]:
    """What its text calls its plug-ins; none where that cannot be read: minihost says why."""
    try:
        return tuple(dict.fromkeys(plugin.name for plugin in plugins_in(path)))
    except OSError:
        return ()


@cache
def _probed(path: Path, name: str = "") -> dict[str, str]:
    """What minihost tells of the LV2 of a bundle, or of what a file opens with.

    It reads the manifests of all LV2s of the system for that. Raises DeviceError.
    """
    file = str(alone(path, name)) if name else path_to_open(path)
    try:
        told = minihost().probe(file)
        return {key: str(told[key]) for key in ("name", "vendor", "version", "unique_id")}
    except (RuntimeError, ValueError, KeyError) as error:
        if TAKEN_FOR_ANOTHER in str(error) and not name and (inside := _named(path)):
            return _probed(path, inside[0])
        raise DeviceError(f"cannot be loaded: {error}") from error


def look(place: PluginPlace) -> Heard:
    """The buses of a plug-in; one with a key is played. Raises DeviceError."""
    return _look(place, place.load())


def _look(place: PluginPlace, plugin: Loaded) -> Heard:
    """By an instance that is left as it is."""
    inputs, outputs = plugin.inputs, plugin.outputs
    if len(inputs) < 2 or not inputs[0].channels or not outputs:
        return Heard(inputs, outputs)
    keyed = place.load(inputs[0].channels, inputs[1].channels)
    if not keyed.key_channels:
        return Heard(inputs[:1], outputs)
    sharper = tuple(_Switch(key, raw, True) for key in keyed.handles() for raw in _sharpest(key))
    for switch in (None, *islice(_switches(keyed), _MOST_SWITCHES)):
        turned = (switch,) if switch else ()
        if _hears(place, keyed, turned) or (sharper and _hears(place, keyed, (*sharper, *turned))):
            told = (switch.key, switch.value) if switch else ("", True)
            return Heard(inputs, outputs, "heard", *told)
    return Heard(inputs, outputs, "ignored")


def _sharpest(key: str) -> Iterator[float]:
    """Where a parameter makes the most of a key: some compress nothing as they start."""
    yield from (raw for word, raw in _SHARPEST.items() if word in key.split("_"))


def described(place: PluginPlace, content: str) -> PluginDescription:
    """A plug-in that pedalboard cannot host. Raises DeviceError where this one cannot either."""
    file_format = plugin_format(place.path)
    of_many = file_format == "LV2" and place.shares_file
    told = dict(_probed(place.path, place.name if of_many else ""))
    if of_many:
        told["unique_id"] = place.name.replace(":", " ")
    plugin = place.load()
    heard = _look(place, plugin)
    params = tuple(describe_param(handle, key) for key, handle in plugin.handles().items())
    kind: Kind = "effect" if plugin.main_in and not _says_it_plays(place) else "instrument"
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
        channels=(plugin.main_out,)
        if kind == "instrument" or plugin.main_in in (0, plugin.main_out)
        else (),
        latency_frames=plugin.latency,
        params=params,
        shares_file=place.shares_file,
        inputs=heard.inputs,
        outputs=heard.outputs,
        key=heard.key,
        key_switch=heard.key_switch,
        key_switch_value=heard.key_switch_value,
        hosts=("minihost",),
    )


def _says_it_plays(place: PluginPlace) -> bool:
    """Whether an LV2 that takes sound calls itself an instrument."""
    try:
        said = plugins_in(place.path) if plugin_format(place.path) == "LV2" else ()
        return any(plugin.is_instrument for plugin in said if plugin.name == place.name)
    except OSError:
        return False


class Instrument:
    """A fresh instance, to be listened to. It is not the first, which is built at another rate."""

    def __init__(self, place: PluginPlace) -> None:
        self._plugin = place.load()

    def play(self, notes: Sequence[Note], frames: int, buffer_frames: int) -> Audio:
        plugin, parts = self._plugin, []
        nothing = silence(plugin.main_in, buffer_frames)
        for start in range(0, frames, buffer_frames):
            here = [
                (at - start, *note) for at, note in notes if start <= at < start + buffer_frames
            ]
            block, _ = plugin.process(nothing, None, here, buffer_frames)
            parts.append(block[: plugin.main_out].copy())
            pump_messages()
        return np.concatenate(parts, axis=1)


def _switches(plugin: Loaded) -> Iterator[_Switch]:
    """Parameters that look as if they turned the key on, switches first."""
    found = {key: handle for key, handle in plugin.handles().items() if _speaks_of_a_key(key)}
    kinds = {key: describe_param(handle, key).type for key, handle in found.items()}
    yield from (_Switch(key, 1.0, True) for key in found if kinds[key] == "switch")
    for key, handle in found.items():
        if kinds[key] == "choice":
            yield from (_Switch(key, *choice) for choice in _from_outside(handle))


def _from_outside(handle: RawParam) -> Iterator[tuple[float, str]]:
    """The choices that are called after a signal from outside, as raw values and texts."""
    steps = steps_of(handle) or 1
    for step in range(steps):
        raw = step / max(steps - 1, 1)
        text = text_at(handle, raw)
        if text.casefold().startswith("ext"):
            yield raw, text


def _speaks_of_a_key(key: str) -> bool:
    words = set(key.split("_"))
    together = "side_chain" in key or "_s_c_" in f"_{key}_"
    return (together or bool(words & _KEY_WORDS)) and not words & _OTHER_WORDS


def _hears(place: PluginPlace, keyed: Loaded, turned: Sequence[_Switch]) -> bool:
    """Whether a loud key makes another sound than a silent one, with some parameters set."""
    frames = _BUFFER * _BLOCKS
    noise = np.random.default_rng(1).standard_normal((2, frames)).astype(np.float32)
    main = np.repeat(noise[:1] * np.float32(0.2), keyed.main_in, axis=0)
    key = np.repeat(noise[1:] * np.float32(_KEY_LEVEL), keyed.key_channels, axis=0)
    loud, silent = (_played(place, main, each, turned) for each in (key, np.zeros_like(key)))
    return bool(np.abs(loud - silent).max() > _DIFFERENCE)


def _played(place: PluginPlace, main: Audio, key: Audio, turned: Sequence[_Switch]) -> Audio:
    plugin = place.load(len(main), len(key))
    handles = plugin.handles() if turned else {}
    for switch in turned:
        set_raw(handles[switch.key], switch.raw)
    seed_c_random()
    parts = []
    for start in range(0, main.shape[1], _BUFFER):
        block = slice(start, start + _BUFFER)
        parts.append(plugin.process(main[:, block], key[:, block], [], _BUFFER)[0].copy())
    return np.concatenate(parts, axis=1)
