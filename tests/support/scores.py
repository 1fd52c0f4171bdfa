"""Small scores and sessions for tests: what they should sound like is plain arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import mido
import numpy as np

RATE = 48_000
QUARTER_FRAMES = RATE // 2  # at 120 bpm
TICKS = 480

Note = tuple[float, float, int]
"""Start and length in quarter notes, pitch."""


def write_score(path: Path, tracks: dict[str, Iterable[Note]], velocity: int = 127) -> Path:
    """A type-1 MIDI file at 120 bpm, one track for each name, all on channel 1."""
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS)
    for name, notes in tracks.items():
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        events = []
        for start, length, pitch in notes:
            events.append((round(start * TICKS), 1, pitch))
            events.append((round((start + length) * TICKS), 0, pitch))
        now = 0
        for tick, on, pitch in sorted(events):
            kind = "note_on" if on else "note_off"
            track.append(mido.Message(kind, note=pitch, velocity=velocity, time=tick - now))
            now = tick
        file.tracks.append(track)
    file.save(path)
    return path


def write_session(path: Path, text: str, **tracks: Iterable[Note]) -> Path:
    """A session at `path` with its score beside it (one note where none is given)."""
    write_score(path.with_suffix(".mid"), tracks or {"a": [(0, 1, 69)]})
    path.write_text(f"hostkit: 1\nmidi: {path.with_suffix('.mid').name}\n{text}")
    return path


def tone(frames: int, pitch: int = 69, gain: float = 0.5) -> np.ndarray:
    """What the test tone plays for a note of `frames` frames: float32, from phase 0."""
    frequency_hz = 440.0 * 2.0 ** ((pitch - 69) / 12)
    wave = gain * np.sin(2 * np.pi * frequency_hz / RATE * np.arange(frames))
    return wave.astype(np.float32)
