"""From ticks to samples: the one place where MIDI time becomes integer sample time."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hostkit.errors import RequestError
from hostkit.midi.events import SampleEvents
from hostkit.midi.messages import Messages
from hostkit.midi.midi_file import Division, MidiTrack, TicksPerQuarter
from hostkit.midi.performing.kept import Settle, settle
from hostkit.midi.performing.notes import ZERO_LENGTH_MS, Performance
from hostkit.timebase.curves.segments import Segment
from hostkit.timebase.tempo_map import TempoMap

MAX_HOURS = 24


def to_samples(
    track: MidiTrack, division: Division, tempo_map: TempoMap, sample_rate: int
) -> SampleEvents:
    """The track's events at their samples, every note ended; see `perform`."""
    return perform(track, division, tempo_map, sample_rate).events


def perform(
    track: MidiTrack,
    division: Division,
    tempo_map: TempoMap,
    sample_rate: int,
    settle: Settle = settle,
) -> Performance:
    """The track's events at their samples, and what `settle` had to settle about its notes.

    Each sample is the nearest to the exact time (halfway the later). With an SMPTE division
    the tempo map does not count. Raises RequestError for a track longer than a day, which is
    damage.
    """
    last = int(track.ticks[-1]) if len(track.ticks) else 0
    end_tick = max(track.end_tick, last)
    if seconds_at(end_tick, division, tempo_map) > MAX_HOURS * 3600:
        raise RequestError(
            f"{track.label} lasts longer than {MAX_HOURS} hours: the file is damaged, or its "
            "tempo is",
            cure="export it again",
        )
    ticks = np.append(track.ticks.astype(np.int64), end_tick)
    samples = _samples(ticks, division, tempo_map, sample_rate)
    del ticks  # an hour of them is large, and settling takes its own room
    zero_length_frames = max(1, sample_rate * ZERO_LENGTH_MS // 1000)
    messages = Messages.of(track.messages)
    return settle(samples[:-1], messages, int(samples[-1]), zero_length_frames, track.label)


def seconds_at(tick: int, division: Division, tempo_map: TempoMap) -> Fraction:
    """The exact time of a tick from 1|1, in seconds."""
    if isinstance(division, TicksPerQuarter):
        return tempo_map.seconds_at(Fraction(tick, division.count))
    return tick * division.seconds


def _samples(
    ticks: NDArray[np.int64], division: Division, tempo_map: TempoMap, sample_rate: int
) -> NDArray[np.int64]:
    if isinstance(division, TicksPerQuarter):
        return tempo_map.samples_of_ticks(ticks, division.count, sample_rate)
    # Real time is a tempo of one "quarter" a tick, steady.
    steady = Segment(Fraction(0), Fraction(0), 60 / division.seconds)
    return steady.samples_of_ticks(ticks, 1, sample_rate)
