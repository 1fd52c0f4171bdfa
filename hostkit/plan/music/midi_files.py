"""The MIDI files and the scores of a session, and what each track plays of them."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from hostkit.errors import RequestError
from hostkit.midi.midi_file import MidiFile, MidiTrack, TicksPerQuarter
from hostkit.midi.performing.rescaled import rescaled
from hostkit.midi.performing.select import is_empty, merged, on_channel_of, select
from hostkit.midi.reading.file import read_midi
from hostkit.midi.reading.repair import with_damage
from hostkit.plan.found import Found, Gathering
from hostkit.plan.scoring.placed import NO_SCORES, TrackScores
from hostkit.session.load import LoadedSession
from hostkit.session.model.midi import MidiSource
from hostkit.session.model.session import Track
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.tempo_map import TempoMap

_MOST_DIGITS = 10


@dataclass(frozen=True)
class ChosenMidi:
    """What a track plays of the file `name`: a track of it, or several for one instrument.

    Of several, `parts` are names as written, each with the articulation of its notes; `""` is the
    one that holds there. A score is a file of its own, without a name.
    """

    name: str
    file: MidiFile
    tracks: tuple[MidiTrack, ...]
    parts: tuple[tuple[str, str], ...] = ()

    @property
    def track(self) -> MidiTrack:
        """All of it."""
        return self.tracks[0] if len(self.tracks) == 1 else merged(self.tracks)


@dataclass(frozen=True)
class MidiFiles:
    """Each MIDI file, read once, and what tracks play that no file says.

    Those `read` before are known, by path and encoding.
    """

    loaded: LoadedSession
    tempo_map: TempoMap = field(default_factory=TempoMap)
    scores: TrackScores = NO_SCORES
    read: dict[tuple[Path, str | None], MidiFile] = field(default_factory=dict)

    def get(self, name: str, encoding: str | None = None) -> MidiFile:
        """The file, its texts in `encoding`, else in the session's. Raises RequestError."""
        key = self.loaded.resolve(name), encoding or self.loaded.session.midi_encoding
        if key not in self.read:
            self.read[key] = read_midi(*key)
        return self.read[key]

    def chosen(
        self, name: str, track: Track, articulations: Set[str] = frozenset()
    ) -> Found[ChosenMidi | None]:
        """What a track plays, and of which file; None after a problem.

        `articulations` are those that a score may choose from.
        """
        if not track.score and name not in self.scores.placed:
            return self._of_file(name, track)
        if name not in self.scores.placed:
            return Found(None)  # told of the score
        from hostkit.themes.sounding import TICKS, score_parts  # few tracks have a score

        told = Gathering(self.loaded)
        of_file = told.take(self._of_file(name, track, TICKS)) if track.midi else None
        score = [(one.start, one.phrase) for one in self.scores.placed[name]]
        made = score_parts(name, score, articulations)
        if not made:
            cure = "quote a theme in it, or more notes for its voice"
            told.fault(("tracks", name, "score"), "its score plays no note", cure)
        if told.problems:
            return told.with_value(None)
        tracks = tuple(part.track for part in made)
        chosen = ChosenMidi(
            "",
            MidiFile("", 1, TICKS, tracks),
            tracks,
            tuple(("", part.articulation) for part in made),
        )
        if of_file is not None:
            tracks = tuple(on_channel_of(of_file.tracks[0], track) for track in tracks)
            chosen = replace(
                of_file,
                tracks=(*of_file.tracks, *tracks),
                parts=(*(of_file.parts or [("", "")]), *chosen.parts),
            )
        if not any(articulation for _, articulation in chosen.parts):
            chosen = replace(chosen, tracks=(chosen.track,), parts=())
        return told.with_value(chosen)

    def _of_file(
        self, name: str, track: Track, division: TicksPerQuarter | None = None
    ) -> Found[ChosenMidi | None]:
        """What a track plays of a MIDI file, in ticks of a `division` or its own."""
        told = Gathering(self.loaded)
        path = midi_path(name, track)
        source = track.midi if isinstance(track.midi, MidiSource) else MidiSource()
        file_name = track.midi_file or self.loaded.session.midi_file
        if file_name is None:
            cure = "add midi: FILE to the track or the session, or score: to the track"
            told.fault(path, "it has no MIDI", cure)
            return told.with_value(None)
        tracks, parts = list[MidiTrack](), list[tuple[str, str]]()
        try:
            file = self.get(file_name, source.encoding)
        except RequestError as error:
            told.fault(path, *error.fault)
            return told.with_value(None)
        if division is not None:
            file = rescaled(file, division, self.tempo_map)
        try:
            if not source.tracks:
                tracks.append(select(file, source.track, source.channel, source.port))
        except RequestError as error:
            told.fault(path, *with_damage(file.repairs, error.fault))
        for written, articulation in source.tracks.items():
            wanted = _number_or_name(file, written)
            try:
                if is_empty(file, wanted):
                    continue  # a template has more than each cue plays
                found = select(file, wanted, source.channel, source.port)
            except RequestError as error:
                told.fault((*path, "tracks", written), *with_damage(file.repairs, error.fault))
                continue
            # One instrument switches on one channel, whatever those were that it is made of.
            tracks.append(on_channel_of(tracks[0], found) if tracks else found)
            parts.append((written, articulation))
        if told.problems:
            return told.with_value(None)
        if not tracks:
            told.fault(path, "none of these tracks plays a note", cure="export the MIDI with notes")
            return told.with_value(None)
        return told.with_value(ChosenMidi(file_name, file, tuple(tracks), tuple(parts)))


def midi_path(name: str, track: Track) -> KeyPath:
    """Where it stands what a track plays."""
    return ("tracks", name, "midi") if track.midi else ("tracks", name)


def _number_or_name(file: MidiFile, written: str) -> str | int:
    """A track as it is written for a key: a number is one, unless a track is called so."""
    is_number = written.isdecimal() and all(track.name != written for track in file.tracks)
    return int(written) if is_number and len(written) < _MOST_DIGITS else written
