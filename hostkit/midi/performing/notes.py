"""Making notes fit to be played: each has an end, and no pitch sounds twice at once.

A note-off names a pitch, not a note. Where notes of one pitch overlap (in 27 % of files)
synthesisers disagree on which one it ends, so here the earlier note ends when the later
begins, and the later keeps its own end: ends belong to starts first in, first out.

What ends all notes of a channel (controllers 120, 123 and the modes) gets the ends of those
notes before it, for not every instrument understands it.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hostkit.midi.channels import each
from hostkit.midi.controllers import ends_notes
from hostkit.midi.events import SampleEvents
from hostkit.midi.messages import Collected, Messages
from hostkit.midi.performing.plain_notes import note_off, regular
from hostkit.midi.reading.repair import Repair

ZERO_LENGTH_MS = 10
"""What a note lasts whose end falls on its start; FluidSynth's own minimum."""

_SAID = {
    "hanging": "notes without an end, closed at the end of the track",
    "overlapping": "notes that still sound where their pitch begins again, ended there",
    "doubled": "notes on top of the same pitch, made one",
    "zero_length": f"notes without length, given {ZERO_LENGTH_MS} ms",
    "stray": "ends of notes that never began, left out",
}


@dataclass(frozen=True)
class Performance:
    """Events ready for an instrument, and what had to be settled about notes."""

    events: SampleEvents
    repairs: tuple[Repair, ...]
    end_sample: int
    """Where the track ends."""


def settle_notes(
    samples: Sequence[int],
    messages: Sequence[bytes],
    end_sample: int,
    zero_length_frames: int,
    where: str,
) -> Performance:
    """Messages in time order, with every note ended and no two of one pitch at once.

    `samples` ascend, `end_sample` is where the track ends. At equal samples note-ons come
    last, so that ends, programs and controllers take effect first; else the order is kept.
    """
    times, played = np.asarray(samples, dtype=np.int64), Messages.of(messages)
    return _settled(times, played, regular(times, played), end_sample, zero_length_frames, where)


def settle_each(
    samples: Sequence[int],
    messages: Sequence[bytes],
    end_sample: int,
    zero_length_frames: int,
    where: str,
) -> Performance:
    """As `settle_notes`, one message after the other, whatever they are."""
    times, played = np.asarray(samples, dtype=np.int64), Messages.of(messages)
    none = np.zeros(len(times), dtype=np.bool_)
    return _settled(times, played, none, end_sample, zero_length_frames, where)


def _settled(
    times: NDArray[np.int64],
    played: Messages,
    stays: NDArray[np.bool_],
    end_sample: int,
    zero_length_frames: int,
    where: str,
) -> Performance:
    kept, rest = np.flatnonzero(stays), np.flatnonzero(~stays)
    out = _Output(zero_length_frames)
    unsettled = played.take(rest)
    keys = _keys(unsettled)
    on_channel: dict[tuple[int, bytes], list[_Key]] = {}
    for (channel, _, port), key in keys.items():
        on_channel.setdefault((channel, port), []).append(key)
    for place, sample, message in zip(rest.data, times[rest].data, unsettled, strict=True):
        out.place = place
        kind = message[0] & 0xF0
        if kind == 0x90 and message[2]:
            out.begin(keys[message[0] & 0x0F, message[1], message[3:]], sample, message)
        elif kind in (0x80, 0x90):
            out.end(keys[message[0] & 0x0F, message[1], message[3:]], sample, message)
        else:
            if ends_notes(message):
                for key in on_channel.get((message[0] & 0x0F, message[3:]), ()):
                    out.silence(key, sample)
            out.add(sample, message)
    out.place = len(times)
    for key in keys.values():
        out.close(key, end_sample)
    repairs = (
        Repair(where, f"{said}: {n}") for name, said in _SAID.items() if (n := out.counts[name])
    )
    settled = each(played.take(kept), _with_its_end)
    return Performance(out.in_order(times[kept], settled, kept), tuple(repairs), end_sample)


def _with_its_end(message: bytes) -> bytes:
    """An end by velocity 0 as an end of its own."""
    return note_off(message) if message[0] & 0xF0 == 0x90 and not message[2] else message


@dataclass
class _Key:
    """One pitch of one channel while the messages are gone through."""

    off: bytes
    drifts: bool
    owed: int = 0  # starts whose end is still to come
    began: int = -1
    on: bytes = b""
    on_index: int = -1
    ends_later: int = -1  # where a note without length will end, unless the pitch comes again
    silenced: int = 0  # starts that a mode message ended, and whose own ends may still come


_Place: TypeAlias = tuple[int, int, bytes]
"""Channel, pitch and port of a key."""


def _keys(messages: Sequence[bytes]) -> dict[_Place, _Key]:
    """The pitches that occur, in order of appearance.

    Where a pitch has fewer ends than starts an end went missing, and first in, first out would
    end every later note one note late: there, any end ends what sounds.
    """
    balance: dict[_Place, int] = {}
    open_pitches: dict[tuple[int, bytes], set[int]] = {}
    for message in messages:
        kind = message[0] & 0xF0
        if kind in (0x80, 0x90):
            channel, pitch, port = place = message[0] & 0x0F, message[1], message[3:]
            begins = kind == 0x90 and message[2] > 0
            balance[place] = balance.get(place, 0) + (1 if begins else -1)
            if begins:
                open_pitches.setdefault((channel, port), set()).add(pitch)
        elif ends_notes(message):
            channel, port = message[0] & 0x0F, message[3:]
            for pitch in open_pitches.pop((channel, port), ()):
                balance[channel, pitch, port] = min(0, balance[channel, pitch, port])
    return {
        (channel, pitch, port): _Key(
            note_off(bytes((0x90 | channel, pitch, 0)) + port), drifts=missing > 0
        )
        for (channel, pitch, port), missing in balance.items()
    }


@dataclass
class _Output:
    zero_length_frames: int
    place: int = 0
    """Of the message that is looked at, among all."""
    places: array[int] = field(default_factory=lambda: array("q"))
    samples: array[int] = field(default_factory=lambda: array("q"))
    messages: Collected = field(default_factory=Collected)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, sample: int, message: bytes) -> None:
        self.places.append(self.place)
        self.samples.append(sample)
        self.messages.append(message)

    def begin(self, key: _Key, sample: int, message: bytes) -> None:
        if key.began == sample:
            self.counts["doubled"] += 1
            key.on = max(key.on, message)  # the louder
            self.messages.replace(key.on_index, key.on)
            key.owed += 1
            key.ends_later = -1
            return
        if key.owed:
            self.counts["overlapping"] += 1
            self.add(sample, key.off)
        elif key.ends_later >= 0:
            self.add(min(key.ends_later, sample), key.off)
            key.ends_later = -1
        key.owed += 1
        key.began, key.on, key.on_index = sample, message, len(self.samples)
        self.add(sample, message)

    def end(self, key: _Key, sample: int, message: bytes) -> None:
        if not key.owed:
            if key.silenced:
                key.silenced -= 1
            else:
                self.counts["stray"] += 1
            return
        key.owed = 0 if key.drifts else key.owed - 1
        if key.owed:
            return  # the end of an earlier note, which ended already
        if sample > key.began:
            self.add(sample, message if message[0] & 0xF0 == 0x80 else key.off)
        else:
            self.counts["zero_length"] += 1
            key.ends_later = sample + self.zero_length_frames

    def silence(self, key: _Key, sample: int) -> None:
        """Ends what sounds because the channel is told to be silent."""
        if not key.owed:
            return
        key.silenced += key.owed
        key.owed = 0
        if sample > key.began:
            self.add(sample, key.off)
        else:
            key.ends_later = sample + self.zero_length_frames

    def close(self, key: _Key, end_sample: int) -> None:
        if key.owed:
            self.counts["hanging"] += 1
            self.add(max(end_sample, key.began + self.zero_length_frames), key.off)
        elif key.ends_later >= 0:
            self.add(key.ends_later, key.off)

    def in_order(
        self, samples: NDArray[np.int64], messages: Messages, places: NDArray[np.int64]
    ) -> SampleEvents:
        """With those that stayed as they were, each at its place."""
        samples = np.concatenate((samples, np.frombuffer(self.samples, np.int64)))
        places = np.concatenate((places, np.frombuffer(self.places, np.int64)))
        messages = messages + self.messages.messages()
        order = np.lexsort((places, messages.table[messages.indices, 0] & 0xF0 == 0x90, samples))
        return SampleEvents(samples[order], messages.take(order))
