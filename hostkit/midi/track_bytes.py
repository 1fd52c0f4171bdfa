"""The inside of a track chunk: bytes to messages at ticks.

The lengths of messages and the meaning of meta events are mido's; the loop over the bytes
is ours, because mido makes an object of each message (35 000 take 160 ms; here 20) and stops at
the first damage.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mido.messages.specs import SPEC_BY_STATUS
from mido.midifiles.meta import build_meta_message

from hostkit.midi.repair import Mend

_DATA_BYTES = tuple(
    int(SPEC_BY_STATUS[status]["length"]) - 1 if status in SPEC_BY_STATUS and status != 0xF0 else 0
    for status in range(256)
)
_END_OF_TRACK = 0x2F
_NAMES = {0x51: "tempo", 0x58: "meter", 0x59: "key signature"}
# A meter may lack what only a metronome needs: clocks a click, 32nds a quarter.
_PADDING = {0x58: (2, b"\x18\x08")}


@dataclass
class TrackContent:
    """All that a track says, in its order; `end_tick` is where it ends."""

    ticks: list[int] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    metas: list[tuple[int, int, bytes]] = field(default_factory=list)
    sysex: list[tuple[int, bytes]] = field(default_factory=list)
    mends: list[Mend] = field(default_factory=list)
    end_tick: int = 0


def read_track(data: bytes, where: str, max_events: int) -> TrackContent:
    """The messages, meta events and system exclusives in a track's bytes.

    Damage ends the track there, with a mend that says so. Running status outlives meta events
    and system exclusives, as files in the wild count on. Raises ValueError beyond `max_events`.
    """
    content = TrackContent()
    try:
        _read(data, where, max_events, content)
    except IndexError:
        content.mends.append(Mend(where, "breaks off inside an event; read up to there"))
    return content


def _read(data: bytes, where: str, max_events: int, content: TrackContent) -> None:
    ticks, messages, mends = content.ticks, content.messages, content.mends
    position = tick = running = clipped = 0
    end = len(data)
    while position < end:
        byte = data[position]
        position += 1
        delta = byte & 0x7F
        while byte & 0x80:
            byte = data[position]
            position += 1
            delta = delta << 7 | byte & 0x7F
            if delta > 0xFFFFFFF:
                mends.append(Mend(where, "a time too long to be one; read up to there"))
                return
        tick += delta
        content.end_tick = tick
        status = data[position]
        if status < 0x80:
            status = running
            if not running:
                mends.append(Mend(where, "data without a status byte; read up to there"))
                return
        else:
            position += 1
        if status < 0xF0:
            running = status
            stop = position + _DATA_BYTES[status]
            last = data[stop - 1]
            if (data[position] | last) & 0x80:
                clipped += 1
                message = bytes((status, *(min(b, 0x7F) for b in data[position:stop])))
            else:
                message = (
                    bytes((status, data[position], last))
                    if stop - position == 2
                    else (bytes((status, last)))
                )
            ticks.append(tick)
            messages.append(message)
            position = stop
            if len(messages) > max_events:
                raise ValueError(f"{where} has more than {max_events} events")
        elif status in (0xF0, 0xF7, 0xFF):
            kind = data[position] if status == 0xFF else 0
            length, position = _length(data, position + (status == 0xFF))
            body = data[position : position + length]
            if len(body) < length:
                raise IndexError
            position += length
            if status != 0xFF:
                content.sysex.append((tick, (b"\xf0" if status == 0xF0 else b"") + body))
            elif kind == _END_OF_TRACK:
                break
            else:
                content.metas.append((tick, kind, body))
        else:
            mends.append(Mend(where, f"status {status:02X} does not belong in a file; left out"))
            position += _DATA_BYTES[status]
    else:
        mends.append(Mend(where, "has no end of track; ends with its last event"))
    if clipped:
        mends.append(Mend(where, f"{clipped} messages with data above 127; taken as 127"))
    if data[position:].strip(b"\0"):
        mends.append(Mend(where, f"{end - position} bytes after its end left out"))


def _length(data: bytes, position: int) -> tuple[int, int]:
    """A variable-length quantity and the position after it."""
    value = 0
    for _ in range(4):
        byte = data[position]
        position += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value, position


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
