"""When the music of a session ends, as far as that is known without rendering."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from hostkit.midi.midi_file import TicksPerQuarter
from hostkit.plan.music.midi_files import MidiFiles
from hostkit.session.load import LoadedSession
from hostkit.timebase.tempo_map import TempoMap


def music_end(loaded: LoadedSession, midi: MidiFiles, tempo_map: TempoMap) -> Fraction:
    """Seconds from 1|1 to the session's length, else to its last event, hit or section.

    What cannot be read, and how long things ring on, is left to who plans. Raises BadValue.
    """
    session = loaded.session
    if not isinstance(session.length, str):
        return tempo_map.seconds_of(session.length)
    marks = [*(hit.at for hit in session.hits), *(part.at for part in session.sections)]
    ends = [tempo_map.seconds_of(at) for at in marks]
    return max([*ends, *_event_ends(loaded, midi, tempo_map)], default=Fraction(0))


def _event_ends(loaded: LoadedSession, midi: MidiFiles, tempo_map: TempoMap) -> Iterator[Fraction]:
    for name, track in loaded.session.tracks.items():
        for region in (*(track.audio or ()), *(track.live or ())):
            if region.at is not None and region.stop is not None:
                start = region.start.value if region.start else Fraction(0)
                yield tempo_map.seconds_of(region.at) + region.stop.value - start
        if track.instrument is None:
            continue
        chosen = midi.chosen(name, track).value
        if chosen is None or not len(chosen.track.ticks):
            continue
        tick, division = int(chosen.track.ticks[-1]), chosen.file.division
        if isinstance(division, TicksPerQuarter):
            yield tempo_map.seconds_at(Fraction(tick, division.count))
        else:
            yield tick * division.seconds
