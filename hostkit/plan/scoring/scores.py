"""What every track's `score:` plays: each entry as a phrase at its quarter note."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.plan.environment import Environment
from hostkit.plan.found import Found, Gathering, wrong_at
from hostkit.plan.scoring.kinds import phrase_of
from hostkit.plan.scoring.placed import NO_SCORES, PlacedPhrase, TextureLane, TrackScores
from hostkit.plan.scoring.ranges import InstrumentRanges
from hostkit.plan.scoring.textures import with_texture
from hostkit.plan.scoring.theme_book import ThemeBook, UnreadTheme
from hostkit.session.load import LoadedSession
from hostkit.session.model.score.entries import ThemeQuote
from hostkit.session.model.score.entry import ScoreEntry
from hostkit.session.model.score.transforms import QuotedTransforms
from hostkit.session.suggest import did_you_mean
from hostkit.themes.phrase import MusicPhrase
from hostkit.themes.score_place import ScorePlace
from hostkit.themes.transforming.voices import divided
from hostkit.timebase.tempo_map import TempoMap

MAX_SESSION_NOTES = 500_000
"""Of all tracks together, so that few lines cannot ask for work without end."""

HIGHEST_KEY = 127


def read_scores(
    loaded: LoadedSession, tempo_map: TempoMap, environment: Environment | None = None
) -> Found[TrackScores]:
    """The scores of all tracks; what is wrong with them, and with themes, are problems.

    What leaves the range of its instrument is warned of, as far as that is known: presets are
    looked up in an `environment`.
    """
    return _Scores(loaded, tempo_map, InstrumentRanges(loaded, environment)).read()


def theme_book(loaded: LoadedSession, tempo_map: TempoMap) -> ThemeBook:
    """The themes of a session."""
    tracks = loaded.session.tracks.values()
    names = {name for track in tracks for name in track.articulations}
    written = loaded.session.written_themes
    said = loaded.tree.data.get("themes")
    left_out = said.keys() - written.keys() if isinstance(said, dict) else ()
    return ThemeBook.of(written, tempo_map, names, left_out)


@dataclass(frozen=True)
class _Scores:
    loaded: LoadedSession
    tempo_map: TempoMap
    ranges: InstrumentRanges

    def read(self) -> Found[TrackScores]:
        told = Gathering(self.loaded)
        book = theme_book(self.loaded, self.tempo_map)
        for name in book.written:
            with told.placing(("themes", name)), suppress(UnreadTheme):
                book.read(name)
        hits = self._hits()
        placed: dict[str, list[PlacedPhrase]] = {}
        lanes: dict[str, Mapping[str, TextureLane]] = {}
        count = 0
        handed_on: set[str] = set()
        for name, track in self.loaded.session.tracks.items():
            for index, entry in enumerate(track.score):
                with told.placing(path := ("tracks", name, "score", index)), suppress(UnreadTheme):
                    place = self._place(entry, hits)
                    phrase = phrase_of(entry, place, book)
                    _check_playable(place.start, phrase)
                    count += len(phrase.notes)
                    shares = self._voices(name, entry, phrase)
                    handed_on.add(name)
                    for voice, share in shares.items():
                        theme = entry.theme if isinstance(entry, ThemeQuote) else ""
                        placed.setdefault(voice, []).append(PlacedPhrase(place.start, share, theme))
                        what = f"theme {theme}" if theme else "what its score plays"
                        told.warn(*self.ranges.remarks(voice, f"{what} at {entry.at}", share))
                    lanes[name] = with_texture(
                        lanes.get(name, {}), index, entry, place, phrase.length, track.automation
                    )
                if count > MAX_SESSION_NOTES:
                    message = f"scores have more than {MAX_SESSION_NOTES} notes together"
                    told.fault(path, message, cure="quote less, or have what is so long as MIDI")
                    return told.with_value(NO_SCORES)
        for name in handed_on - placed.keys():
            cure = "name it in voices:, too"
            told.fault(("tracks", name, "score"), "all its notes go to others", cure)
        quoted = {one.theme for made in placed.values() for one in made if one.theme}
        sums = {name: _sum(book.theme(name)) for name in quoted}
        scores = {name: tuple(made) for name, made in placed.items()}
        return told.with_value(TrackScores(scores, lanes, sums))

    def _voices(
        self, track: str, entry: ScoreEntry, phrase: MusicPhrase
    ) -> Mapping[str, MusicPhrase]:
        """What each track plays of a phrase: all, or the share of a voice. Raises BadPart."""
        voices = entry.voices if isinstance(entry, QuotedTransforms) else []
        if not voices:
            return {track: phrase}
        tracks = self.loaded.session.tracks
        for number, voice in enumerate(voices):
            with wrong_at("voices", number):
                if voice not in tracks:
                    raise BadValue(f"there is no track {voice!r}", did_you_mean(voice, tracks))
                if tracks[voice].instrument is None:
                    raise BadValue(f"{voice} has no instrument", cure="name one that plays notes")
                if voice in voices[:number]:
                    raise BadValue(f"{voice} is here twice", cure="take one of them out")
        shares = divided(phrase, [self.ranges.of(voice) for voice in voices])
        return dict(zip(voices, shares, strict=True))

    def _place(self, entry: ScoreEntry, hits: Mapping[str, Fraction]) -> ScorePlace:
        with wrong_at("at"):
            return ScorePlace(self.tempo_map.beats_at(entry.at), self.tempo_map, hits)

    def _hits(self) -> Mapping[str, Fraction]:
        """In quarter notes, those that have a place; the first of one name."""
        hits: dict[str, Fraction] = {}
        for hit in self.loaded.session.hits:
            with suppress(BadValue):  # told of the form
                hits.setdefault(hit.name, self.tempo_map.beats_at(hit.at))
        return hits


def _sum(phrase: MusicPhrase) -> str:
    """Short, and another for other music."""
    return hashlib.sha256(repr((phrase.notes, phrase.curves)).encode()).hexdigest()[:16]


def _check_playable(start: Fraction, phrase: MusicPhrase) -> None:
    """Raises BadValue for notes that MIDI does not have, or before the music."""
    if phrase.keys is None:
        return
    low, high = phrase.keys
    if low < 0 or high > HIGHEST_KEY:
        octaves = (HIGHEST_KEY - high) // 12 if low >= 0 else -(low // 12)
        raise BadValue(
            f"it goes from {low} to {high}, and MIDI has keys from 0 to {HIGHEST_KEY} only",
            cure=f"transpose it by octaves: transpose: {12 * octaves}",
        )
    if start + phrase.notes[0].start < 0:
        raise BadValue("it begins before 1|1", cure="let it begin later")
