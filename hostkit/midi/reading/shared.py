"""What belongs to a track although it stands elsewhere in the file.

A channel is one instrument: programs, controllers and bends for it count in whichever track
they stand. Sequencers put them into a track of their own, or into one hand of the piano only.
But a file made of tracks for as many instruments often has all of them on channel 1. So

* what a track without notes says about a channel counts for all that play on it;
* tracks that play on one channel share what they say, unless they begin with different
  settings, or more than two play there and no one says a program: those are instruments apart.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hostkit.midi.channels import (
    CHANNELS,
    MOST_PORTS,
    channel_of,
    channels_of,
    each,
    on_port,
    port_of,
)
from hostkit.midi.controllers import PEDALS
from hostkit.midi.messages import Messages
from hostkit.midi.midi_file import MidiFile, MidiTrack

_OF_THE_CHANNEL = frozenset((0xB0, 0xC0, 0xD0, 0xE0))


def with_shared(file: MidiFile, track: MidiTrack) -> MidiTrack:
    """A track with what other tracks say about the channels it plays on.

    At one tick that comes before its own, so that its own counts. What comes after its end
    is left out, but for pedals going up. Patterns of format 2 have nothing in common.
    """
    if not track.index or file.format == 2 or len(file.tracks) == 1:
        return track
    shared = file.shared_channels
    ticks, messages = [track.ticks], [track.messages]
    for other in file.tracks:
        if other.index == track.index:
            continue
        spoken_to = {
            channel for channel in track.played if channel not in other.played or channel in shared
        }
        if not any(_OF_THE_CHANNEL & other.told.get(channel, set()) for channel in spoken_to):
            continue
        theirs = other.messages
        kept = np.flatnonzero(theirs.are(lambda m: _is_setting(m) and channel_of(m) in spoken_to))  # noqa: B023  # called at once
        late = np.asarray(other.ticks[kept]) > track.end_tick
        if late.any():
            lifts = theirs.take(kept).are(lambda m: m[0] & 0xF0 == 0xB0 and m[1] in PEDALS)
            kept = kept[~late | lifts]
        if len(kept):
            ticks.insert(len(ticks) - 1, other.ticks[kept])
            messages.insert(len(messages) - 1, theirs.take(kept))
    sysex = sorted((e for t in file.tracks for e in t.sysex), key=lambda event: event[0])
    if len(ticks) == 1:
        return track if tuple(sysex) == track.sysex else replace(track, sysex=tuple(sysex))
    all_ticks = np.concatenate(ticks)
    order = np.argsort(all_ticks, kind="stable")
    merged = Messages.of([message for part in messages for message in part])
    return replace(track, ticks=all_ticks[order], messages=merged.take(order), sysex=tuple(sysex))


def _is_setting(message: bytes) -> bool:
    return message[0] & 0xF0 in _OF_THE_CHANNEL


def with_ports_numbered(track: MidiTrack) -> MidiTrack:
    """The ports on which a track plays numbered from 0; what is for others left out.

    The seventeenth becomes the first again.
    """
    messages = track.messages
    ports = sorted({channel // CHANNELS for channel in track.played})
    if ports == [0] and (channels_of(messages)[messages.indices] < CHANNELS).all():
        return track
    numbers = {port: index % MOST_PORTS for index, port in enumerate(ports)}
    kept = np.flatnonzero(messages.are(lambda message: port_of(message) in numbers))
    renumbered = each(
        messages.take(kept).tidied(), lambda message: on_port(message, numbers[port_of(message)])
    )
    sysex = tuple(
        (tick, _sysex_on(message, numbers[port_of(message)]))
        for tick, message in track.sysex
        if port_of(message) in numbers
    )
    return replace(track, ticks=track.ticks[kept], messages=renumbered, sysex=sysex)


def on_one_port(track: MidiTrack) -> MidiTrack:
    """All on the first port, for an instrument that has no more than sixteen channels."""
    if not any(channel >= CHANNELS for channel in track.played):
        return track
    messages = each(track.messages, lambda message: on_port(message, 0))
    return replace(track, messages=messages)


def _sysex_on(message: bytes, port: int) -> bytes:
    plain = message[:-1] if port_of(message) else message
    return plain + (bytes((port,)) if port else b"")
