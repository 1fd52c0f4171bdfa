"""A preset knows no tracks: what keys its side-chain is said where it is used."""

from __future__ import annotations

from dataclasses import replace

from hostkit.errors import RequestError
from hostkit.library.model import PresetPlugin
from hostkit.library.use import UsedPreset
from hostkit.plan.environment import Environment


def keyed_preset(used: UsedPreset, key: str, environment: Environment) -> UsedPreset:
    """The preset with the side-chain keyed of its only plug-in that has one.

    Raises RequestError where none has one, or several have.
    """
    name = f"preset {used.loaded.name!r}"
    plugins = [(at, one) for at, one in enumerate(used.effects) if isinstance(one, PresetPlugin)]
    if len(plugins) > 1:
        plugins = [(at, one) for at, one in plugins if _has_key(one, environment)]
    if not plugins:
        raise RequestError(f"{name} has no effect with a side-chain", cure="choose another preset")
    if len(plugins) > 1:
        raise RequestError(
            f"{name}: {' and '.join(one.plugin for _, one in plugins)} have a side-chain",
            cure="write its effects out here, and sidechain: at the one that is meant",
        )
    ((at, plugin),) = plugins
    keyed = plugin.model_copy(update={"sidechain": key})
    return replace(used, effects=(*used.effects[:at], keyed, *used.effects[at + 1 :]))


def _has_key(plugin: PresetPlugin, environment: Environment) -> bool:
    found = environment.find_plugin(plugin.plugin, plugin.vendor, plugin.format)
    return bool(found.key)
