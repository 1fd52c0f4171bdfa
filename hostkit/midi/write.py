"""Writing MIDI files: format 1, whole or not at all."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, overload

import mido
import numpy as np
from numpy.typing import NDArray

from hostkit.audio.files.whole_file import whole_file
from hostkit.midi.messages import Messages
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.quarters import Quarters
from hostkit.timebase.steps import tempo_steps
from hostkit.timebase.tempo_map import TempoMap

DEFAULT_TICKS_PER_QUARTER = 960
_TOO_EARLY = "a MIDI file begins at 1|1; there is an event before it"


@dataclass(frozen=True, eq=False)
class TimedMessages(Sequence[tuple[Fraction, bytes]]):
    """Channel messages at quarter notes, as columns: many at once."""

    at: Quarters
    messages: Messages

    @classmethod
    def of(cls, events: Sequence[tuple[Fraction, bytes]]) -> TimedMessages:
        """The same events in the same order."""
        if isinstance(events, TimedMessages):
            return events
        return cls(Quarters.of([at for at, _ in events]), Messages.of([one for _, one in events]))

    def __len__(self) -> int:
        return len(self.at)

    def __iter__(self) -> Iterator[tuple[Fraction, bytes]]:
        return zip(self.at, self.messages, strict=True)

    @overload
    def __getitem__(self, place: int) -> tuple[Fraction, bytes]: ...
    @overload
    def __getitem__(self, place: slice) -> TimedMessages: ...
    def __getitem__(self, place: int | slice) -> tuple[Fraction, bytes] | TimedMessages:
        if isinstance(place, slice):
            return TimedMessages(self.at.take(place), self.messages[place])
        return self.at[place], self.messages[place]


@dataclass(frozen=True)
class TrackEvents:
    """A track to be written: complete channel messages as bytes, at quarter notes from 1|1."""

    name: str
    events: Sequence[tuple[Fraction, bytes]]

    @property
    def columns(self) -> TimedMessages:
        """Its events as columns."""
        return TimedMessages.of(self.events)


def write_midi(
    path: Path,
    tempo_map: TempoMap,
    tracks: Iterable[TrackEvents] = (),
    markers: Iterable[tuple[Fraction, str]] = (),
    *,
    name: str = "",
    ticks_per_quarter: int = DEFAULT_TICKS_PER_QUARTER,
) -> None:
    """Writes tempo, meters and markers as the first track, then the tracks.

    Where there is a picture, an SMPTE offset says the timecode of 1|1.
    Times go to the nearest tick; events at one tick keep their order. Ramps become steps
    (`tempo_steps`). Raises ValueError for what a MIDI file cannot hold, StorageError when it
    cannot be written; then whatever stood at `path` stands there still.
    """
    data = midi_bytes(tempo_map, tracks, markers, name=name, ticks_per_quarter=ticks_per_quarter)
    with whole_file(path) as file:
        file.write(data)


def midi_bytes(
    tempo_map: TempoMap,
    tracks: Iterable[TrackEvents] = (),
    markers: Iterable[tuple[Fraction, str]] = (),
    *,
    name: str = "",
    ticks_per_quarter: int = DEFAULT_TICKS_PER_QUARTER,
    until: Fraction | None = None,
) -> bytes:
    """The bytes that `write_midi` writes; the same input gives the same bytes.

    Up to the quarter note `until` steady tempos are kept in time as ramps are (`tempo_steps`).
    """

    def tick_of(beats: Fraction) -> int:
        if beats.numerator < 0:
            raise ValueError(_TOO_EARLY)
        parts, rest = divmod(ticks_per_quarter, beats.denominator)
        return round(beats * ticks_per_quarter) if rest else beats.numerator * parts

    file = mido.MidiFile(type=1, ticks_per_beat=ticks_per_quarter, charset="utf-8")
    conductor: list[tuple[int, Any]] = []
    if tempo_map.picture is not None:
        conductor.append((0, _smpte_offset(tempo_map.picture)))
    conductor += [
        (
            tick_of(change.beats),
            mido.MetaMessage(
                "time_signature", numerator=change.numerator, denominator=change.denominator
            ),
        )
        for change in tempo_map.meters.changes
    ]
    conductor += [
        (step.tick, mido.MetaMessage("set_tempo", tempo=step.microseconds_per_quarter))
        for step in tempo_steps(tempo_map, ticks_per_quarter, until)
    ]
    conductor += [(tick_of(at), mido.MetaMessage("marker", text=text)) for at, text in markers]
    file.tracks.append(_track(name, conductor))
    written = io.BytesIO()
    file.save(file=written)
    chunks = [_chunk(track.name, track.columns, ticks_per_quarter) for track in tracks]
    head = _HEAD.pack(b"MThd", 6, 1, 1 + len(chunks), ticks_per_quarter)
    return b"".join((head, written.getvalue()[_HEAD.size :], *chunks))


_HEAD = struct.Struct(">4sIHHH")
_END = b"\x00\xff\x2f\x00"


def _chunk(name: str, events: TimedMessages, ticks_per_quarter: int) -> bytes:
    """A track of channel messages, in running status as mido writes it.

    Raises ValueError for a message that is none, and for one before 1|1.
    """
    messages = events.messages
    if not messages.are(_is_channel_message).all():
        wrong = next(one for one in messages if not _is_channel_message(one))
        raise ValueError(f"{wrong.hex()} is no channel message by its status byte and length")
    if len(events) and events.at.units.min() < 0:
        raise ValueError(_TOO_EARLY)
    text = name.encode("utf-8")
    head = b"\x00\xff\x03" + _variable(len(text)) + text if name else b""
    ticks = events.at.ticks(ticks_per_quarter).astype(np.int64)
    order = np.argsort(ticks, kind="stable")
    data = head + _in_running_status(ticks[order], messages.take(order)) + _END
    return b"MTrk" + len(data).to_bytes(4, "big") + data


def _is_channel_message(message: bytes) -> bool:
    return len(message) == 1 + _DATA_BYTES.get(message[0] & 0xF0, -1) and message[1:].isascii()


def _in_running_status(ticks: NDArray[np.int64], messages: Messages) -> bytes:
    """The bytes of all messages, each behind its time: every column of them written at once."""
    if not len(messages):
        return b""
    padded = b"".join(kind.ljust(3, b"\0") for kind in messages.kinds)
    kinds = np.frombuffer(padded, dtype=np.uint8).reshape(-1, 3)
    lengths = np.array([len(kind) for kind in messages.kinds])
    status, first, second = (kinds[messages.indices, column] for column in range(3))
    deltas = np.diff(ticks, prepend=0)
    groups = np.ones(len(deltas), dtype=np.int64)
    while (longer := deltas >> 7 * groups > 0).any():
        groups += longer
    changes = np.diff(status, prepend=0) != 0
    has_two = lengths[messages.indices] == 3
    ends = np.cumsum(groups + changes + 1 + has_two)
    made = np.empty(ends[-1], dtype=np.uint8)
    lasts = ends - 1
    made[lasts[has_two]] = second[has_two]
    firsts = lasts - has_two
    made[firsts] = first
    made[firsts[changes] - 1] = status[changes]
    times = firsts - changes - 1
    for group in range(int(groups.max())):
        there = groups > group
        more = 0x80 if group else 0
        made[times[there] - group] = deltas[there] >> 7 * group & 0x7F | more
    return made.tobytes()


_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}


def _variable(number: int) -> bytes:
    """A number in groups of seven bits, as lengths and times are.

    >>> _variable(0).hex(), _variable(128).hex(), _variable(0x0FFFFFFF).hex()
    ('00', '8100', 'ffffff7f')
    """
    made = [number & 0x7F]
    while number := number >> 7:
        made.append(number & 0x7F | 0x80)
    return bytes(reversed(made))


def _smpte_offset(picture: PictureStart) -> Any:
    """The timecode of 1|1 as meta event FF 54, which knows 24, 25, 29.97 (drop frame) and 30.

    23.976 counts as 24, and 29.97 without drop frame as 30, as their labels do; of a rate
    twice or four times as high the odd frames become hundredths.
    """
    start, nominal = picture.start, picture.frame_rate.nominal
    counted = next(rate for rate in (30, 25, 24) if nominal % rate == 0)
    frames, over = divmod(start.frames, nominal // counted)
    return mido.MetaMessage(
        "smpte_offset",
        frame_rate=29.97 if start.drop else counted,
        hours=start.hours,
        minutes=start.minutes,
        seconds=start.seconds,
        frames=frames,
        sub_frames=over * 100 * counted // nominal,
    )


def _track(name: str, events: Iterable[tuple[int, Any]]) -> mido.MidiTrack:
    made = mido.MidiTrack([mido.MetaMessage("track_name", name=name)] if name else [])
    now = 0
    for tick, message in sorted(events, key=lambda event: event[0]):
        timed = message.copy()  # with a time as argument, all else would be checked again
        timed.time = tick - now
        made.append(timed)
        now = tick
    return made
