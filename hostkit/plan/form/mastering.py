"""Which master devices can be shared out to stems, and how."""

from __future__ import annotations

from dataclasses import dataclass

from hostkit.devices.builtin import BUILTINS
from hostkit.devices.own import BUS_COMPRESSOR, OWN
from hostkit.devices.spec import BuiltinSpec, EffectSpec


def is_side_chained(device: EffectSpec) -> bool:
    """Whether the device does one gain to everything, which can be computed from the mix."""
    return isinstance(device, BuiltinSpec) and device.name == BUS_COMPRESSOR


def is_own(device: EffectSpec) -> bool:
    """Whether it is one of hostkit's own effects, which only the master has."""
    return isinstance(device, BuiltinSpec) and device.name in OWN


def is_linear(device: EffectSpec) -> bool:
    """Whether what it does to a sum is the sum of what it does to the parts."""
    if not isinstance(device, BuiltinSpec):
        return False  # nobody can tell what a plug-in does
    builtin = BUILTINS.get(device.name)
    return builtin is not None and builtin.linear


@dataclass(frozen=True)
class Master:
    """The devices of the master, in order."""

    devices: tuple[EffectSpec, ...] = ()

    @property
    def linear(self) -> bool:
        """Whether each stem can go through all of it by itself."""
        return all(is_linear(device) for device in self.devices)

    @property
    def side_chained(self) -> bool:
        return any(is_side_chained(device) for device in self.devices)

    @property
    def has_residual(self) -> bool:
        """Whether it has devices that no stem can go through, whose part is a stem itself."""
        return any(not is_side_chained(device) and not is_linear(device) for device in self.devices)

    @property
    def up_to_last_key(self) -> tuple[EffectSpec, ...]:
        """What has to run to know the gains of all side-chained devices."""
        last = max((i for i, d in enumerate(self.devices) if is_side_chained(d)), default=-1)
        return self.devices[: last + 1]

    @property
    def on_stems(self) -> tuple[EffectSpec, ...]:
        """What each stem goes through."""
        return tuple(d for d in self.devices if is_side_chained(d) or is_linear(d))
