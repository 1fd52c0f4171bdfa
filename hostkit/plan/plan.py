"""The plan: what a session comes to, in samples, with nothing left to look up."""

from __future__ import annotations

from dataclasses import dataclass

from hostkit.plan.devices import DeviceSpec
from hostkit.plan.prints import PrintPlan
from hostkit.plan.stems import StemPlan
from hostkit.timebase.tempo_map import TempoMap


@dataclass(frozen=True, eq=False)
class TrackPlan:
    """A track's print and its fingerprint."""

    name: str
    print: PrintPlan
    fingerprint: str

    @property
    def devices(self) -> tuple[DeviceSpec, ...]:
        return (self.print.instrument, *self.print.effects)


@dataclass(frozen=True, eq=False)
class PlannedStem:
    """A stem by name, with its fingerprint and the tracks that sound in it."""

    name: str
    plan: StemPlan
    fingerprint: str

    @property
    def tracks(self) -> tuple[str, ...]:
        return tuple(channel.track for channel in self.plan.channels)


@dataclass(frozen=True)
class MixPlan:
    """A mix is the sum of the stems it names."""

    name: str
    stems: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    session: str
    sample_rate: int
    sample_format: str
    tempo_map: TempoMap
    frames: int | None
    tracks: tuple[TrackPlan, ...]
    stems: tuple[PlannedStem, ...]
    mixes: tuple[MixPlan, ...]
    warnings: tuple[str, ...] = ()
