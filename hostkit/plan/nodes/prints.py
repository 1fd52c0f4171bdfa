"""What one print is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hostkit.devices.spec import (
    UNLESS_DEFAULT,
    DeviceSpec,
    EffectSpec,
    PluginSpec,
    echo_seconds,
    host_of,
    in_any_version,
    params_of,
    without_params,
)
from hostkit.plan.nodes.recorded import Recorded
from hostkit.plan.nodes.sources import Source
from hostkit.timebase.transport import STILL, Transport


@dataclass(frozen=True)
class TailPlan:
    """When a sound counts as over: under `below_db` for `for_frames`, at most `max_frames`.

    It is not over as long as an echo may come, within `echo_frames` after what was heard last; none
    of this waiting is kept where none comes.
    """

    below_db: float
    for_frames: int
    max_frames: int
    echo_frames: int = field(default=0, metadata=UNLESS_DEFAULT)

    def through(self, devices: Iterable[DeviceSpec], sample_rate: int) -> TailPlan:
        """The same for what goes through these devices, some of which may echo."""
        seconds = max(map(echo_seconds, devices), default=0.0)
        return replace(self, echo_frames=round(seconds * sample_rate)) if seconds else self


@dataclass(frozen=True, eq=False)
class PrintPlan:
    """A track up to its fader: everything its print depends on, and nothing else.

    `frames` is the exact length, or None to ring out after the source's end. `transport` is
    the form's where a device follows it. A print that is not `kept` in the store is made where
    it is read: recorded audio that goes through nothing.
    """

    source: Source
    effects: tuple[EffectSpec, ...]
    sample_rate: int
    frames: int | None
    tail: TailPlan
    transport: Transport = field(default=STILL, metadata=UNLESS_DEFAULT)
    kept: bool = field(default=True, metadata=UNLESS_DEFAULT)

    @property
    def could_be_straight(self) -> bool:
        """Whether it need not be kept: its takes are read as fast as it could be from the store."""
        return isinstance(self.source, Recorded) and self.source.is_plain and not self.effects

    @property
    def signal(self) -> tuple[str, ...]:
        """What sounds and what it goes through, in words and in order."""
        return (*self.source.sounds, *(effect.name for effect in self.effects))

    @property
    def devices(self) -> tuple[DeviceSpec, ...]:
        """All that it goes through, in order."""
        return (*self.source.devices, *self.effects)

    @property
    def runs(self) -> tuple[DeviceSpec, ...]:
        """Those of its devices that are run to make it."""
        return (*self.source.runs, *self.effects)

    @property
    def parts(self) -> Mapping[str, Any]:
        """What it depends on, under the words used for it where it changed.

        Devices of a preset stand under its name, values that somebody wrote under device and
        parameter, and versions of hosts under that of the host, so that it is known which changed.
        """
        names = dict.fromkeys(device.preset for device in self.devices if device.preset)
        presets = {
            f"preset {name}": tuple(in_any_version(d) for d in self.devices if d.preset == name)
            for name in names
        }
        plugins = (effect for effect in self.effects if isinstance(effect, PluginSpec))
        keys = tuple(plugin.sidechain for plugin in plugins if plugin.sidechain)
        hosts = {host: version for host, version in map(host_of, self.devices) if host}
        return {
            **self.source.parts,
            "effects": tuple(effect.preset or _unkeyed(effect) for effect in self.effects),
            **params_of(device for device in self.devices if not device.preset),
            **presets,
            **hosts,
            "sample rate": self.sample_rate,
            "length": (self.frames, replace(self.tail, echo_frames=0)),
            **({"tempo": self.transport} if self.transport != STILL else {}),
            **({"side-chain": keys} if keys else {}),
        }


def _unkeyed(effect: EffectSpec) -> DeviceSpec:
    effect = replace(effect, sidechain=None) if isinstance(effect, PluginSpec) else effect
    return without_params(effect)
