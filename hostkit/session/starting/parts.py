"""What plays in a MIDI file: its tracks, or its channels where a track holds several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hostkit.errors import RequestError
from hostkit.midi.file import MidiFile, MidiTrack, TicksPerQuarter, is_note_on
from hostkit.midi.general import DRUM_CHANNEL
from hostkit.session.model import MAX_TRACKS
from hostkit.session.starting.words import Sound, sound_in

DRUM_BANK = 128
KITS = (0, 8, 16, 24, 25, 32, 40, 48)
"""The drum kits of the GS standard that SoundFonts have; any other is played by the first."""

MAX_NAME = 64
_PROGRAM_CHANGE, _CONTROL_CHANGE, _PAN = 0xC0, 0xB0, 10


@dataclass(frozen=True)
class Part:
    """One future track of the session.

    `sounds` are the programs its notes are played with, in order of appearance; `guessed`
    says that they come from its name and not from the file. `low`, `median` and `high` are
    MIDI notes. `lines` is the share of notes that begin alone, 1 for a single line.
    """

    name: str
    track: str | int | None
    channel: int | None
    sounds: tuple[Sound, ...]
    guessed: bool
    panned: bool
    notes: int
    low: int
    median: int
    high: int
    lines: float

    @property
    def is_drums(self) -> bool:
        return self.sounds[0].bank == DRUM_BANK


def parts_of(file: MidiFile) -> tuple[Part, ...]:
    """The parts in the file's order. Raises RequestError when there is nothing to play."""
    playing = [track for track in file.tracks if track.channels]
    if not playing:
        raise RequestError(f"{file.path}: no track of it plays a note; export it again with notes")
    parts = [part for track in playing for part in _of_track(file, track)]
    if len(parts) > MAX_TRACKS:
        raise RequestError(
            f"{file.path}: it has {len(parts)} parts and a session at most {MAX_TRACKS} tracks; "
            "split it into several files"
        )
    return tuple(parts)


def _of_track(file: MidiFile, track: MidiTrack) -> Iterator[Part]:
    several = len(track.channels) > 1
    for channel in track.channels:
        alone = file.format == 0 or len(file.tracks) == 1
        yield _part(
            file,
            track,
            channel,
            name="" if several else track.name,
            chosen=None if alone else _chosen(file, track),
            by_channel=several or alone,
        )


def _part(
    file: MidiFile,
    track: MidiTrack,
    channel: int,
    *,
    name: str,
    chosen: str | int | None,
    by_channel: bool,
) -> Part:
    starts = [i for i, m in enumerate(track.messages) if is_note_on(m) and _channel(m) == channel]
    ticks = track.ticks[starts]
    pitches = np.array([track.messages[i][1] for i in starts])
    sounds, guessed = _sounds(file, track, channel, ticks, name)
    return Part(
        name=name,
        track=chosen,
        channel=channel if by_channel else None,
        sounds=sounds,
        guessed=guessed,
        panned=_is_panned(track, channel),
        notes=len(starts),
        low=int(pitches.min()),
        median=int(np.median(pitches)),
        high=int(pitches.max()),
        lines=_lines(ticks, file),
    )


def _chosen(file: MidiFile, track: MidiTrack) -> str | int:
    """A track's name where it names only this one and is no essay, else its number."""
    same = [t for t in file.tracks if t.name.casefold() == track.name.casefold()]
    good = 0 < len(track.name) <= MAX_NAME and len(same) == 1
    return track.name if good else track.index


def _sounds(
    file: MidiFile, track: MidiTrack, channel: int, ticks: NDArray[Any], name: str
) -> tuple[tuple[Sound, ...], bool]:
    """The programs that sound, else one that the name suggests, else the standard's first."""
    changes = _changes([track], channel) or _changes(file.tracks, channel)
    bank = DRUM_BANK if channel == DRUM_CHANNEL else 0
    if not changes:
        guess = None if bank else sound_in(name)
        return (guess or Sound(0, bank),), guess is not None
    at = np.searchsorted([tick for tick, _ in changes], ticks, side="right") - 1
    programs = dict.fromkeys(changes[max(0, i)][1] for i in at.tolist())
    if bank:
        programs = dict.fromkeys(kit if kit in KITS else 0 for kit in programs)
    return tuple(Sound(program, bank) for program in programs), False


def _changes(
    tracks: tuple[MidiTrack, ...] | list[MidiTrack], channel: int
) -> list[tuple[int, int]]:
    """Program changes on a channel as (tick, program), in time order."""
    found = [
        (int(track.ticks[i]), message[1])
        for track in tracks
        for i, message in enumerate(track.messages)
        if message[0] & 0xF0 == _PROGRAM_CHANGE and _channel(message) == channel
    ]
    return sorted(found, key=lambda change: change[0])


def _is_panned(track: MidiTrack, channel: int) -> bool:
    """Whether the MIDI itself pans the part."""
    return any(
        m[0] & 0xF0 == _CONTROL_CHANGE and m[1] == _PAN and m[2] != 64 and _channel(m) == channel
        for m in track.messages
    )


def _lines(ticks: NDArray[Any], file: MidiFile) -> float:
    """Share of notes that begin alone, 1/16 of a quarter note being together."""
    together = file.division.count // 16 if isinstance(file.division, TicksPerQuarter) else 1
    return (1 + int((np.diff(ticks) > together).sum())) / len(ticks)


def _channel(message: bytes) -> int:
    return (message[0] & 0x0F) + 1
