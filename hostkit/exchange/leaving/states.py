"""What plug-ins hold once all is set: fresh instances are asked, each in its own process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace

import numpy as np

from hostkit.audition.state.instance import Instance
from hostkit.devices.plugins.loading import HostedPlugin, load_preset_data, number_of
from hostkit.devices.plugins.probing import LiveParam, describe_param, param_handles, raw_function
from hostkit.devices.plugins.scanning.folders import plugin_format
from hostkit.devices.spec import Lane, PluginSpec
from hostkit.errors import BadValue, HostkitError
from hostkit.ground.named_file import read_named
from hostkit.jobs.executors import Executor
from hostkit.jobs.isolate import Report
from hostkit.library.exchange.vstpreset import (
    MAX_BYTES,
    SUFFIX,
    VstPreset,
    parse_vstpreset,
    write_vstpreset,
)

OF_PLUGINS = ("Comp", "Cont")
"""The chunks that are a state; what else a .vstpreset holds is about it."""


@dataclass(frozen=True)
class RawLane:
    """Automation of a parameter by its key and number, in raw values from 0 to 1."""

    key: str
    number: int
    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class HeldState:
    """What a plug-in holds: its state as a file with `suffix`, and its lanes.

    `unheld` are parameters that the state does not bring back to the last bit, with how much of
    their range is missing. `why` there is no state, where there is none.
    """

    state: bytes = b""
    suffix: str = ""
    unheld: tuple[tuple[str, float], ...] = ()
    lanes: tuple[RawLane, ...] = ()
    why: str = ""


def held_by(specs: Iterable[PluginSpec], executor: Executor) -> Mapping[PluginSpec, HeldState]:
    """What each of the plug-ins holds. One that cannot be asked says why; nothing is raised."""
    waiting: dict[PluginSpec, Future[HeldState]] = {}
    held: dict[PluginSpec, HeldState] = {}
    for spec in dict.fromkeys(specs):
        if (known := _as_named(spec)) is not None:
            held[spec] = known
        elif plugin_format(spec.path) == "LV2":
            held[spec] = HeldState(why="LV2s have no states that other programs read")
        else:
            waiting[spec] = executor.submit(_ask, spec)
    for spec, future in waiting.items():
        try:
            held[spec] = future.result()
        except HostkitError as error:
            held[spec] = HeldState(why=str(error))
    return held


def _as_named(spec: PluginSpec) -> HeldState | None:
    """The state file of a plug-in that nothing else is set of: that is what a render loads."""
    if spec.state is None or spec.params or spec.raw or spec.lanes:
        return None
    try:
        data = read_named(spec.state.path, MAX_BYTES)
        parse_vstpreset(data)
    except (OSError, BadValue):
        return None
    return HeldState(data, SUFFIX)


def _state_alone(preset: VstPreset) -> bytes:
    chunks = {name: preset.chunks[name] for name in OF_PLUGINS if preset.chunks.get(name)}
    return write_vstpreset(preset.class_id, chunks)


def _ask(job: PluginSpec, report: Report) -> HeldState:
    """The task of a worker. Raises DeviceError."""
    spec = job
    report(0, at=spec.name)
    plugin = _settled(replace(spec, lanes=()))
    lanes = tuple(_raw_lane(plugin, lane) for lane in spec.lanes)
    if plugin_format(spec.path) == "AU":
        return HeldState(plugin.raw_state, ".aupreset", lanes=lanes)
    state = _state_alone(parse_vstpreset(plugin.preset_data))
    instance = Instance.fresh(replace(spec, state=None, params=(), raw=(), lanes=()))
    load_preset_data(instance.plugin, state)
    instance.settle()
    return HeldState(state, SUFFIX, _unheld(plugin, instance.plugin), lanes)


def _settled(spec: PluginSpec) -> HostedPlugin:
    """An instance that has taken in what was set."""
    instance = Instance.fresh(spec)
    instance.settle()
    return instance.plugin


def _unheld(plugin: HostedPlugin, again: HostedPlugin) -> tuple[tuple[str, float], ...]:
    there = param_handles(again)
    return tuple(
        (key, abs(there[key].raw_value - handle.raw_value))
        for key, handle in param_handles(plugin).items()
        if handle.is_automatable
        and key in there
        and np.float32(there[key].raw_value) != np.float32(handle.raw_value)
    )


def _raw_lane(plugin: HostedPlugin, lane: Lane) -> RawLane:
    handles = param_handles(plugin)
    described = {key: describe_param(handle, key) for key, handle in handles.items()}
    key = next(
        (key for key, one in described.items() if lane.target in (key, one.short_key)), lane.target
    )
    raw_of = raw_function(LiveParam(handles[key], described[key]))
    points = tuple((sample, raw_of(value)) for sample, value in lane.points)
    return RawLane(key, number_of(plugin, handles[key]), points)
