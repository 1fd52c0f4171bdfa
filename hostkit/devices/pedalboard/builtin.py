"""pedalboard's own effects, streamed."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pedalboard

from hostkit.audio.block import Audio
from hostkit.audio.files.reader import AudioFile
from hostkit.devices.builtin import BUILTINS, BuiltinEffect, unknown_builtin
from hostkit.devices.description import ParamValue
from hostkit.devices.device import Setup
from hostkit.devices.pedalboard.effect import Side, StreamedEffect, main_channels
from hostkit.devices.plugins.lanes import Automation, DrivenParam
from hostkit.devices.spec import BuiltinSpec, ContentFile
from hostkit.errors import DeviceError, RequestError, StorageError


def open_builtin(spec: BuiltinSpec, setup: Setup) -> StreamedEffect:
    """One of pedalboard's effects on a mono or stereo signal.

    Gives as many channels as it takes. Raises DeviceError for an unknown name, a value
    that pedalboard refuses, or an impulse response that cannot be used.
    """
    builtin = BUILTINS.get(spec.name)
    if builtin is None:
        raise DeviceError(*unknown_builtin(spec.name))
    sample_rate, channels = setup.sample_rate, main_channels(spec.name, setup)
    keys = {param.key for param in builtin.params}
    values: dict[str, Any] = {
        key: _as_pedalboard(builtin, key, value) for key, value in spec.params
    }
    unknown = ({*values} | {lane.target for lane in spec.lanes}) - keys
    if unknown:
        raise DeviceError(
            f"{spec.name} has no parameter '{min(unknown)}'",
            cure=f"it has {', '.join(sorted(keys))}",
        )
    for key, file in spec.files:
        values[key] = _impulse_response(spec.name, file, sample_rate)
        values["sample_rate"] = sample_rate
    try:
        effect: Any = getattr(pedalboard, builtin.class_name)(**values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise DeviceError(f"{spec.name}: {error}") from error
    effect.reset()

    def run(block: Audio, buffer: int) -> Audio:
        out: Audio = effect.process(block, sample_rate, buffer, False)
        return out

    driven = [DrivenParam(lane, partial(setattr, effect, lane.target)) for lane in spec.lanes]
    side = Side(run, Automation(driven))
    return StreamedEffect(spec.name, (side,), channels, channels)


def _as_pedalboard(builtin: BuiltinEffect, key: str, value: ParamValue) -> object:
    if builtin.name == "ladder_filter" and key == "mode":
        return pedalboard.LadderFilter.Mode.__members__.get(str(value), value)
    return value


def _impulse_response(name: str, file: ContentFile, sample_rate: int) -> Audio:
    # Read by us: pedalboard reads 16-bit files 0.003 % too hot.
    try:
        source = AudioFile(file.path)
        blocks = list(source.blocks())
    except RequestError as error:
        raise StorageError(*error.fault.of(name)) from error
    if source.sample_rate != sample_rate:
        raise DeviceError(
            f"{name}: {file.path} is at {source.sample_rate} Hz and the session at "
            f"{sample_rate} Hz",
            cure="convert the file",
        )
    if source.channels > 2 or not blocks:
        raise DeviceError(f"{name}: {file.path} must hold one or two channels, and some samples")
    return np.concatenate(blocks, axis=1)
