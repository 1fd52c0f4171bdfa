"""Channels and buses of a mix: which buses are reached, and channels that are louder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hostkit.devices.spec import Lane
from hostkit.plan.nodes.stems import BusPlan, ChannelPlan, Level


@dataclass(frozen=True)
class MixInputs:
    """What mixes are made of: channels by their tracks, and buses."""

    channels: Mapping[str, ChannelPlan]
    buses: Sequence[BusPlan]


def reached(buses: Sequence[BusPlan], channels: Sequence[ChannelPlan]) -> tuple[BusPlan, ...]:
    """The buses that something in these channels reaches, in their order."""
    found = {send.bus for channel in channels for send in channel.sends}
    for bus in buses:  # each sends only to later ones
        if bus.name in found:
            found |= {send.bus for send in bus.sends}
    return tuple(bus for bus in buses if bus.name in found)


def louder(channel: ChannelPlan, gain_db: float) -> ChannelPlan:
    """The channel with its fader, or all points of its lane, raised."""
    return replace(channel, gain_db=_raised(channel.gain_db, gain_db)) if gain_db else channel


def _raised(level: Level, gain_db: float) -> Level:
    if isinstance(level, Lane):
        return replace(level, points=tuple((at, value + gain_db) for at, value in level.points))
    return level + gain_db
