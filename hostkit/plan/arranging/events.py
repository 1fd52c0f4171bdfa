"""A MIDI track re-arranged: notes, controllers, programs and pedals move with their piece.

At the border of a piece

* a note that sounds over the end is released there, and rings on as its instrument lets it;
* a note that sounds over the start is struck there, if a sixteenth of it is left: harmony
  that was held is heard. Not so on drum channels, where a second stroke is a mistake;
* a note that anticipates the border (a downbeat played early, a sixteenth at most and mostly
  after it) belongs to what comes after the border;
* controllers, programs and bends are set to what they were there (chased), and pedals are
  lifted before.

Where a piece has a release, what sounds there ends there (`Border.ends`), and pedals are
lifted and stay up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hostkit.midi.channels import channel_of
from hostkit.midi.controllers import PEDALS
from hostkit.midi.drums import drum_channels
from hostkit.midi.midi_file import Division, MidiTrack, TicksPerQuarter
from hostkit.midi.performing.notes import settle_notes
from hostkit.plan.arranging.border import Border
from hostkit.plan.arranging.pieces import GRACE, Arrangement, Piece
from hostkit.plan.arranging.state import ChannelState
from hostkit.timebase.tempo_map import TempoMap

_TICKS_OF_REAL_TIME = 9600
"""Ticks a quarter note for tracks in real time: a quarter of a sample at 120 bpm."""
_SHORTEST_A_QUARTER = 50  # a note without length lasts a fiftieth of a quarter: 10 ms at 120
_PEDAL_DOWN = 64
_FIRST = -1  # the rank of what happens at a border, before anything written there


Control: TypeAlias = tuple[int, int, bytes]


@dataclass(frozen=True)
class Note:
    """A note in ticks, start < stop, with the messages that begin and end it.

    `on_rank` and `off_rank` are their places among all messages of the track.
    """

    start: int
    stop: int
    on: bytes
    off: bytes
    on_rank: int
    off_rank: int


@dataclass(frozen=True)
class Part:
    """A track in ticks of a quarter note, its notes paired.

    `controls` are the other messages in order: tick, place among all, message. `drums` are
    the channels that play drums.
    """

    notes: tuple[Note, ...]
    controls: tuple[Control, ...]
    ticks_per_quarter: int
    drums: frozenset[int]

    @property
    def stop(self) -> Fraction:
        """Where the last note ends, in quarter notes."""
        last = max((note.stop for note in self.notes), default=0)
        return Fraction(last, self.ticks_per_quarter)

    def first_start(self, piece: Piece) -> Fraction | None:
        """Where the first note begins that a piece plays, in quarter notes of the source."""
        border = Border.of(piece, self.ticks_per_quarter)
        first, last, drum = self._arrays
        played = border.plays(first, last, drum)
        return Fraction(int(first[played].min()), self.ticks_per_quarter) if played.any() else None

    def last_stop(self, piece: Piece) -> Fraction | None:
        """Where the last note ends that a piece plays, in quarter notes of the source."""
        border = Border.of(piece, self.ticks_per_quarter)
        first, last, drum = self._arrays
        played = border.plays(first, last, drum)
        if not played.any():
            return None
        end = int(border.ends(first[played], last[played]).max())
        return Fraction(end, self.ticks_per_quarter)

    def over(self, place: Fraction) -> int:
        """How many notes sound across a place."""
        first, last, _ = self._arrays
        early, late = (int((place + by) * self.ticks_per_quarter) for by in (-GRACE, GRACE))
        return int(np.count_nonzero((first < early) & (last > late)))

    def ended_by(self, place: Fraction) -> Fraction | None:
        """Where the last note ends that has ended by a place."""
        _, last, _ = self._arrays
        ended = last[last <= int((place + GRACE) * self.ticks_per_quarter)]
        return Fraction(int(ended.max()), self.ticks_per_quarter) if ended.size else None

    def earliest_release(self, piece: Piece) -> Fraction:
        """Where the longest of the last notes that a piece plays has half of its length."""
        border = Border.of(piece, self.ticks_per_quarter)
        first, last, drum = self._arrays
        played = border.plays(first, last, drum)
        ticks = border.earliest_release(first[played], last[played])
        return Fraction(ticks, self.ticks_per_quarter)

    @cached_property
    def _arrays(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Start and stop of each note, and whether it is on the drum channel."""
        first = np.asarray([note.start for note in self.notes], dtype=np.int64)
        last = np.asarray([note.stop for note in self.notes], dtype=np.int64)
        drum = np.asarray([channel_of(note.on) in self.drums for note in self.notes], np.bool_)
        return first, last, drum

    def played(self, border: Border) -> Iterator[tuple[int, int, Note]]:
        """The notes that a piece plays: start and stop in source ticks."""
        first, last, drum = self._arrays
        played = np.flatnonzero(border.plays(first, last, drum))
        ends = border.ends(first[played], last[played])
        for index, end in zip(played.tolist(), ends.tolist(), strict=True):
            note = self.notes[index]
            yield max(note.start, border.start), end, note


def part_of(track: MidiTrack, division: Division, tempo_map: TempoMap) -> Part:
    """The track's notes paired as `settle_notes` pairs them, at ticks of a quarter note."""
    if isinstance(division, TicksPerQuarter):
        per_quarter = division.count
        ticks = track.ticks.tolist()
        end = track.end_tick
    else:
        per_quarter = _TICKS_OF_REAL_TIME
        ticks = [_tick(t * division.seconds, tempo_map) for t in track.ticks.tolist()]
        end = _tick(track.end_tick * division.seconds, tempo_map)
    end = max(end, ticks[-1] if ticks else 0)
    shortest = max(1, per_quarter // _SHORTEST_A_QUARTER)
    events = settle_notes(ticks, track.messages, end, shortest, track.label).events
    notes: list[Note] = []
    controls: list[Control] = []
    open_notes: dict[tuple[int, int], tuple[int, int, bytes]] = {}
    in_order = zip(events.samples.tolist(), events.messages, strict=True)
    for rank, (tick, message) in enumerate(in_order):
        kind = message[0] & 0xF0
        key = (channel_of(message), message[1])
        if kind == 0x90:
            open_notes[key] = (tick, rank, message)
        elif kind == 0x80:
            start, on_rank, on = open_notes.pop(key)
            notes.append(Note(start, tick, on, message, on_rank, rank))
        else:
            controls.append((tick, rank, message))
    notes.sort(key=lambda note: note.start)
    return Part(tuple(notes), tuple(controls), per_quarter, drum_channels(track.messages))


def _tick(seconds: Fraction, tempo_map: TempoMap) -> int:
    return round(tempo_map.beats_at_seconds(seconds) * _TICKS_OF_REAL_TIME)


def arranged(part: Part, label: str, arrangement: Arrangement) -> tuple[MidiTrack, Division]:
    """The part as the form plays it: a track in the form's own ticks."""
    part = _fine_enough(part, arrangement)
    per_quarter = part.ticks_per_quarter
    out = _Output()
    for place in arrangement.placed:
        border = Border.of(place.piece, per_quarter)
        shift = int(place.beats * per_quarter) - border.start
        out.enter(border.start + shift, _settings_before(part.controls, border.start))
        for tick, rank, message in part.controls:
            released = border.release is not None and tick >= border.release
            if border.start <= tick < border.stop and not (released and _presses_pedal(message)):
                out.control(tick + shift, rank, message)
        for start, stop, note in part.played(border):
            out.add(start + shift, note.on_rank, note.on)
            out.add(stop + shift, note.off_rank if stop == note.stop else _FIRST, note.off)
        if border.release is not None:
            out.lift_pedals(border.release + shift)
    end = int(arrangement.beats * per_quarter)
    out.leave(end)
    events = sorted(out.events, key=lambda event: event[:3])
    ticks = np.asarray([event[0] for event in events], dtype=np.int64)
    messages = tuple(event[3] for event in events)
    return MidiTrack(0, label, ticks, messages, end), TicksPerQuarter(per_quarter)


@dataclass
class _Output:
    """The re-arranged messages as they come together, and what the channels are set to.

    An event is its tick, the number of its piece, its rank in the source and the message.
    """

    events: list[tuple[int, int, int, bytes]] = field(default_factory=list)
    channels: dict[int, ChannelState] = field(default_factory=dict)
    piece: int = -1

    def add(self, tick: int, rank: int, message: bytes) -> None:
        self.events.append((tick, self.piece, rank, message))

    def control(self, tick: int, rank: int, message: bytes) -> None:
        channel = channel_of(message)
        self.channels.setdefault(channel, ChannelState(channel)).hear(message)
        self.add(tick, rank, message)

    def enter(self, tick: int, target: dict[int, ChannelState]) -> None:
        """Pedals up, then everything as it was where the piece comes from."""
        self.leave(tick)
        for channel in sorted({*self.channels, *target}):
            state = self.channels.setdefault(channel, ChannelState(channel))
            for message in state.towards(target.get(channel, ChannelState(channel))):
                self.add(tick, _FIRST, message)

    def leave(self, tick: int) -> None:
        self.piece += 1
        self.lift_pedals(tick)

    def lift_pedals(self, tick: int) -> None:
        for _, state in sorted(self.channels.items()):
            for pedal in state.held_pedals:
                self.add(tick, _FIRST, state.lift(pedal))


def _presses_pedal(message: bytes) -> bool:
    return message[0] & 0xF0 == 0xB0 and message[1] in PEDALS and message[2] >= _PEDAL_DOWN


def _settings_before(controls: Sequence[Control], start: int) -> dict[int, ChannelState]:
    states: dict[int, ChannelState] = {}
    for tick, _, message in controls:
        if tick >= start:
            break
        channel = channel_of(message)
        states.setdefault(channel, ChannelState(channel)).hear(message)
    return states


def _fine_enough(part: Part, arrangement: Arrangement) -> Part:
    """The part in ticks so fine that every border falls on one."""
    per_quarter = part.ticks_per_quarter
    borders = [b for piece in arrangement.pieces for b in (piece.start, piece.stop)]
    factor = math.lcm(*((border * per_quarter).denominator for border in borders))
    if factor == 1:
        return part
    notes = tuple(replace(n, start=n.start * factor, stop=n.stop * factor) for n in part.notes)
    controls = tuple((tick * factor, rank, message) for tick, rank, message in part.controls)
    return Part(notes, controls, per_quarter * factor, part.drums)
