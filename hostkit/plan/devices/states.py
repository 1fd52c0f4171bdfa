"""State files and the plug-ins that they are of: taken whole, or as values of parameters."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from hostkit.devices.description import PluginDescription
from hostkit.devices.spec import ContentFile
from hostkit.errors import BadValue, RequestError
from hostkit.ground.counted import counted
from hostkit.ground.named_file import read_named
from hostkit.library.exchange.state_file import AS_VSTPRESET, FittedState, Taker, take
from hostkit.library.exchange.vstpreset import MAX_BYTES
from hostkit.plan.environment import Environment

RawParams: TypeAlias = tuple[tuple[str, float], ...]
_OF_THE_WRAPPER = {"Bypass", "Program", "Current Program"}


def state_of(
    plugin: PluginDescription, path: Path, environment: Environment
) -> tuple[ContentFile | None, RawParams]:
    """A state file as the plug-in takes it. Raises RequestError for one that it does not."""
    content = environment.content(path)
    try:
        taken, raw = _fitted(read_named(path, MAX_BYTES), plugin)
        return (None, raw) if taken.values else (content, ())
    except OSError as error:
        raise RequestError(f"cannot be read: {error.strerror}", file=path) from None
    except BadValue as error:
        message, cure = error.fault
        raise RequestError(f"{path.name} {message}", cure) from None


def whose(
    data: bytes, plugins: Iterable[PluginDescription]
) -> tuple[PluginDescription, str] | None:
    """The VST3 that takes a state of its VST2 or Audio Unit, and what the state is called."""
    for plugin in plugins:
        if plugin.format == "VST3" and plugin.class_id:
            try:
                return plugin, _fitted(data, plugin)[0].name
            except BadValue:
                continue
    return None


def _fitted(data: bytes, plugin: PluginDescription) -> tuple[FittedState, RawParams]:
    taken = take(data, Taker(plugin.name, plugin.format, plugin.class_id))
    return taken, _raw_of(plugin, taken.values) if taken.values else ()


def _raw_of(plugin: PluginDescription, values: tuple[float, ...]) -> RawParams:
    """The values of a VST2's parameters by the key of the same plug-in's VST3.

    That has what a VST2 has no parameters for: some of its wrapper's, and displays. Raises BadValue
    where the numbers of parameters are not alike, with those or without.
    """
    all_of_it = tuple(plugin.params)
    own = tuple(p for p in all_of_it if p.automatable and p.label not in _OF_THE_WRAPPER)
    for params in (all_of_it, own):
        if len(params) == len(values):
            return tuple((p.key, value) for p, value in zip(params, values, strict=True))
    raise BadValue(
        f"holds values of {counted(len(values), 'parameter')}, and {plugin.name} has {len(own)}",
        AS_VSTPRESET,
    )
