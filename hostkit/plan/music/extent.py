"""How long a session is as it is written, known without planning what plays it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from hostkit.midi.midi_file import TicksPerQuarter
from hostkit.plan.music.midi_files import MidiFiles
from hostkit.plan.scoring.scores import read_scores
from hostkit.session.load import LoadedSession
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap


def written_end(loaded: LoadedSession, midi: MidiFiles, tempo_map: TempoMap) -> Fraction:
    """Seconds from 1|1 to the session's `length`.

    Where there is none, to the bar line after all its hits, sections, MIDI and scores, and to the
    end of bar 1 at least. Raises BadValue for places that are none, RequestError for a MIDI file,
    InvalidInput for scores.
    """
    session = loaded.session
    if not isinstance(session.length, str):
        return tempo_map.seconds_of(session.length)
    written = [hit.at for hit in session.hits] + [section.at for section in session.sections]
    places = [tempo_map.beats_at(position) for position in written]
    placed = read_scores(loaded, tempo_map).checked().placed.values()
    scores = [one.start + one.phrase.length for track in placed for one in track]
    last = max((*places, *scores, *_midi_ends(loaded, midi, tempo_map)), default=Fraction(0))
    place = tempo_map.bar_beat_at(last)
    bar = place.bar if place.beat == 1 and last else place.bar + 1
    return tempo_map.seconds_of(BarBeat(bar))


def _midi_ends(loaded: LoadedSession, midi: MidiFiles, tempo_map: TempoMap) -> Iterator[Fraction]:
    session = loaded.session
    named = {session.midi_file, *(track.midi_file for track in session.tracks.values())}
    for name in sorted(filter(None, named)):
        file = midi.get(name)
        last = max((track.end_tick for track in file.tracks), default=0)
        if isinstance(file.division, TicksPerQuarter):
            yield Fraction(last, file.division.count)
        else:
            yield tempo_map.beats_at_seconds(last * file.division.seconds)
