"""A session and its time: what commands about positions, hits and tempo begin with."""

from __future__ import annotations

from pathlib import Path

from hostkit.plan.build import main_tempo_map
from hostkit.plan.music.midi_files import MidiFiles
from hostkit.session.load import LoadedSession, load_session
from hostkit.timebase.tempo_map import TempoMap


def timed_session(path: Path) -> tuple[LoadedSession, TempoMap]:
    """A session, and the tempo map of its own or of its MIDI file. Raises RequestError."""
    loaded = load_session(path)
    return loaded, main_tempo_map(loaded, MidiFiles(loaded)).value
