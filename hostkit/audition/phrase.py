"""A short phrase that suits a preset: by its family and kind, inside its range."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from hostkit.library.model import Preset
from hostkit.midi.events import SampleEvents
from hostkit.midi.pitch import NoteRange
from hostkit.session.model.devices import SoundFont

BEAT_SECONDS = 0.6
"""100 bpm."""
ROOT = 9
"""A minor: the pitch class that phrases start on."""
DRUM_BANK = 128


@dataclass(frozen=True)
class PhraseNote:
    """`pitch` counts half steps from the phrase's root; times are in beats."""

    at: float
    length: float
    pitch: int
    velocity: int = 92


def _chords(length: float, velocity: int, *voicings: tuple[int, ...]) -> tuple[PhraseNote, ...]:
    return tuple(
        PhraseNote(index * 2.0, length, pitch, velocity)
        for index, voicing in enumerate(voicings)
        for pitch in voicing
    )


def _line(step: float, length: float, *pitches: int, accent: int = 4) -> tuple[PhraseNote, ...]:
    return tuple(
        PhraseNote(index * step, length, pitch, 104 if index % accent == 0 else 84)
        for index, pitch in enumerate(pitches)
    )


_SLOW = ((0, 7, 12, 15), (-4, 3, 8, 15), (3, 7, 10, 19), (-2, 5, 10, 14))

GESTURES: dict[str, tuple[PhraseNote, ...]] = {
    "chords": _chords(1.95, 88, *_SLOW),
    "stabs": _chords(0.4, 104, *_SLOW) + _chords(0.3, 80, *_SLOW),
    "line": (
        PhraseNote(0, 1.45, 0),
        PhraseNote(1.5, 0.5, 2),
        PhraseNote(2, 1, 3, 100),
        PhraseNote(3, 1, 7, 104),
        PhraseNote(4, 1.5, 5, 96),
        PhraseNote(5.5, 0.5, 3),
        PhraseNote(6, 2, 2, 88),
    ),
    "arpeggio": _line(0.5, 0.9, 0, 3, 7, 12, 15, 12, 7, 3, -4, 3, 8, 12, 15, 12, 8, 3),
    "ostinato": _line(0.25, 0.22, *(0, 0, 12, 0, 3, 0, 7, 3) * 3, *(-4, -4, 8, -4, 3, -4, 8, 3)),
    "low": (
        PhraseNote(0, 1.5, 0, 104),
        PhraseNote(1.5, 0.5, 0),
        PhraseNote(2, 2, -4, 100),
        PhraseNote(4, 2, 3, 100),
        PhraseNote(6, 1, -2, 96),
        PhraseNote(7, 1, 0, 104),
    ),
    "hits": (
        PhraseNote(0, 0.9, 0, 120),
        PhraseNote(1, 0.4, 0, 80),
        PhraseNote(1.5, 0.4, 0, 92),
        PhraseNote(2, 0.9, 5, 112),
        PhraseNote(3, 0.4, 0, 84),
        PhraseNote(3.5, 0.4, 3, 100),
        PhraseNote(4, 0.9, 0, 124),
        PhraseNote(5, 0.25, 7, 84),
        PhraseNote(5.25, 0.25, 5, 92),
        PhraseNote(5.5, 0.25, 3, 100),
        PhraseNote(6, 2, 0, 127),
    ),
    "swell": (PhraseNote(0, 4, 0, 108), PhraseNote(4, 4, 7, 112)),
    "drone": (PhraseNote(0, 8, 0), PhraseNote(0, 8, 7, 80), PhraseNote(4, 4, 15, 84)),
}

BY_KIND: dict[str, str] = {
    "shorts": "stabs",
    "pizzicato": "arpeggio",
    "solo": "line",
    "heroic": "line",
    "low": "low",
    "risers": "swell",
    "hits": "hits",
    "metals": "hits",
    "arps": "arpeggio",
    "pulses": "ostinato",
    "drones": "drone",
}
BY_FAMILY: dict[str, str] = {
    "strings": "chords",
    "brass": "chords",
    "woodwinds": "line",
    "choir": "chords",
    "keys": "chords",
    "plucks": "arpeggio",
    "mallets": "arpeggio",
    "percussion": "hits",
    "bass": "low",
    "pads": "chords",
    "pulses": "ostinato",
    "risers": "swell",
    "hits": "hits",
    "textures": "drone",
}

# General MIDI drums: kick 36, snare 38, low tom 41, closed hat 42, crash 49.
_BEAT = tuple(
    PhraseNote(float(bar + at), 0.2, key, velocity)
    for bar in (0, 4)
    for at, key, velocity in (
        *((n / 2, 42, 70 + 20 * (n % 2 == 0)) for n in range(8)),
        (0, 36, 115),
        (1, 38, 105),
        (2.5, 36, 100),
        (3, 38, 110),
    )
)
_VOICE, _PIANO = 53, 0


def phrase(preset: Preset, sample_rate: int, beats: float = 8) -> SampleEvents:
    """The notes to hear an instrument preset with; of the first `beats` beats."""
    if isinstance(preset.instrument, SoundFont) and preset.instrument.bank == DRUM_BANK:
        notes = _BEAT
    else:
        kind = (preset.category or "").partition("/")[2]
        name = BY_KIND.get(kind) or BY_FAMILY.get(preset.family, "chords")
        notes = _fitted(GESTURES[name], preset.range or NoteRange(45, 81))
    return _events({0: notes}, sample_rate, beats)


@dataclass(frozen=True)
class CommonPhrase:
    """What two presets are compared on: each plays the phrase that suits its own of `played`."""

    played: tuple[Preset, Preset]
    told: str
    """Which phrase, in words."""


def common_phrase(first: Preset, second: Preset) -> CommonPhrase:
    """The first's phrase, for both, in the range that they share.

    Where they share no note each plays it in its own range; an instrument and effects
    alone are each heard on what suits them.
    """
    if (first.instrument is None) != (second.instrument is None):
        told = "one is an instrument, the other effects alone: each is heard on a phrase of its own"
        return CommonPhrase((first, second), told)
    if first.instrument is None:
        return CommonPhrase((first, first), "both are heard on one phrase")
    ranges = [room for preset in (first, second) if (room := preset.range)]
    if not ranges:
        return CommonPhrase((first, first), "both play one phrase")
    shared = ranges[0].shared(ranges[-1])
    if shared is None:
        told = (
            f"they share no note ({ranges[0]}, {ranges[1]}): each plays the phrase in its own "
            "range, and differs by its notes too"
        )
        return CommonPhrase((first, first.model_copy(update={"range": second.range})), told)
    both = first.model_copy(update={"range": shared})
    return CommonPhrase((both, both), f"both play one phrase, in {shared}")


def source(preset: Preset, sample_rate: int, beats: float = 8) -> SampleEvents:
    """What to hear effects on, General MIDI: a voice for speech, else piano and drums."""
    spoken = {"dialogue", "radio", "voice"} & {*preset.tags, (preset.category or "")[8:]}
    middle = NoteRange(52, 79)
    if spoken:
        parts, programs = {0: _fitted(GESTURES["line"], middle)}, {0: _VOICE}
    else:
        chords = _fitted(GESTURES["chords"], middle)
        parts, programs = {0: chords, 9: _BEAT}, {0: _PIANO}
    return _events(parts, sample_rate, beats, programs)


def _fitted(notes: tuple[PhraseNote, ...], room: NoteRange) -> tuple[PhraseNote, ...]:
    """The notes at real pitches in the middle of the range; those outside by octaves."""
    low, high = min(n.pitch for n in notes), max(n.pitch for n in notes)
    wanted = (room.low + room.high - low - high) / 2
    roots = range(ROOT, 128, 12)
    root = min(roots, key=lambda root: abs(root - wanted))
    return tuple(
        PhraseNote(n.at, n.length, _folded(root + n.pitch, room), n.velocity) for n in notes
    )


def _folded(pitch: int, room: NoteRange) -> int:
    """The nearest octave of a pitch that lies in the range; else the range's nearest end.

    >>> _folded(40, NoteRange(48, 60)), _folded(61, NoteRange(50, 54))
    (52, 50)
    """
    while pitch < room.low:
        pitch += 12
    while pitch > room.high:
        pitch -= 12
    return min(max(pitch, room.low), room.high)


def _events(
    parts: dict[int, tuple[PhraseNote, ...]],
    sample_rate: int,
    beats: float,
    programs: dict[int, int] | None = None,
) -> SampleEvents:
    """Note-offs before note-ons where they meet, so that repeated notes sound."""
    timed: list[tuple[int, int, bytes]] = [
        (0, 0, bytes((0xC0 | channel, program))) for channel, program in (programs or {}).items()
    ]
    for channel, notes in parts.items():
        for note in _apart(n for n in notes if n.at < beats):
            start = round(note.at * BEAT_SECONDS * sample_rate)
            stop = round(min(note.at + note.length, beats) * BEAT_SECONDS * sample_rate)
            timed.append((start, 2, bytes((0x90 | channel, note.pitch, note.velocity))))
            timed.append((stop, 1, bytes((0x80 | channel, note.pitch, 0))))
    timed.sort()
    samples = np.array([at for at, _, _ in timed], dtype=np.int64)
    return SampleEvents(samples, tuple(message for _, _, message in timed))


def _apart(notes: Iterable[PhraseNote]) -> list[PhraseNote]:
    """Folding may bring notes to one pitch: each then ends where the next begins."""
    there: dict[tuple[int, float], PhraseNote] = {}
    for note in notes:
        there.setdefault((note.pitch, note.at), note)
    ordered = [there[key] for key in sorted(there)]
    for index, note in enumerate(ordered[:-1]):
        after = ordered[index + 1]
        if after.pitch == note.pitch and after.at < note.at + note.length:
            ordered[index] = replace(note, length=after.at - note.at)
    return ordered
