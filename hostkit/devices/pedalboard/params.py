"""Bringing a loaded plug-in to the state and parameter values a session asks for."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from hostkit.devices.pedalboard.lanes import Automation, DrivenParam
from hostkit.devices.plugins.loading import (
    HostedPlugin,
    RawParam,
    load_preset_data,
    plugin_format,
    set_raw,
)
from hostkit.devices.plugins.probing import (
    LiveParam,
    describe_param,
    param_handles,
    raw_for,
    raw_function,
    shows,
)
from hostkit.devices.spec import ContentFile, Lane, PluginSpec
from hostkit.errors import DeviceError, StorageError
from hostkit.ground.named_file import read_named
from hostkit.library.exchange.vstpreset import MAX_BYTES

_CLASS_ID = slice(8, 40)  # of a .vstpreset: 32 hexadecimal digits after "VST3" and a version


def set_up(plugin: HostedPlugin, spec: PluginSpec) -> tuple[Automation, tuple[str, ...]]:
    """State, raw values, parameters, lanes; gives the lanes and what did not take.

    Call it on a fresh instance: handles do not outlive a reset. Raises DeviceError for a
    state of another plug-in, an unknown parameter, or a value that it cannot show.
    """
    if spec.state is not None:
        _load_state(plugin, spec.name, spec.path, spec.state)
    handles = param_handles(plugin)
    for key, raw in spec.raw:
        # Untouched where the state brought it: setting some parameters does more than that.
        if key in handles and np.float32(handles[key].raw_value) != np.float32(raw):
            set_raw(handles[key], raw)
    wanted = [(_live(spec.name, handles, key), value) for key, value in spec.params]
    # Twice, as one parameter may decide what values another takes.
    for _ in range(2):
        for param, value in wanted:
            try:
                set_raw(param.handle, raw_for(param, value))
            except ValueError as error:
                raise DeviceError(f"{spec.name}: {param.description.key}: {error}") from error
    warnings = tuple(
        f"{spec.name}: parameter '{param.description.key}' should be {value}, "
        f"but the plug-in made it {param.handle.string_value}"
        for param, value in wanted
        if not shows(param.handle.string_value, param.description, value)
    )
    driven = [_driven(_live(spec.name, handles, lane.target), lane) for lane in spec.lanes]
    return Automation(driven), warnings


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


def _load_state(plugin: HostedPlugin, name: str, path: Path, state: ContentFile) -> None:
    try:
        data = read_named(state.path, MAX_BYTES)
    except OSError as error:
        raise StorageError(f"{name}: state file {state.path}: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != state.sha256:
        raise StorageError(
            f"{name}: state file {state.path} changed while it was rendered", cure="render again"
        )
    if plugin_format(path) == "AU":
        raise DeviceError(f"{name}: an Audio Unit cannot load state files", cure="give it params")
    if data[:4] != b"VST3":
        raise DeviceError(
            f"{name}: {state.path} is not a .vstpreset", cure="save the state as a VST3 preset"
        )
    own = plugin.preset_data[_CLASS_ID]
    if data[_CLASS_ID].upper() != own.upper():
        raise DeviceError(
            f"{name}: {state.path} was saved by another plug-in "
            f"(class id {data[_CLASS_ID].decode('latin-1')}, not {own.decode('latin-1')})"
        )
    try:
        load_preset_data(plugin, data)
    except RuntimeError as error:
        raise DeviceError(f"{name} refused the state in {state.path}: {error}") from error
