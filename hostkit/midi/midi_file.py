"""What a MIDI file says, as values: tracks of messages at ticks, tempo, meters, markers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

import numpy as np

from hostkit.midi.channels import CHANNELS, channel_of, channels_of
from hostkit.midi.controllers import BANK_MSB, PAN, VOLUME
from hostkit.midi.put_away import MessagesPutAway, TicksPutAway
from hostkit.midi.reading.repair import Repair

_FIRST_CONTROLLER = 0xA0
"""Below it are the statuses of notes."""
_HANDS = 2
"""So many tracks on one channel are the hands of one player."""


@dataclass(frozen=True)
class TicksPerQuarter:
    """Ticks are parts of a quarter note."""

    count: int


@dataclass(frozen=True)
class SecondsPerTick:
    """Ticks are parts of an SMPTE frame: real time, whatever the tempo."""

    seconds: Fraction


Division: TypeAlias = TicksPerQuarter | SecondsPerTick


@dataclass(frozen=True)
class SmpteOffset:
    """Where the file begins in a picture, as meta event FF 54 says: a rate and a label.

    `rate` is 24, 25, 29.97 (drop frame) or 30 as text; `hundredths` are those of a frame.
    """

    rate: str
    hours: int
    minutes: int
    seconds: int
    frames: int
    hundredths: int = 0

    @property
    def label(self) -> str:
        """As timecode, drop frame with its semicolon."""
        mark = ";" if self.rate == "29.97" else ":"
        return f"{self.hours:02}:{self.minutes:02}:{self.seconds:02}{mark}{self.frames:02}"


@dataclass(frozen=True, eq=False)
class MidiTrack:
    """Channel messages in time order: `messages[i]` falls on `ticks[i]` (ascending).

    Ticks are int32, or int64 where they have to be; messages are complete MIDI messages as
    bytes, without running status, their port behind them (`hostkit.midi.channels`). Both are
    put away, and unpacked whenever they are asked for: whoever reads them often keeps them. `index`
    counts from 1; 0 means several tracks merged. `sysex` is kept apart: (tick, bytes), as are
    `texts`: text events, markers and cue points that stand in it.
    """

    index: int
    name: str
    ticks: TicksPutAway = TicksPutAway()  # noqa: RUF009  # a descriptor, one for all tracks
    messages: MessagesPutAway = MessagesPutAway()  # noqa: RUF009  # a descriptor, too
    end_tick: int = 0
    sysex: tuple[tuple[int, bytes], ...] = ()
    texts: tuple[tuple[int, str], ...] = ()

    @property
    def channels(self) -> tuple[int, ...]:
        """The channels (1…16) on which it plays notes, whatever the port."""
        return tuple(sorted({channel % CHANNELS + 1 for channel in self.played}))

    @cached_property
    def played(self) -> tuple[int, ...]:
        """The channels of all ports on which it plays notes, as `channel_of` counts them."""
        messages = self.messages
        table, channels = messages.table, channels_of(messages)
        begins = (table[:, 0] & 0xF0 == 0x90) & (table[:, 2] > 0)
        begins[np.bincount(messages.indices, minlength=len(begins)) == 0] = False
        return tuple(sorted(set(channels[begins].tolist())))  # np.unique imports masked arrays

    @cached_property
    def told(self) -> Mapping[int, frozenset[int]]:
        """Of each channel that it says anything about but notes: the statuses of that."""
        kinds: dict[int, set[int]] = {}
        messages = self.messages
        others = messages.table[:, 0] >= _FIRST_CONTROLLER
        others[np.bincount(messages.indices, minlength=len(others)) == 0] = False
        for index in np.flatnonzero(others).tolist():
            message = messages.kinds[index]
            kinds.setdefault(channel_of(message), set()).add(message[0] & 0xF0)
        return {channel: frozenset(statuses) for channel, statuses in kinds.items()}

    @cached_property
    def begins(self) -> Mapping[int, Mapping[int, int]]:
        """Of each channel that it plays: program (as 0xC0), bank, volume and pan before its
        first note there.
        """
        told: dict[int, dict[int, int]] = {channel: {} for channel in self.played}
        waiting = set(told)
        for message in self.messages:
            if not waiting:
                break
            channel, status = channel_of(message), message[0] & 0xF0
            if channel not in waiting:
                continue
            if is_note_on(message):
                waiting.discard(channel)
            elif status == 0xC0:
                told[channel][status] = message[1]
            elif status == 0xB0 and message[1] in (BANK_MSB, VOLUME, PAN):
                told[channel][message[1]] = message[2]
        return told

    @property
    def label(self) -> str:
        """How a message to the user calls it."""
        if not self.index:
            return "the file"
        return f"track {self.index} ({self.name})" if self.name else f"track {self.index}"


@dataclass(frozen=True, eq=False)
class MidiFile:
    """A MIDI file, format 0, 1 or 2.

    Tempo (bpm of quarter notes), meters and markers are collected from whichever track they
    stand in; `cue_points` are those of the markers that name an event of the picture.
    `encoding` is the codec that its texts are read in. `not_followed` is what it asks of a
    synthesiser that does not come to be heard; it is no damage. The tracks of format 2 are patterns
    with a tempo each: all begin at tick 0, and tempo and meters are those of the first track
    that has any.
    """

    path: str
    format: int
    division: Division
    tracks: tuple[MidiTrack, ...]
    tempos: tuple[tuple[int, Fraction], ...] = ()
    meters: tuple[tuple[int, int, int], ...] = ()
    markers: tuple[tuple[int, str], ...] = ()
    repairs: tuple[Repair, ...] = ()
    cue_points: tuple[tuple[int, str], ...] = ()
    smpte_offset: SmpteOffset | None = None
    encoding: str = "utf-8"
    not_followed: tuple[Repair, ...] = ()

    @cached_property
    def shared_channels(self) -> frozenset[int]:
        """The channels that several tracks play on together, as one instrument."""
        players: dict[int, list[MidiTrack]] = {}
        for track in self.tracks:
            for channel in track.played:
                players.setdefault(channel, []).append(track)
        return frozenset(
            channel
            for channel, tracks in players.items()
            if len(tracks) > 1 and self._is_one_instrument(channel, tracks)
        )

    def _is_one_instrument(self, channel: int, tracks: Sequence[MidiTrack]) -> bool:
        begins: dict[int, int] = {}
        for track in tracks:
            for setting, value in track.begins.get(channel, {}).items():
                if begins.setdefault(setting, value) != value:
                    return False
        says_program = any(0xC0 in track.told.get(channel, ()) for track in self.tracks)
        return says_program or len(tracks) <= _HANDS


def is_note_on(message: bytes) -> bool:
    """Whether a message starts a note; with velocity 0 it ends one."""
    return message[0] & 0xF0 == 0x90 and message[2] > 0
