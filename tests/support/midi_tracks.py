"""MIDI tracks for tests, as if read from a file, at quarter notes."""

from __future__ import annotations

import numpy as np

from hostkit.midi.midi_file import MidiTrack

TICKS = 480


def track(*events: tuple[float, bytes], stop: float = 16) -> MidiTrack:
    """Messages at quarter notes."""
    ordered = sorted(events, key=lambda event: event[0])
    ticks = np.asarray([round(at * TICKS) for at, _ in ordered], dtype=np.int64)
    return MidiTrack(1, "t", ticks, tuple(m for _, m in ordered), round(stop * TICKS))


def note(start: float, stop: float, pitch: int, channel: int = 0) -> list[tuple[float, bytes]]:
    return [(start, bytes((0x90 | channel, pitch, 90))), (stop, bytes((0x80 | channel, pitch, 64)))]
