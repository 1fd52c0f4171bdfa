"""Which MIDI tracks the tracks of a session and of a project play, and what these hold."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from hostkit.exchange.arriving.tracks import ArrivedTrack
from hostkit.midi.midi_file import MidiFile, TicksPerQuarter
from hostkit.midi.write import TrackEvents
from hostkit.session.model.midi import MidiSource
from hostkit.session.model.score.transforms import QuotedTransforms
from hostkit.session.model.session import Session, Track

_LENGTHS = {0xC0: 2, 0xD0: 2}


def scored(session: Session) -> tuple[str, ...]:
    """The tracks that play a score, their own or a voice of another's."""
    entries = [(name, entry) for name, track in session.tracks.items() for entry in track.score]
    named = {name for name, _ in entries}
    for _, entry in entries:
        named |= set(entry.voices) if isinstance(entry, QuotedTransforms) else set()
    return tuple(name for name in session.tracks if name in named)


def part_of(track: ArrivedTrack) -> str | None:
    """The MIDI track that a project's track plays."""
    midi = track.keys.get("midi")
    return midi.get("track") if isinstance(midi, dict) else None


def parts(track: Track) -> tuple[str, ...]:
    """The MIDI tracks that a track plays, by name."""
    if not isinstance(track.midi, MidiSource):
        return ()
    names = (*track.midi_parts, track.midi.track)
    return tuple(name for name in names if isinstance(name, str))


def tracks_of(file: MidiFile) -> Iterator[tuple[str, TrackEvents]]:
    """The tracks of a MIDI file by name, at quarter notes."""
    if not isinstance(file.division, TicksPerQuarter):
        return
    for track in file.tracks:
        events = [
            (Fraction(tick, file.division.count), message[: _LENGTHS.get(message[0] & 0xF0, 3)])
            for tick, message in zip(track.ticks.tolist(), track.messages, strict=True)
        ]
        yield track.name, TrackEvents(track.name, events)
