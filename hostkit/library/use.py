"""A preset put to use: its devices, with the parameters that the user sets otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pydantic import ValidationError

from hostkit.errors import RequestError
from hostkit.library.load import LoadedPreset
from hostkit.library.model import PresetPlugin
from hostkit.session.model.devices import Builtin, SoundFont, StandaloneInstrument, key_of
from hostkit.session.model.fields import ParamValue
from hostkit.session.suggest import did_you_mean

UsedInstrument: TypeAlias = StandaloneInstrument | PresetPlugin
UsedEffect: TypeAlias = PresetPlugin | Builtin


@dataclass(frozen=True)
class UsedPreset:
    """What a track gets of a preset; without an instrument it is a chain of effects."""

    loaded: LoadedPreset
    instrument: UsedInstrument | None
    effects: tuple[UsedEffect, ...]


def use_preset(loaded: LoadedPreset, params: Mapping[str, ParamValue]) -> UsedPreset:
    """The devices of a preset with `params` set, its level last.

    A parameter is addressed as in automation: `cutoff` (of the instrument, or of the only
    effect), `instrument.cutoff`, `effects.2.mix`, `reverb.room_size`. Raises RequestError
    for one that addresses nothing, and for a preset that names a track.
    """
    preset = loaded.preset
    devices = list(preset.devices)
    if any(isinstance(device, PresetPlugin) and device.sidechain for device in devices):
        raise RequestError(
            "a preset knows no tracks",
            cure="take sidechain: out of it, and write that where the preset is used",
        )
    names = [device_name(device) for device in devices]
    first_effect = 1 if preset.instrument else 0
    for target, value in params.items():
        index, param = _address(target, names, first_effect)
        devices[index] = _with_param(devices[index], param, value)
    if preset.gain_db:
        devices.append(Builtin(name="gain", params={"gain_db": preset.gain_db}))
    instrument, effects = devices[:first_effect], devices[first_effect:]
    return UsedPreset(
        loaded,
        instrument[0] if instrument else None,  # type: ignore[arg-type]  # the first is the instrument
        tuple(effects),  # type: ignore[arg-type]  # and the rest are effects
    )


def device_name(device: UsedInstrument | UsedEffect) -> str:
    """What a device is called in `device.parameter`."""
    if isinstance(device, PresetPlugin):
        return device.plugin
    if isinstance(device, Builtin):
        return device.name
    return key_of(device) or ""


def _address(target: str, names: list[str], first_effect: int) -> tuple[int, str]:
    """Which device, and which parameter of it."""
    head, dot, rest = target.partition(".")
    if not dot:
        if first_effect or len(names) == 1:
            return 0, target
        choices = ", ".join(f"{name}.{target}" for name in names)
        raise RequestError("it has several effects", cure=f"write one of {choices}")
    if head == "instrument" and first_effect:
        return 0, rest
    if head == "effects":
        number, _, param = rest.partition(".")
        if number.isdecimal() and 1 <= int(number) <= len(names) - first_effect and param:
            return first_effect + int(number) - 1, param
        count = len(names) - first_effect
        raise RequestError(f"{target!r}: its effects are counted from 1 to {count}")
    if head in names:
        return names.index(head), rest
    raise RequestError(f"it has no device {head!r}", cure=did_you_mean(head, names))


def _with_param(
    device: UsedInstrument | UsedEffect, param: str, value: ParamValue
) -> UsedInstrument | UsedEffect:
    if isinstance(device, (PresetPlugin, Builtin)):
        return device.model_copy(update={"params": {**device.params, param: value}})
    if isinstance(device, SoundFont) and param in ("program", "bank"):
        try:
            return SoundFont.model_validate({**device.model_dump(), param: value})
        except ValidationError as error:
            said = error.errors(include_url=False)[0]["msg"]
            raise RequestError(f"{param} is {value!r}", cure=said) from None
    raise RequestError(
        f"{device_name(device)!r} has no parameter {param!r}",
        cure=(
            "a SoundFont has program and bank, "
            "and an effect's parameters are written EFFECT.PARAMETER"
        ),
    )
