"""Choosing what a session's track plays from a MIDI file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

import numpy as np

from hostkit.errors import Fault, RequestError
from hostkit.midi.channels import CHANNELS, channel_of, each, ending, port_of
from hostkit.midi.messages import Messages
from hostkit.midi.midi_file import MidiFile, MidiTrack
from hostkit.midi.reading.shared import with_ports_numbered, with_shared

_SHOWN = 12


def select(
    file: MidiFile, track: str | int | None, channel: int | None, port: int | None = None
) -> MidiTrack:
    """One track by name or number (from 1), or all merged; on one channel (1…16), or all.

    `port` (from 0) chooses among those of the file. What the file says about the channels of
    a track in other tracks belongs to it, too (`hostkit.midi.reading.shared`). Ports that play are
    numbered anew from 0. Events at one tick keep the order of the tracks. Raises RequestError
    when there is no such track, when the name fits several, or when nothing of it plays a note.
    """
    chosen = _find(file, track) if track is not None else merged(file.tracks)
    picked = chosen if channel is None and port is None else _on_channel(chosen, channel, port)
    if not picked.played:
        raise RequestError(*_why_empty(file, chosen, channel, port).of(file.path))
    return with_ports_numbered(with_shared(file, picked))


def is_empty(file: MidiFile, track: str | int) -> bool:
    """Whether that track plays no note. Raises RequestError as `select` does for no such track."""
    return not _find(file, track).played


def on_channel_of(first: MidiTrack, track: MidiTrack) -> MidiTrack:
    """A track on the channel that another plays on, where each plays on one alone."""
    if len(first.played) != 1 or len(track.played) != 1 or first.played == track.played:
        return track
    (channel,) = first.played
    number, port = channel % CHANNELS, ending(channel)

    def moved(message: bytes) -> bytes:
        if channel_of(message) not in track.played:
            return message
        plain = message[:-1] if port_of(message) else message
        return bytes((message[0] & 0xF0 | number,)) + plain[1:] + port

    return replace(track, messages=each(track.messages, moved))


def _find(file: MidiFile, track: str | int) -> MidiTrack:
    if isinstance(track, int):
        if 1 <= track <= len(file.tracks):
            return file.tracks[track - 1]
        raise RequestError(f"there is no track {track}", cure=_what_there_is(file), file=file.path)
    fits = [t for t in file.tracks if t.name == track]
    fits = fits or [t for t in file.tracks if t.name.casefold() == track.strip().casefold()]
    if len(fits) > 1:
        numbers = ", ".join(str(t.index) for t in fits)
        raise RequestError(
            f"{len(fits)} tracks are named {track!r}",
            cure=f"give a number: {numbers}",
            file=file.path,
        )
    if fits:
        return fits[0]
    near = get_close_matches(track, [t.name for t in file.tracks if t.name], n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise RequestError(
        f"there is no track {track[:60]!r}", cure=f"{hint}{_what_there_is(file)}", file=file.path
    )


def merged(tracks: Sequence[MidiTrack]) -> MidiTrack:
    """All of them as one; events at one tick keep the order of the tracks."""
    if len(tracks) == 1:
        return tracks[0]
    ticks = np.concatenate([t.ticks for t in tracks])
    order = np.argsort(ticks, kind="stable")
    messages = Messages.of([message for t in tracks for message in t.messages])
    return MidiTrack(
        index=0,
        name="",
        ticks=ticks[order],
        messages=messages.take(order),
        end_tick=max(t.end_tick for t in tracks),
        sysex=tuple(sorted((e for t in tracks for e in t.sysex), key=lambda event: event[0])),
        texts=tuple(sorted((e for t in tracks for e in t.texts), key=lambda event: event[0])),
    )


def _on_channel(track: MidiTrack, channel: int | None, port: int | None) -> MidiTrack:
    def is_meant(message: bytes) -> bool:
        return (channel is None or (message[0] & 0x0F) + 1 == channel) and (
            port is None or port_of(message) == port
        )

    messages = track.messages
    kept = np.flatnonzero(messages.are(is_meant))
    return replace(track, ticks=track.ticks[kept], messages=messages.take(kept))


def _why_empty(file: MidiFile, track: MidiTrack, channel: int | None, port: int | None) -> Fault:
    if not track.channels:
        return Fault(f"{track.label} has no notes", _what_there_is(file))
    used = ", ".join(map(str, track.channels))
    asked = [f"channel {channel}"] if channel is not None else []
    if port is not None:
        asked.append(f"port {port}")
        ports = sorted({played // CHANNELS for played in track.played})
        used += f" of port {', '.join(map(str, ports))}"
    return Fault(f"{track.label} has no notes on {' of '.join(asked)}", f"it plays on {used}")


def _what_there_is(file: MidiFile) -> str:
    playing = [t for t in file.tracks if t.channels]
    if not playing:
        return "no track of it has any"
    shown = ", ".join(f"{t.index} {t.name}".strip() for t in playing[:_SHOWN])
    more = f" and {len(playing) - _SHOWN} more" if len(playing) > _SHOWN else ""
    return f"those with notes are {shown}{more}"
