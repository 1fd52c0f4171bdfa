"""Choosing what a session's track plays from a MIDI file."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np

from hostkit.errors import RequestError
from hostkit.midi.file import MidiFile, MidiTrack, is_note_on
from hostkit.midi.messages import Messages

_SHOWN = 12


def select(file: MidiFile, track: str | int | None, channel: int | None) -> MidiTrack:
    """One track by name or number (from 1), or all merged; on one channel (1…16), or all.

    Events at one tick keep the order of the tracks. Raises RequestError when there is no such
    track, when the name fits several, or when nothing of it plays a note.
    """
    chosen = _find(file, track) if track is not None else _merged(file.tracks)
    picked = chosen if channel is None else _on_channel(chosen, channel)
    if not any(is_note_on(message) for message in picked.messages):
        raise RequestError(f"{file.path}: {_why_empty(file, chosen, channel)}")
    return picked


def _find(file: MidiFile, track: str | int) -> MidiTrack:
    if isinstance(track, int):
        if 1 <= track <= len(file.tracks):
            return file.tracks[track - 1]
        raise RequestError(f"{file.path}: there is no track {track}; {_what_there_is(file)}")
    fits = [t for t in file.tracks if t.name == track]
    fits = fits or [t for t in file.tracks if t.name.casefold() == track.strip().casefold()]
    if len(fits) > 1:
        numbers = ", ".join(str(t.index) for t in fits)
        raise RequestError(
            f"{file.path}: {len(fits)} tracks are named {track!r}; give a number: {numbers}"
        )
    if fits:
        return fits[0]
    near = get_close_matches(track, [t.name for t in file.tracks if t.name], n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise RequestError(
        f"{file.path}: there is no track {track[:60]!r}; {hint}{_what_there_is(file)}"
    )


def _merged(tracks: Sequence[MidiTrack]) -> MidiTrack:
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
    )


def _on_channel(track: MidiTrack, channel: int) -> MidiTrack:
    messages = Messages.of(track.messages)
    kept = np.flatnonzero(messages.are(lambda message: (message[0] & 0x0F) + 1 == channel))
    return MidiTrack(
        track.index,
        track.name,
        track.ticks[kept],
        messages.take(kept),
        track.end_tick,
        track.sysex,
    )


def _why_empty(file: MidiFile, track: MidiTrack, channel: int | None) -> str:
    if not track.channels:
        return f"{track.label} has no notes; {_what_there_is(file)}"
    used = ", ".join(map(str, track.channels))
    return f"{track.label} has no notes on channel {channel}; it plays on {used}"


def _what_there_is(file: MidiFile) -> str:
    playing = [t for t in file.tracks if t.channels]
    if not playing:
        return "no track of it has any"
    shown = ", ".join(f"{t.index} {t.name}".strip() for t in playing[:_SHOWN])
    more = f" and {len(playing) - _SHOWN} more" if len(playing) > _SHOWN else ""
    return f"those with notes are {shown}{more}"
