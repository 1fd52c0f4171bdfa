"""Opening a plug-in in minihost, in the channels that a session needs of it."""

from __future__ import annotations

from pathlib import Path

from hostkit.audio.layout import MONO, STEREO
from hostkit.devices.device import MAIN, SIDECHAIN, Setup
from hostkit.devices.latency import SETTLING_BLOCKS, blocks_to_settle
from hostkit.devices.minihost.loading import Loaded
from hostkit.devices.minihost.play import RunningPlugin, Streamed
from hostkit.devices.minihost.settling import latencies, settle
from hostkit.devices.plugins.settings import bring_to
from hostkit.devices.spec import PluginSpec
from hostkit.errors import DeviceError

_first: dict[tuple[Path, str, int], Loaded] = {}
"""The first instance of each plug-in at each rate, kept: it was built at 44.1 kHz whatever was
asked of it, and the next is built at the rate that this one was prepared at."""
_rehearsed: set[tuple[Path, str, int]] = set()
"""Those whose first instance has been listened to, and is as it starts no longer."""


def open_plugin(spec: PluginSpec, setup: Setup) -> Streamed:
    """A plug-in as an effect where it is fed with sound, else as an instrument.

    One that takes only stereo gets a mono signal on both channels; one that is mono in and out
    runs once for each side; one that is mono in and stereo out hears the mean of both sides.
    Raises DeviceError for a plug-in that cannot be loaded, or not so, and as `bring_to` does.
    """
    is_effect = MAIN in setup.inputs
    setup.expect(spec.name, *((MAIN, SIDECHAIN) if is_effect else ()))
    layout = setup.inputs.get(MAIN, STEREO)
    if layout not in (MONO, STEREO):
        raise DeviceError(
            f"{spec.title} takes mono or stereo, not {layout.name}", cure="take it out"
        )
    plugin = _fresh(spec, setup)
    _check(spec.title, plugin, setup, is_effect)
    sides = [plugin]
    warnings: tuple[str, ...] = ()
    if is_effect and layout == STEREO and (plugin.main_in, plugin.main_out) == (1, 1):
        sides.append(_fresh(spec, setup))
        warnings = (f"{spec.title} is mono: it runs once for each side",)
    blocks = _blocks_to_settle(spec, setup) if is_effect else 0
    ready = []
    for one in sides:
        automation, told = bring_to(one, spec)
        settle(one, setup, spec.buffer_frames, blocks)
        ready.append(RunningPlugin(one, automation))
    return Streamed(spec, ready, setup, (*told, *warnings))


def _fresh(spec: PluginSpec, setup: Setup) -> Loaded:
    key = (spec.path, spec.name, setup.sample_rate)
    if key not in _first:
        _first[key] = _load(spec, setup)
    return _load(spec, setup)


def _blocks_to_settle(spec: PluginSpec, setup: Setup) -> int:
    key = (spec.path, spec.name, setup.sample_rate)
    listened_to = _load(spec, setup) if key in _rehearsed else _first[key]
    _rehearsed.add(key)
    bring_to(listened_to, spec)
    told = latencies(listened_to, setup, spec.buffer_frames, SETTLING_BLOCKS)
    return blocks_to_settle(told)


def _load(spec: PluginSpec, setup: Setup) -> Loaded:
    keyed = setup.inputs.get(SIDECHAIN)
    return Loaded(
        spec.path,
        spec.name,
        spec.class_id,
        setup.sample_rate,
        spec.buffer_frames,
        setup.inputs.get(MAIN, STEREO).channels,
        shares_file=spec.shares_file,
        key_channels=keyed.channels if keyed else 0,
    )


def _check(name: str, plugin: Loaded, setup: Setup, is_effect: bool) -> None:
    if not plugin.main_out:
        raise DeviceError(f"{name} gives no sound", cure="name it under midi_effects")
    if is_effect and not plugin.main_in:
        raise DeviceError(
            f"{name} is an instrument, not an effect", cure="name it as a track's instrument"
        )
    if not is_effect and plugin.main_in and not plugin.takes_notes:
        raise DeviceError(
            f"{name} is an effect, not an instrument",
            cure="name it under a track's effects, and choose an instrument to play the notes",
        )
    if SIDECHAIN in setup.inputs and not plugin.key_channels:
        raise DeviceError(f"{name} has no input '{SIDECHAIN}'; its inputs are {MAIN}")
