"""Bringing a loaded plug-in to the state and parameter values a session asks for."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from hostkit.devices.plugins.handles import RawParam, set_raw
from hostkit.devices.plugins.lanes import Automation, DrivenParam
from hostkit.devices.plugins.loading import HostedPlugin, load_preset_data, load_raw_state
from hostkit.devices.plugins.probing import (
    LiveParam,
    describe_param,
    param_handles,
    raw_for,
    raw_function,
    shows,
)
from hostkit.devices.plugins.scanning.folders import plugin_format
from hostkit.devices.spec import ContentFile, Lane, PluginSpec
from hostkit.errors import BadValue, DeviceError, StorageError
from hostkit.ground.named_file import read_named
from hostkit.library.exchange.state_file import Taker, same_audio_unit, take
from hostkit.library.exchange.vstpreset import MAX_BYTES

_CLASS_ID = slice(8, 40)  # of a .vstpreset: 32 hexadecimal digits after "VST3" and a version


class Settable(Protocol):
    """A loaded plug-in, whoever hosts it."""

    def handles(self) -> Mapping[str, RawParam]:
        """Its parameters by key; they do not outlive a reset."""
        ...

    @property
    def class_id(self) -> str:
        """The 32 hexadecimal digits that its .vstpreset files carry."""
        ...

    def take_preset(self, data: bytes) -> None:
        """Takes the content of a .vstpreset. Raises RuntimeError when it refuses."""
        ...

    @property
    def own_state(self) -> bytes:
        """Of an Audio Unit: a property list, as its .aupreset files are."""
        ...

    def take_own_state(self, data: bytes) -> None:
        """Takes what `own_state` gave, of this instance or another."""
        ...


@dataclass(frozen=True)
class OnPedalboard:
    """One that pedalboard hosts."""

    plugin: HostedPlugin

    def handles(self) -> Mapping[str, RawParam]:
        return param_handles(self.plugin)

    @property
    def class_id(self) -> str:
        return self.plugin.preset_data[_CLASS_ID].decode("latin-1")

    def take_preset(self, data: bytes) -> None:
        load_preset_data(self.plugin, data)

    @property
    def own_state(self) -> bytes:
        return self.plugin.raw_state

    def take_own_state(self, data: bytes) -> None:
        load_raw_state(self.plugin, data)


def set_up(plugin: HostedPlugin, spec: PluginSpec) -> tuple[Automation, tuple[str, ...]]:
    """`bring_to` for one that pedalboard hosts."""
    return bring_to(OnPedalboard(plugin), spec)


def bring_to(plugin: Settable, spec: PluginSpec) -> tuple[Automation, tuple[str, ...]]:
    """State, raw values, parameters, lanes; gives the lanes and what did not take.

    Call it on a fresh instance. Raises DeviceError for a
    state of another plug-in, an unknown parameter, or a value that it cannot show.
    """
    told: tuple[str, ...] = ()
    if spec.state is not None:
        told = _load_state(plugin, spec.title, spec.path, spec.state)
    handles = plugin.handles()
    for key, raw in spec.raw:
        # Untouched where the state brought it: setting some parameters does more than that.
        if key in handles and np.float32(handles[key].raw_value) != np.float32(raw):
            set_raw(handles[key], raw)
    wanted = [(_live(spec.title, handles, key), value) for key, value in spec.params]
    # Twice, as one parameter may decide what values another takes.
    for _ in range(2):
        for param, value in wanted:
            try:
                set_raw(param.handle, raw_for(param, value))
            except ValueError as error:
                raise DeviceError(f"{spec.title}: {param.description.key}: {error}") from error
    warnings = tuple(
        f"{spec.title}: parameter '{param.description.key}' should be {value}, "
        f"but the plug-in made it {param.handle.string_value}"
        for param, value in wanted
        if not shows(param.handle.string_value, param.description, value)
    )
    driven = [_driven(_live(spec.title, handles, lane.target), lane) for lane in spec.lanes]
    return Automation(driven), (*told, *warnings)


def _driven(param: LiveParam, lane: Lane) -> DrivenParam:
    handle, raw_of = param.handle, raw_function(param)

    def set_value(value: float) -> None:
        set_raw(handle, raw_of(value))

    return DrivenParam(lane, set_value)


def _live(plugin_name: str, handles: Mapping[str, RawParam], key: str) -> LiveParam:
    if key in handles:
        return LiveParam(handles[key], describe_param(handles[key], key))
    described = (describe_param(handle, full) for full, handle in handles.items())
    short = [one for one in described if one.short_key == key]
    if len(short) == 1:
        return LiveParam(handles[short[0].key], short[0])
    near = difflib.get_close_matches(key, handles, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"it has {', '.join(handles) or 'none'}"
    raise DeviceError(f"{plugin_name} has no parameter '{key}'", cure=hint)


def _load_state(plugin: Settable, name: str, path: Path, state: ContentFile) -> tuple[str, ...]:
    """Gives a state to the plug-in, and what there is to say of that."""
    try:
        data = read_named(state.path, MAX_BYTES)
    except OSError as error:
        raise StorageError(f"{name}: state file {state.path}: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != state.sha256:
        raise StorageError(
            f"{name}: state file {state.path} changed while it was rendered", cure="render again"
        )
    kind = plugin_format(path)
    try:
        taken = take(data, Taker(name, kind, plugin.class_id if kind == "VST3" else ""))
        if taken.values:  # a plan sets them one by one
            raise BadValue("holds values of parameters only", "give them as params")
        if taken.aupreset:
            same_audio_unit(taken.aupreset, plugin.own_state, name)
    except BadValue as error:
        raise DeviceError(f"{name}: {state.path} {error.fault.message}", error.fault.cure) from None
    before = _values(plugin)
    try:
        if taken.aupreset:
            plugin.take_own_state(taken.aupreset)
        else:
            plugin.take_preset(taken.vstpreset)
    except RuntimeError as error:
        raise DeviceError(f"{name} refused the state in {state.path}: {error}") from error
    if taken.vstpreset != data and _values(plugin) == before:  # made for another format
        return (f"{name} took {state.path.name}, but none of its parameters changed; listen",)
    return ()


def _values(plugin: Settable) -> tuple[float, ...]:
    return tuple(handle.raw_value for handle in plugin.handles().values())
