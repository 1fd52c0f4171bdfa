"""What every track's `score:` plays: each entry as a phrase at its quarter note."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction

from hostkit.errors import BadValue, RequestError
from hostkit.plan.found import Found, Gathering, wrong_at
from hostkit.plan.scoring.kinds import phrase_of
from hostkit.plan.scoring.textures import TextureLane, with_texture
from hostkit.plan.scoring.theme_book import ThemeBook, UnreadTheme
from hostkit.session.load import LoadedSession
from hostkit.session.model.score.entries import ThemeQuote
from hostkit.session.model.score.entry import ScoreEntry
from hostkit.themes.phrase import MusicPhrase
from hostkit.themes.score_place import ScorePlace
from hostkit.timebase.tempo_map import TempoMap

MAX_SESSION_NOTES = 500_000
"""Of all tracks together, so that few lines cannot ask for work without end."""


@dataclass(frozen=True)
class PlacedPhrase:
    """A phrase from quarter note `start` on; `theme` is the one that it quotes, "" for none."""

    start: Fraction
    phrase: MusicPhrase
    theme: str = ""


@dataclass(frozen=True)
class TrackScores:
    """What each track plays that has a score, by name; and what drones make of its parameters."""

    placed: Mapping[str, tuple[PlacedPhrase, ...]]
    lanes: Mapping[str, Mapping[str, TextureLane]] = field(default_factory=dict)

    def quoted(self, track: str) -> tuple[tuple[str, str], ...]:
        """The themes that a track quotes, each with a short sum of what it plays of it."""
        sums: dict[str, hashlib._Hash] = {}
        for one in self.placed.get(track, ()):
            if one.theme:
                digest = sums.setdefault(one.theme, hashlib.sha256())
                digest.update(repr((one.start, one.phrase)).encode())
        return tuple((theme, sums[theme].hexdigest()[:16]) for theme in sorted(sums))


NO_SCORES = TrackScores({})


def read_scores(loaded: LoadedSession, tempo_map: TempoMap) -> Found[TrackScores]:
    """The scores of all tracks; what is wrong with them, and with themes, are problems."""
    return _Scores(loaded, tempo_map).read()


def theme_book(loaded: LoadedSession, tempo_map: TempoMap) -> ThemeBook:
    """The themes of a session."""
    tracks = loaded.session.tracks.values()
    names = {name for track in tracks for name in track.articulations}
    return ThemeBook.of(loaded.session.written_themes, tempo_map, names)


@dataclass(frozen=True)
class _Scores:
    loaded: LoadedSession
    tempo_map: TempoMap

    def read(self) -> Found[TrackScores]:
        told = Gathering(self.loaded)
        book = theme_book(self.loaded, self.tempo_map)
        for name in book.written:
            with told.placing(("themes", name)), suppress(UnreadTheme):
                book.read(name)
        hits = self._hits()
        placed: dict[str, tuple[PlacedPhrase, ...]] = {}
        lanes: dict[str, Mapping[str, TextureLane]] = {}
        count = 0
        for name, track in self.loaded.session.tracks.items():
            made: list[PlacedPhrase] = []
            moved: Mapping[str, TextureLane] = {}
            for index, entry in enumerate(track.score):
                with told.placing(("tracks", name, "score", index)), suppress(UnreadTheme):
                    place = self._place(entry, hits)
                    made.append(one := self._placed(entry, place, book))
                    length = one.phrase.length
                    moved = with_texture(moved, index, entry, place, length, track.automation)
                    count += len(one.phrase.notes)
                    _check_count(count)
            if made:
                placed[name] = tuple(made)
            if moved:
                lanes[name] = moved
        return told.with_value(TrackScores(placed, lanes))

    def _place(self, entry: ScoreEntry, hits: Mapping[str, Fraction]) -> ScorePlace:
        with wrong_at("at"):
            return ScorePlace(self.tempo_map.beats_at(entry.at), self.tempo_map, hits)

    def _placed(self, entry: ScoreEntry, place: ScorePlace, book: ThemeBook) -> PlacedPhrase:
        phrase = phrase_of(entry, place, book)
        _check_playable(place.start, phrase)
        theme = entry.theme if isinstance(entry, ThemeQuote) else ""
        return PlacedPhrase(place.start, phrase, theme)

    def _hits(self) -> Mapping[str, Fraction]:
        """In quarter notes, those that have a place; the first of one name."""
        hits: dict[str, Fraction] = {}
        for hit in self.loaded.session.hits:
            with suppress(BadValue):  # told of the form
                hits.setdefault(hit.name, self.tempo_map.beats_at(hit.at))
        return hits


def _check_count(count: int) -> None:
    if count > MAX_SESSION_NOTES:
        raise RequestError(
            f"the scores of the session have more than {MAX_SESSION_NOTES} notes",
            cure="quote less, or let a DAW write what is so long as MIDI",
        )


def _check_playable(start: Fraction, phrase: MusicPhrase) -> None:
    """Raises BadValue for notes that MIDI does not have, or before the music."""
    keys = [note.pitch.key for note in phrase.notes]
    outside = next((note.pitch for note in phrase.notes if not 0 <= note.pitch.key <= 127), None)
    if outside is not None:
        raise BadValue(
            f"it goes from {min(keys)} to {max(keys)}, and MIDI has keys from 0 to 127 only",
            cure="transpose it by octaves: transpose: -12",
        )
    if phrase.notes and start + min(note.start for note in phrase.notes) < 0:
        raise BadValue("it begins before 1|1", cure="let it begin later")
