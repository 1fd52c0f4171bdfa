"""The render benchmark's session: 24 tracks, six stems, one reverb bus.

8 × Kars, 8 × Nekobi, 8 × SoundFont, each through a high-pass and ZamCompX2, four tracks
a stem, every track sending to one hall. What `floor.py` and `dawdreamer_floor.py` play is
read from the same description.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from hostkit.midi.events import SampleEvents
from hostkit.midi.write import TrackEvents, write_midi
from hostkit.timebase.tempo_map import TempoMap

RATE = 48_000
TICKS = 480
CUTOFF_HZ = 20
"""Low, because DawDreamer's filter is steeper than pedalboard's: it should not matter."""
THRESHOLD_DB = -24
SEND_DB = -12
GAIN_DB = -12
UNISON_GAIN_DB = -24
REVERB = {"room_size": 0.7, "wet_level": 0.4, "dry_level": 0.0}
PROGRAMS = (48, 60, 73, 52, 46, 11, 0, 32)


@dataclass(frozen=True)
class Voice:
    """One track: `kind` is Kars, Nekobi or SoundFont."""

    name: str
    kind: str
    program: int
    stem: str
    pan: float
    notes: tuple[tuple[int, int, int, int], ...]
    """Start and end in ticks, pitch, velocity."""


def voices(seconds: int, *, soundfonts: bool = True, unison: bool = False) -> list[Voice]:
    """The voices, four a stem; sixteen without the SoundFonts.

    In unison those of one kind play the same notes and share a print, as far as disk counts.
    """
    kinds = ["Kars", "Nekobi", *(["SoundFont"] if soundfonts else [])]
    made = []
    for number in range(8 * len(kinds)):
        kind = kinds[number % len(kinds)]
        part = number % len(kinds) if unison else number
        pan = (number % 5 - 2) / 4
        made.append(
            Voice(
                f"{kind.lower()}{number}",
                kind,
                PROGRAMS[part % len(PROGRAMS)],
                f"stem{number // 4 + 1}",
                pan,
                _notes(part, kind, seconds),
            )
        )
    return made


def _notes(number: int, kind: str, seconds: int) -> tuple[tuple[int, int, int, int], ...]:
    """Two notes a second of a scale, in the first 175 of 180 seconds; seeded, so always alike.

    The SoundFont plays sections and keyboards: chords of three.
    """
    chance = random.Random(number)
    low = 36 if kind == "Nekobi" else 55
    scale = (0, 2, 3, 5, 7, 8, 10, 12, 14, 15)
    ticks_a_second = 2 * TICKS
    notes: list[tuple[int, int, int, int]] = []
    for step in range(int(seconds * 2 * 175 / 180)):
        start = step * ticks_a_second // 2
        length = chance.choice((TICKS // 2, TICKS - 20))
        degree, velocity = chance.randrange(len(scale) - 4), chance.randint(50, 110)
        degrees = (degree, degree + 2, degree + 4) if kind == "SoundFont" else (degree,)
        notes += [(start, start + length, low + scale[each], velocity) for each in degrees]
    return tuple(notes)


def events_of(voice: Voice) -> SampleEvents:
    """The voice's notes in ticks, as MIDI messages on channel 1."""
    timed = []
    for start, end, pitch, velocity in voice.notes:
        timed.append((start, 1, bytes([0x90, pitch, velocity])))
        timed.append((end, 0, bytes([0x80, pitch, 64])))
    timed.sort()
    return SampleEvents(
        np.array([tick for tick, _, _ in timed], dtype=np.int64),
        tuple(message for _, _, message in timed),
    )


def _at_quarters(events: SampleEvents) -> list[tuple[Fraction, bytes]]:
    ticks = events.samples.tolist()
    return [(Fraction(t, TICKS), m) for t, m in zip(ticks, events.messages, strict=True)]


def samples_of(voice: Voice) -> SampleEvents:
    """The same at 120 bpm, in samples."""
    events = events_of(voice)
    return SampleEvents(events.samples * RATE // (2 * TICKS), events.messages)


def write_session(
    folder: Path, seconds: int, *, soundfonts: bool = True, unison: bool = False
) -> Path:
    """Writes session.yaml and its MIDI file into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    played = voices(seconds, soundfonts=soundfonts, unison=unison)
    tracks = [TrackEvents(voice.name, _at_quarters(events_of(voice))) for voice in played]
    write_midi(folder / "session.mid", TempoMap(), tracks, ticks_per_quarter=TICKS)
    lines = ["hostkit: 1", "midi: session.mid", f"length: {seconds}s", "tracks:"]
    for voice in played:
        instrument = (
            f"{{soundfont: gm, program: {voice.program}}}"
            if voice.kind == "SoundFont"
            else f"{{plugin: {voice.kind}}}"
        )
        lines += [
            f"  {voice.name}:",
            f"    midi: {{track: {voice.name}}}",
            f"    instrument: {instrument}",
            "    effects:",
            f"      - highpass_filter: {{cutoff_frequency_hz: {CUTOFF_HZ}}}",
            f"      - {{plugin: ZamCompX2, params: {{threshold: {THRESHOLD_DB}}}}}",
            f"    gain_db: {UNISON_GAIN_DB if unison else GAIN_DB}",
            f"    pan: {voice.pan}",
            f"    stem: {voice.stem}",
            f"    sends: {{hall: {SEND_DB}}}",
        ]
    settings = ", ".join(f"{name}: {value}" for name, value in REVERB.items())
    lines += ["buses:", f"  hall: {{effects: [{{reverb: {{{settings}}}}}]}}"]
    path = folder / "session.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
