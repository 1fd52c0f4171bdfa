"""A MIDI file in other ticks, so that its tracks can stand beside notes from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

import numpy as np

from hostkit.midi.midi_file import MidiFile, MidiTrack, TicksPerQuarter
from hostkit.timebase.tempo_map import TempoMap

Said = TypeVar("Said", str, bytes)


def rescaled(file: MidiFile, division: TicksPerQuarter, tempo_map: TempoMap) -> MidiFile:
    """The file with all that stands in it at the nearest tick of another division.

    What is in real time goes through the tempo map. Tempo and meters are left as they are.
    """
    old = file.division

    def tick(at: int) -> int:
        if isinstance(old, TicksPerQuarter):
            quarters = Fraction(at, old.count)
        else:
            quarters = tempo_map.beats_at_seconds(at * old.seconds)
        return round(quarters * division.count)

    return replace(
        file,
        division=division,
        tracks=tuple(_rescaled(track, tick) for track in file.tracks),
        markers=_moved(file.markers, tick),
        cue_points=_moved(file.cue_points, tick),
    )


def _rescaled(track: MidiTrack, tick: Callable[[int], int]) -> MidiTrack:
    known = {at: tick(at) for at in set(track.ticks.tolist())}
    return replace(
        track,
        ticks=np.asarray([known[at] for at in track.ticks.tolist()], dtype=np.int64),
        end_tick=tick(track.end_tick),
        sysex=_moved(track.sysex, tick),
        texts=_moved(track.texts, tick),
    )


def _moved(
    said: Iterable[tuple[int, Said]], tick: Callable[[int], int]
) -> tuple[tuple[int, Said], ...]:
    return tuple((tick(at), what) for at, what in said)
