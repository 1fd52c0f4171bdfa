"""Writing MIDI files: format 1, whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import mido

from hostkit.audio.whole_file import whole_file
from hostkit.timebase.steps import tempo_steps
from hostkit.timebase.tempo_map import TempoMap

DEFAULT_TICKS_PER_QUARTER = 960


@dataclass(frozen=True)
class TrackEvents:
    """A track to be written: complete channel messages as bytes, at quarter notes from 1|1."""

    name: str
    events: Sequence[tuple[Fraction, bytes]]


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
) -> bytes:
    """The bytes that `write_midi` writes; the same input gives the same bytes."""

    def tick_of(beats: Fraction) -> int:
        if beats < 0:
            raise ValueError("a MIDI file begins at 1|1; there is an event before it")
        return round(beats * ticks_per_quarter)

    file = mido.MidiFile(type=1, ticks_per_beat=ticks_per_quarter, charset="utf-8")
    conductor: list[tuple[int, Any]] = [
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
        for step in tempo_steps(tempo_map, ticks_per_quarter)
    ]
    conductor += [(tick_of(at), mido.MetaMessage("marker", text=text)) for at, text in markers]
    file.tracks.append(_track(name, conductor))
    for track in tracks:
        messages = [(tick_of(at), mido.Message.from_bytes(event)) for at, event in track.events]
        file.tracks.append(_track(track.name, messages))
    written = io.BytesIO()
    file.save(file=written)
    return written.getvalue()


def _track(name: str, events: Iterable[tuple[int, Any]]) -> mido.MidiTrack:
    made = mido.MidiTrack([mido.MetaMessage("track_name", name=name)] if name else [])
    now = 0
    for tick, message in sorted(events, key=lambda event: event[0]):
        made.append(message.copy(time=tick - now))
        now = tick
    return made
