"""Plays devices, in a process of its own when called as `play.py JOB.pickle AUDIO.npy`.

The job is a dict with `how` ("hostkit" or "pedalboard") and the arguments of that function.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path

import numpy as np
import pedalboard
from pedalboard._pedalboard import PARAMETER_NAME_REGEXES_TO_IGNORE

from hostkit.audio.block import Audio
from hostkit.audio.layout import layout_of
from hostkit.devices.builtin import BUILTINS
from hostkit.devices.device import MAIN, SIDECHAIN, Device, Feed, Setup
from hostkit.devices.hosts import open_device
from hostkit.devices.spec import EffectSpec, InstrumentSpec, PluginSpec
from hostkit.midi.events import NO_EVENTS, SampleEvents
from hostkit.timebase.transport import STILL, Transport


def play_with_hostkit(
    frames: int,
    cuts: Sequence[int],
    instrument: InstrumentSpec | None = None,
    effects: Sequence[EffectSpec] = (),
    sample_rate: int = 48_000,
    events: SampleEvents = NO_EVENTS,
    audio: Audio | None = None,
    key: Audio | None = None,
    transport: Transport = STILL,
    output: str = MAIN,
) -> Audio:
    """The first `frames` of an output that the devices give, fed in blocks of `cuts` frames.

    The last cut is repeated; silence follows the input and the `key`, which goes to the side
    input of every effect.
    """
    setup = Setup(sample_rate, transport=transport)
    source = open_device(instrument, setup) if instrument else None
    layout = source.outputs[MAIN] if source else layout_of(len(audio))
    side = {} if key is None else {SIDECHAIN: layout_of(len(key))}
    devices = []
    for effect in effects:
        devices.append(open_device(effect, replace(setup, inputs={MAIN: layout, **side})))
        layout = devices[-1].outputs[MAIN]
    parts: list[Audio] = []
    given = position = 0
    for cut in chain(cuts, repeat(cuts[-1])):
        if source:
            feed = Feed(cut, events.between(position, position + cut))
            outputs = _given(source, feed)
        else:
            outputs = {MAIN: _stretch(audio, position, cut)}
        for device in devices:
            inputs = {MAIN: outputs[MAIN]}
            if key is not None:
                inputs[SIDECHAIN] = _stretch(key, position, cut)
            outputs = _given(device, Feed(outputs[MAIN].shape[1], inputs=inputs))
        position += cut
        parts.append(outputs[output])
        given += parts[-1].shape[1]
        assert given <= position
        assert position < frames + 500_000, f"gave only {given} frames for {position}"
        if given >= frames:
            return np.concatenate(parts, axis=1)[:, :frames]
    raise AssertionError


def _stretch(audio: Audio, start: int, frames: int) -> Audio:
    block = np.zeros((len(audio), frames), dtype=np.float32)
    piece = audio[:, start : start + frames]
    block[:, : piece.shape[1]] = piece
    return block


def _given(device: Device, feed: Feed) -> Mapping[str, Audio]:
    """What a device gives, once it is sure that it is what the seam promises."""
    outputs = device.play(feed)
    assert list(outputs) == list(device.outputs)
    assert next(iter(outputs)) == MAIN
    assert len({block.shape[1] for block in outputs.values()}) == 1
    for name, block in outputs.items():
        assert block.dtype == np.float32
        assert block.shape[0] == device.outputs[name].channels
    return outputs


def play_with_pedalboard(
    frames: int,
    instrument: PluginSpec | None = None,
    effects: Sequence[EffectSpec] = (),
    sample_rate: int = 48_000,
    events: SampleEvents = NO_EVENTS,
    audio: Audio | None = None,
) -> Audio:
    """The same by pedalboard's public functions: each device called once, for all of it."""
    PARAMETER_NAME_REGEXES_TO_IGNORE.add(re.compile("MIDI Ch"))  # 14 s for Kars
    if instrument:
        player = load(instrument)
        ctypes.CDLL(None).srand(1)
        times = (events.samples + 0.5) / sample_rate
        audio = player(
            list(zip(events.messages, times.tolist(), strict=True)),
            duration=(frames + 0.5) / sample_rate,
            sample_rate=sample_rate,
            num_channels=1,
            buffer_size=512,
        )
    for effect in effects:
        audio = _process(effect, audio, sample_rate)
    return audio


def load(spec: EffectSpec) -> pedalboard.Plugin:
    if isinstance(spec, PluginSpec):
        return pedalboard.VST3Plugin(
            str(spec.path), parameter_values=dict(spec.params), initialization_timeout=0
        )
    return getattr(pedalboard, BUILTINS[spec.name].class_name)(**dict(spec.params))


def _process(spec: EffectSpec, audio: Audio, sample_rate: int) -> Audio:
    mono, stereo = audio[:1], np.repeat(audio[:1], 2, axis=0)
    try:
        return load(spec)(audio, sample_rate, buffer_size=512)
    except ValueError:
        if len(audio) == 1:
            return load(spec)(stereo, sample_rate, buffer_size=512)
        sides = [load(spec)(side, sample_rate, buffer_size=512) for side in (mono, audio[1:])]
        return np.concatenate(sides, axis=0)


PLAYERS = {"hostkit": play_with_hostkit, "pedalboard": play_with_pedalboard}

if __name__ == "__main__":
    job = pickle.loads(Path(sys.argv[1]).read_bytes())
    np.save(sys.argv[2], PLAYERS[job.pop("how")](**job))
    sys.stdout.flush()
    os._exit(0)  # plug-ins may crash while they are unloaded
