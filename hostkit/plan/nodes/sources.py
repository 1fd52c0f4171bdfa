"""Where a track's sound comes from: a value for each kind of source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from hostkit.devices.description import MAIN
from hostkit.devices.spec import (
    UNHEARD,
    UNLESS_DEFAULT,
    DeviceSpec,
    InstrumentSpec,
    PluginSpec,
    SoundFontSpec,
    without_params,
)
from hostkit.midi.events import Score
from hostkit.midi.performing.pre_roll import PreRolled
from hostkit.plan.nodes.recorded import Recorded

NOTES, THEME = "notes", "theme "
"""Words for parts of a source: the notes, and before its name a theme that some of them quote."""


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
    themes: tuple[tuple[str, str], ...] = field(default=(), metadata=UNHEARD)
    """Those that it quotes, each with a sum of what is played of it: why notes changed."""

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
        instrument = self.instrument
        shown = instrument.shown if isinstance(instrument, SoundFontSpec) else instrument.name
        return (*(device.name for device in self.midi_effects), shown)

    @property
    def devices(self) -> tuple[DeviceSpec, ...]:
        """What sounds, before any insert."""
        return (*self.midi_effects, self.instrument)

    @property
    def runs(self) -> tuple[DeviceSpec, ...]:
        """Those of its devices that are run where the source is played."""
        return self.devices

    @property
    def parts(self) -> Mapping[str, Any]:
        """What it depends on besides presets, under the words used for it where it changed."""
        instrument = self.instrument.preset or without_params(self.instrument)
        effects = tuple(without_params(effect) for effect in self.midi_effects)
        return {
            NOTES: (self.score, self.pre_roll_frames) if self.pre_roll_frames else self.score,
            "instrument": instrument,
            **({"MIDI effects": effects} if effects else {}),
            **{f"{THEME}{name}": sum_ for name, sum_ in self.themes},
        }


@dataclass(frozen=True, eq=False)
class Output:
    """A source: one output of an instrument that plays once, for all tracks that take one.

    `name` is MAIN, or as the plug-in calls it. What the output gave is in the node `played`: so
    many `channels` from `first_channel` on. That another output is taken, too, changes nothing
    of it, so the node is no part of a fingerprint.
    """

    notes: Notes
    name: str
    channels: int = field(metadata=UNHEARD)
    first_channel: int = field(metadata=UNHEARD)
    played: str = field(metadata=UNHEARD)

    @property
    def end(self) -> int:
        """The frame of the instrument's last event."""
        return self.notes.end

    @property
    def events(self) -> int:
        """How many the instrument plays."""
        return self.notes.events

    @property
    def sounds(self) -> tuple[str, ...]:
        """What sounds, in words."""
        *before, instrument = self.notes.sounds
        return (*before, instrument if self.name == MAIN else f"{instrument}: {self.name}")

    @property
    def devices(self) -> tuple[DeviceSpec, ...]:
        """What sounds, before any insert."""
        return self.notes.devices

    @property
    def runs(self) -> tuple[DeviceSpec, ...]:
        """None: it was played before."""
        return ()

    @property
    def parts(self) -> Mapping[str, Any]:
        """What it depends on, under the words used for it where it changed."""
        return {**self.notes.parts, "output": self.name}


@dataclass(frozen=True, eq=False)
class Live:
    """A source: recorded players over a mock-up, which is silent while they play."""

    mockup: Notes | Output
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
    def runs(self) -> tuple[DeviceSpec, ...]:
        """Those of its devices that are run where the source is played."""
        return self.mockup.runs

    @property
    def parts(self) -> Mapping[str, Any]:
        """What it depends on, under the words used for it where it changed."""
        return {**self.mockup.parts, **self.players.parts}


Source: TypeAlias = Notes | Output | Recorded | Live
"""Where a track's sound comes from. `hostkit.render.track.sources` plays each kind."""
