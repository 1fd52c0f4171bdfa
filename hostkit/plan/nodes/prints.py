"""What one print is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from hostkit.devices.spec import (
    UNLESS_DEFAULT,
    DeviceSpec,
    EffectSpec,
    InstrumentSpec,
    PluginSpec,
    host_of,
    in_any_version,
)
from hostkit.midi.events import Score
from hostkit.midi.performing.pre_roll import PreRolled
from hostkit.plan.nodes.recorded import Recorded
from hostkit.timebase.transport import STILL, Transport


@dataclass(frozen=True)
class TailPlan:
    """When a sound counts as over: under `below_db` for `for_frames`, at most `max_frames`."""

    below_db: float
    for_frames: int
    max_frames: int


@dataclass(frozen=True, eq=False)
class Notes:
    """A source: notes for an instrument, through MIDI effects if there are any.

    The score, and the instrument's lanes, begin `pre_roll_frames` before the music: so much is
    played, but not kept.
    """

    score: Score
    instrument: InstrumentSpec
    midi_effects: tuple[PluginSpec, ...] = field(default=(), metadata=UNLESS_DEFAULT)
    pre_roll_frames: int = field(default=0, metadata=UNLESS_DEFAULT)

    @classmethod
    def of(
        cls, played: PreRolled, instrument: InstrumentSpec, midi_effects: tuple[PluginSpec, ...]
    ) -> Notes:
        """Events for an instrument, its lanes moved as far as its events."""
        frames = played.pre_roll_frames
        if frames and isinstance(instrument, PluginSpec):
            lanes = tuple(lane.later(frames) for lane in instrument.lanes)
            instrument = replace(instrument, lanes=lanes)
        return cls(Score.of(played.events), instrument, midi_effects, frames)

    @property
    def end(self) -> int:
        """The frame of its last event."""
        return self.score.end - self.pre_roll_frames

    @property
    def events(self) -> int:
        """How many there are."""
        return self.score.count

    @property
    def sounds(self) -> tuple[str, ...]:
        """What sounds, in words."""
        return tuple(device.name for device in self.devices)

    @property
    def devices(self) -> tuple[DeviceSpec, ...]:
        """What sounds, before any insert."""
        return (*self.midi_effects, self.instrument)

    @property
    def parts(self) -> Mapping[str, Any]:
        """What it depends on besides presets, under the words used for it where it changed."""
        instrument = self.instrument.preset or in_any_version(self.instrument)
        effects = tuple(in_any_version(effect) for effect in self.midi_effects)
        return {
            "notes": (self.score, self.pre_roll_frames) if self.pre_roll_frames else self.score,
            "instrument": instrument,
            **({"MIDI effects": effects} if effects else {}),
        }


@dataclass(frozen=True, eq=False)
class Live:
    """A source: recorded players over a mock-up, which is silent while they play."""

    mockup: Notes
    players: Recorded

    @property
    def end(self) -> int:
        """The frame on which both have ended, but for what rings on."""
        return max(self.mockup.end, self.players.end)

    @property
    def events(self) -> int:
        """How many notes and regions there are."""
        return self.mockup.events + self.players.events

    @property
    def sounds(self) -> tuple[str, ...]:
        """What sounds, in words."""
        *before, instrument = self.mockup.sounds
        return (*before, f"{instrument} under {' and '.join(self.players.sounds)}")

    @property
    def devices(self) -> tuple[DeviceSpec, ...]:
        """What sounds, before any insert."""
        return self.mockup.devices

    @property
    def parts(self) -> Mapping[str, Any]:
        """What it depends on, under the words used for it where it changed."""
        return {**self.mockup.parts, **self.players.parts}


Source: TypeAlias = Notes | Recorded | Live
"""Where a track's sound comes from. `hostkit.render.track.sources` plays each kind."""


@dataclass(frozen=True, eq=False)
class PrintPlan:
    """A track up to its fader: everything its print depends on, and nothing else.

    `frames` is the exact length, or None to ring out after the source's end. `transport` is
    the form's where a device follows it.
    """

    source: Source
    effects: tuple[EffectSpec, ...]
    sample_rate: int
    frames: int | None
    tail: TailPlan
    transport: Transport = field(default=STILL, metadata=UNLESS_DEFAULT)

    @property
    def signal(self) -> tuple[str, ...]:
        """What sounds and what it goes through, in words and in order."""
        return (*self.source.sounds, *(effect.name for effect in self.effects))

    @property
    def devices(self) -> tuple[DeviceSpec, ...]:
        """All that it goes through, in order."""
        return (*self.source.devices, *self.effects)

    @property
    def parts(self) -> Mapping[str, Any]:
        """What it depends on, under the words used for it where it changed.

        Devices of a preset stand under its name, and versions of hosts under that of the host, so
        that it is known which one changed.
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
            **presets,
            **hosts,
            "sample rate": self.sample_rate,
            "length": (self.frames, self.tail),
            **({"tempo": self.transport} if self.transport != STILL else {}),
            **({"side-chain": keys} if keys else {}),
        }


def _unkeyed(effect: EffectSpec) -> DeviceSpec:
    effect = replace(effect, sidechain=None) if isinstance(effect, PluginSpec) else effect
    return in_any_version(effect)
