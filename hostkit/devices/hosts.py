"""Which host opens which device: one row each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hostkit.devices.clocked import Paced, WarmedUp
from hostkit.devices.device import MAIN, Device, Setup
from hostkit.devices.minihost.loading import pump_messages
from hostkit.devices.minihost.opening import open_plugin as on_minihost
from hostkit.devices.own_instruments import PLAYERS
from hostkit.devices.pedalboard.builtin import open_builtin
from hostkit.devices.pedalboard.effect import open_effect
from hostkit.devices.pedalboard.instrument import open_instrument
from hostkit.devices.sfz.player import SfzInstrument
from hostkit.devices.soundfont.player import SoundFontInstrument
from hostkit.devices.spec import (
    BuiltinSpec,
    DeviceSpec,
    PluginSpec,
    SfzSpec,
    SoundFontSpec,
    host_of,
)


def on_pedalboard(spec: PluginSpec, setup: Setup) -> Device:
    """A plug-in: an effect where it is fed with sound, else an instrument."""
    return (open_effect if MAIN in setup.inputs else open_instrument)(spec, setup)


PLUGIN_HOSTS: dict[str, Callable[[PluginSpec, Setup], Device]] = {
    "pedalboard": on_pedalboard,
    "minihost": on_minihost,
}


PUMPS: dict[str, Callable[[], None]] = {"minihost": pump_messages}
"""What hands out the messages that plug-ins post to themselves; pedalboard lets nobody do it."""


def _no_messages() -> None:
    pass


def open_plugin(spec: PluginSpec, setup: Setup) -> Device:
    """A plug-in, in the host that its spec names; by the clock, where it says so."""
    host = host_of(spec)[0] or "pedalboard"
    open_it = PLUGIN_HOSTS[host]
    if spec.warm_up_s:
        pump = PUMPS.get(host, _no_messages)
        device: Device = WarmedUp(open_it, spec, setup, pump)
    else:
        device = open_it(spec, setup)
    return Paced(device, setup.sample_rate, spec.buffer_frames) if spec.realtime else device


HOSTS: dict[type[Any], Callable[[Any, Setup], Device]] = {
    SoundFontSpec: SoundFontInstrument,
    SfzSpec: SfzInstrument,
    PluginSpec: open_plugin,
    BuiltinSpec: open_builtin,
    **PLAYERS,
}


def open_device(spec: DeviceSpec, setup: Setup) -> Device:
    """A running device. Raises DeviceError when it cannot be had, or not so."""
    return HOSTS[type(spec)](spec, setup)
