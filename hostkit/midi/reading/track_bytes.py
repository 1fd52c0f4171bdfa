"""The inside of a track chunk: bytes to messages at ticks.

The lengths of messages and the meaning of meta events are mido's; the loop over the bytes
is ours, because mido makes an object of each message (35 000 take 160 ms) and stops at the first
damage. Most are read in runs (`runs`); what is in none is read byte by byte.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from mido.messages.specs import SPEC_BY_STATUS
from mido.midifiles.meta import build_meta_message

from hostkit.midi.channels import each
from hostkit.midi.messages import Collected
from hostkit.midi.reading.repair import Repair
from hostkit.midi.reading.runs import Run, run_at

_DATA_BYTES = tuple(
    int(SPEC_BY_STATUS[status]["length"]) - 1 if status in SPEC_BY_STATUS and status != 0xF0 else 0
    for status in range(256)
)
_STATUS = tuple(bytes((status,)) for status in range(256))
_WORTH, _MOST_PATIENCE = 64, 4096
"""Events of a run that is worth a look, and most that are read singly before the next."""
_TOO_MANY = "it has too many events for music"
_END_OF_TRACK, _PORT = 0x2F, 0x21
_NAMES = {0x51: "tempo", 0x58: "meter", 0x59: "key signature"}
# A meter may lack what only a metronome needs: clocks a click, 32nds a quarter.
_PADDING = {0x58: (2, b"\x18\x08")}


@dataclass
class TrackContent:
    """All that a track says, in its order; `end_tick` is where it ends."""

    ticks: array[int] = field(default_factory=lambda: array("q"))
    messages: Collected = field(default_factory=Collected)
    metas: list[tuple[int, int, bytes]] = field(default_factory=list)
    sysex: list[tuple[int, bytes]] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    end_tick: int = 0
    port: bytes = b""
    """The port that messages stand on from here; see `hostkit.midi.channels`."""
    clipped: int = 0
    misplaced: int = 0
    marked_early: int = 0

    @property
    def events(self) -> int:
        return len(self.ticks) + len(self.metas) + len(self.sysex)

    def add(self, run: Run, tick: int) -> None:
        """Goes on from a tick with a run of messages."""
        ticks = tick + np.cumsum(run.gaps)
        self.ticks.frombytes(ticks.tobytes())
        messages = run.messages
        if self.port:
            messages = each(messages, lambda message: message + self.port)
        self.messages.extend(messages)
        self.end_tick = int(ticks[-1])

    def extend(self, more: TrackContent) -> None:
        """Goes on with what follows a mark of its end."""
        self.ticks.extend(more.ticks)
        self.messages.extend(more.messages.messages())
        self.metas += more.metas
        self.sysex += more.sysex
        self.end_tick, self.port = more.end_tick, more.port
        self.clipped += more.clipped
        self.misplaced += more.misplaced
        self.marked_early += 1


class _DamageError(Exception):
    """Nothing after this can be read."""


class _NoEndError(_DamageError):
    """Everything was read, though its end is not marked."""


def read_track(data: bytes, where: str, max_events: int) -> TrackContent:
    """The messages, meta events and system exclusives in a track's bytes.

    Damage ends the track there, with a repair that says so. Running status outlives meta events
    and system exclusives, as files in the wild count on. Where tracks were merged with the marks
    of their ends, those within are passed over. Raises ValueError for more than `max_events` of
    all kinds.
    """
    content = TrackContent()
    left = 0
    try:
        position = _read(data, 0, max_events, content)
        left = _read_on(data, position, max_events, content)
    except _DamageError as damage:
        is_lost = not isinstance(damage, _NoEndError)
        content.repairs.append(Repair(where, f"{damage}; read up to there", is_lost))
    except IndexError:
        what = "it breaks off inside an event; read up to there"
        content.repairs.append(Repair(where, what, is_lost=True))
    for count, what in (
        (content.clipped, "messages with data above 127; taken as 127"),
        (content.misplaced, "messages that have no place in a file left out"),
        (content.marked_early, "marks of its end before its end passed over"),
        (left, "bytes after its end left out"),
    ):
        if count:
            content.repairs.append(Repair(where, f"{count} {what}"))
    return content


def _read_on(data: bytes, position: int, max_events: int, content: TrackContent) -> int:
    """Takes what follows the end of the track as far as that is a track that ends, too.

    Gives the number of bytes that are none.
    """
    while rest := len(data[position:].rstrip(b"\0")):
        more = TrackContent(end_tick=content.end_tick, port=content.port)
        try:
            position = _read(data, position, max_events - content.events, more)
        except (_DamageError, IndexError):
            return rest
        content.extend(more)
    return 0


def _read(data: bytes, position: int, max_events: int, content: TrackContent) -> int:
    """Fills `content` from `position` on; gives the place after the end of the track."""
    ticks, messages = content.ticks, content.messages
    tick, running = content.end_tick, 0
    room, end = max_events, len(data)
    singly = patience = 0
    while position < end:
        if singly:
            singly -= 1
        else:  # where runs are short, longer and longer stretches go by before the next look
            run = run_at(data, position, running)
            count = 0 if run is None else len(run.gaps)
            patience = 0 if count >= _WORTH else min(2 * patience + 1, _MOST_PATIENCE)
            singly = patience
            if run is not None:
                room -= count
                if room < 0:
                    raise ValueError(_TOO_MANY)
                content.add(run, tick)
                position, tick, running = run.stop, content.end_tick, run.running
                continue
        delta = data[position]
        if delta < 0x80:
            position += 1
        else:
            delta, position = _length(data, position)
        content.end_tick = tick = tick + delta
        status = data[position]
        if status >= 0x80:
            position += 1
        elif running:
            status = running
        else:
            raise _DamageError("data without a status byte")
        room -= 1
        if room < 0:
            raise ValueError(_TOO_MANY)
        if status >= 0xF0:
            position, is_end = _read_other(data, position, status, tick, content)
            if is_end:
                return position
            continue
        running = status
        stop = position + _DATA_BYTES[status]
        if stop > end:
            raise IndexError
        values = data[position:stop]
        if not values.isascii():
            content.clipped += 1
            values = bytes(min(value, 0x7F) for value in values)
        ticks.append(tick)
        messages.append(_STATUS[status] + values + content.port)
        position = stop
    raise _NoEndError("it has no end of track")


def _read_other(
    data: bytes, position: int, status: int, tick: int, content: TrackContent
) -> tuple[int, bool]:
    """A meta event or system exclusive: the position after it, and whether the track ends."""
    if status not in (0xF0, 0xF7, 0xFF):
        content.misplaced += 1
        return position + _DATA_BYTES[status], False
    kind = -1
    if status == 0xFF:
        kind = data[position]
        position += 1
    length, position = _length(data, position)
    stop = position + length
    if stop > len(data):
        raise IndexError
    if kind == _PORT and length == 1:
        content.port = data[position:stop].strip(b"\0") if data[position] < 0x80 else b""
    elif kind >= 0 and kind != _END_OF_TRACK:
        content.metas.append((tick, kind, data[position:stop]))
    elif kind < 0:
        start = b"\xf0" if status == 0xF0 else b""
        content.sysex.append((tick, start + data[position:stop] + content.port))
    return stop, kind == _END_OF_TRACK


def _length(data: bytes, position: int) -> tuple[int, int]:
    """A variable-length quantity (at most four bytes) and the position after it."""
    value = 0
    for place in range(position, position + 4):
        byte = data[place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    raise _DamageError("a time or length too long to be one")


def decode_meta(kind: int, data: bytes) -> Any:
    """A meta event as mido reads it, short ones filled up.

    Raises ValueError where it makes no sense.
    """
    shortest, padding = _PADDING.get(kind, (0, b""))
    if shortest <= len(data) < shortest + len(padding):
        data += padding[len(data) - shortest :]
    try:
        return build_meta_message(kind, data)
    # mido checks a key signature, and otherwise trips over whatever is not there.
    except Exception as damage:
        raise ValueError(f"a {_NAMES.get(kind, 'meta event')} that makes no sense") from damage
