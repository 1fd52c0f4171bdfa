"""What one stem is made of, and the lanes its faders follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from hostkit.plan.devices import EffectSpec, Lane
from hostkit.plan.prints import TailPlan

Level: TypeAlias = float | Lane
"""A value that stands still, or one that moves."""


@dataclass(frozen=True)
class Send:
    """What of a channel goes to a bus, after fader and pan."""

    bus: str
    gain_db: Level


@dataclass(frozen=True)
class ChannelPlan:
    """One print in a stem: its fader, pan and sends. The print is named by fingerprint."""

    track: str
    print: str
    gain_db: Level
    pan: Level
    sends: tuple[Send, ...]


@dataclass(frozen=True)
class BusPlan:
    """A stem's own instance of a bus: what comes in goes through `effects`, then `gain_db`."""

    name: str
    effects: tuple[EffectSpec, ...]
    gain_db: float
    sends: tuple[Send, ...]


@dataclass(frozen=True)
class StemPlan:
    """A stem up to its codes: everything they depend on, and nothing else.

    Buses are in an order in which each sends only to later ones. `master` holds the linear
    devices of the master, which are applied to each stem.
    """

    channels: tuple[ChannelPlan, ...]
    buses: tuple[BusPlan, ...]
    master: tuple[EffectSpec, ...]
    sample_rate: int
    sample_format: str
    frames: int | None
    tail: TailPlan
    dither_seed: int = 0
