"""Making notes fit to be played: each has an end, and no pitch sounds twice at once.

A note-off names a pitch, not a note. Where notes of one pitch overlap (in 27 % of files)
synthesisers disagree on which one it ends, so here the earlier note ends when the later
begins, and the later keeps its own end: ends belong to starts first in, first out.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from hostkit.midi.events import SampleEvents
from hostkit.midi.messages import Collected
from hostkit.midi.repair import Mend

ZERO_LENGTH_MS = 10
"""What a note lasts whose end falls on its start; FluidSynth's own minimum."""

_DEFAULT_RELEASE = 64  # RP-001: what ending a note by velocity 0 stands for

_SAID = {
    "hanging": "notes without an end, closed at the end of the track",
    "overlapping": "notes that end where the same pitch begins again",
    "doubled": "notes on top of the same pitch, made one",
    "zero_length": f"notes without length, given {ZERO_LENGTH_MS} ms",
    "stray": "ends of notes that never began, left out",
}


@dataclass(frozen=True)
class Performance:
    """Events ready for an instrument, and what had to be settled about notes."""

    events: SampleEvents
    mends: tuple[Mend, ...]


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
    out = _Output(zero_length_frames)
    keys = _keys(messages)
    for sample, message in zip(samples, messages, strict=True):
        kind = message[0] & 0xF0
        if kind == 0x90 and message[2]:
            out.begin(keys[message[0] & 0x0F, message[1]], sample, message)
        elif kind in (0x80, 0x90):
            out.end(keys[message[0] & 0x0F, message[1]], sample, message)
        else:
            out.add(sample, message)
    for key in keys.values():
        out.close(key, end_sample)
    mends = (Mend(where, f"{said}: {n}") for name, said in _SAID.items() if (n := out.counts[name]))
    return Performance(out.in_order(), tuple(mends))


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


def _keys(messages: Sequence[bytes]) -> dict[tuple[int, int], _Key]:
    """The pitches that occur, in order of appearance.

    Where a pitch has fewer ends than starts an end went missing, and first in, first out would
    end every later note one note late: there, any end ends what sounds.
    """
    balance: dict[tuple[int, int], int] = {}
    for message in messages:
        kind = message[0] & 0xF0
        if kind in (0x80, 0x90):
            key = message[0] & 0x0F, message[1]
            balance[key] = balance.get(key, 0) + (1 if kind == 0x90 and message[2] else -1)
    return {
        (channel, pitch): _Key(bytes((0x80 | channel, pitch, _DEFAULT_RELEASE)), drifts=missing > 0)
        for (channel, pitch), missing in balance.items()
    }


@dataclass
class _Output:
    zero_length_frames: int
    samples: array[int] = field(default_factory=lambda: array("q"))
    messages: Collected = field(default_factory=Collected)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, sample: int, message: bytes) -> None:
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

    def close(self, key: _Key, end_sample: int) -> None:
        if key.owed:
            self.counts["hanging"] += 1
            self.add(max(end_sample, key.began + self.zero_length_frames), key.off)
        elif key.ends_later >= 0:
            self.add(key.ends_later, key.off)

    def in_order(self) -> SampleEvents:
        samples, messages = np.frombuffer(self.samples, np.int64), self.messages.messages()
        order = np.lexsort((messages.are(lambda message: message[0] & 0xF0 == 0x90), samples))
        return SampleEvents(samples[order], messages.take(order))
