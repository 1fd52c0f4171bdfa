"""The tempo map that a MIDI file brings along."""

from __future__ import annotations

from fractions import Fraction

from hostkit.midi.midi_file import MidiFile, SecondsPerTick
from hostkit.timebase.meters import MeterMap
from hostkit.timebase.tempo_map import TempoMap


def tempo_map_of(file: MidiFile) -> TempoMap:
    """Tempo and meters of the file; 120 bpm in 4/4 where it names none (RP-001).

    Where the division is SMPTE the notes are in real time and the map is the plain default.
    """
    if isinstance(file.division, SecondsPerTick):
        return TempoMap()
    per_quarter = file.division.count
    meters = MeterMap.of((Fraction(tick, per_quarter), n, d) for tick, n, d in file.meters)
    tempos = ((Fraction(tick, per_quarter), bpm) for tick, bpm in file.tempos)
    return TempoMap.of_steps(tempos, meters)
