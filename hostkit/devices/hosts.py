"""Which host opens which device: one row each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hostkit.devices.device import Effect, Instrument
from hostkit.devices.pedalboard.builtin import open_builtin
from hostkit.devices.pedalboard.effect import open_effect as open_plugin_effect
from hostkit.devices.pedalboard.instrument import open_instrument as open_plugin_instrument
from hostkit.devices.soundfont.player import SoundFontInstrument
from hostkit.devices.spec import (
    BuiltinSpec,
    EffectSpec,
    InstrumentSpec,
    PluginSpec,
    SoundFontSpec,
    ToneSpec,
)
from hostkit.devices.tone import ToneInstrument

INSTRUMENTS: dict[type[Any], Callable[[Any, int], Instrument]] = {
    SoundFontSpec: SoundFontInstrument,
    PluginSpec: open_plugin_instrument,
    ToneSpec: ToneInstrument,
}

EFFECTS: dict[type[Any], Callable[[Any, int, int], Effect]] = {
    PluginSpec: open_plugin_effect,
    BuiltinSpec: open_builtin,
}


def open_instrument(spec: InstrumentSpec, sample_rate: int) -> Instrument:
    """A running instrument. Raises DeviceError when it cannot be had."""
    return INSTRUMENTS[type(spec)](spec, sample_rate)


def open_effect(spec: EffectSpec, sample_rate: int, channels: int) -> Effect:
    """A running effect for input of `channels`. Raises DeviceError when it cannot be had."""
    return EFFECTS[type(spec)](spec, sample_rate, channels)
