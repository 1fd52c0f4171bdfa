"""Where the themes of cues are quoted: by which tracks, changed how, how long after before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from hostkit.plan.scoring.kinds import phrase_of
from hostkit.plan.scoring.scores import theme_book
from hostkit.plan.scoring.transforms import asked_for
from hostkit.session.load import LoadedSession
from hostkit.session.model.score.entries import ThemeQuote
from hostkit.themes.phrase import MusicPhrase
from hostkit.themes.score_place import ScorePlace
from hostkit.timebase.tempo_map import TempoMap


@dataclass(frozen=True)
class ThemeUse:
    """A theme in a cue: `track` writes it, `voices` play it, from `seconds` to `end_seconds`.

    Seconds count from 1|1 of the session; `film_seconds` from the picture's midnight, None without
    a picture. `changes` are those of the theme, as they are written.
    """

    theme: str
    session: str
    track: str
    at: str
    changes: Mapping[str, Any]
    voices: tuple[str, ...]
    seconds: Fraction
    end_seconds: Fraction
    film_seconds: Fraction | None


@dataclass(frozen=True)
class CueThemes:
    """The themes of one cue, as they are written, and their uses in order of time.

    `film_seconds` is where 1|1 is in the film, None without a picture.
    """

    session: str
    film_seconds: Fraction | None
    themes: Mapping[str, MusicPhrase]
    uses: tuple[ThemeUse, ...]


def cue_themes(loaded: LoadedSession, tempo_map: TempoMap, name: str) -> CueThemes:
    """Those of a session whose scores are right, under its `name`. Raises BadValue otherwise."""
    book = theme_book(loaded, tempo_map)
    themes = {theme: book.theme(theme) for theme in book.written}
    picture = tempo_map.picture
    hits = {hit.name: tempo_map.beats_at(hit.at) for hit in loaded.session.hits}
    uses: list[ThemeUse] = []
    for track, written in loaded.session.tracks.items():
        for entry in written.score:
            if not isinstance(entry, ThemeQuote):
                continue
            place = ScorePlace(tempo_map.beats_at(entry.at), tempo_map, hits)
            phrase = phrase_of(entry, place, book)
            start = tempo_map.seconds_at(place.start)
            uses.append(
                ThemeUse(
                    theme=entry.theme,
                    session=name,
                    track=track,
                    at=str(tempo_map.bar_beat_at(place.start)),
                    changes={
                        key: value for key, value in asked_for(entry).items() if key != "voices"
                    },
                    voices=tuple(entry.voices) or (track,),
                    seconds=start,
                    end_seconds=tempo_map.seconds_at(place.start + phrase.length),
                    film_seconds=None if picture is None else picture.start_seconds + start,
                )
            )
    begins = None if picture is None else picture.start_seconds
    return CueThemes(name, begins, themes, tuple(sorted(uses, key=lambda use: use.seconds)))


def in_order_of_the_film(cues: Sequence[CueThemes]) -> list[ThemeUse]:
    """All uses as they are heard: by the film where every cue says where it begins, else as given.

    Cues that begin at one time say nothing: they share what they were made of.
    """
    uses = [use for cue in cues for use in cue.uses]
    starts = [cue.film_seconds for cue in cues if cue.uses]
    if None not in starts and len(set(starts)) == len(starts):
        return sorted(uses, key=lambda use: use.film_seconds or 0)
    return [replace(use, film_seconds=None) for use in uses]


def since_last(uses: Sequence[ThemeUse]) -> list[float | None]:
    """For each use, in order, how many seconds its theme was not heard before it.

    None where it is the first, and between cues that do not say where in the film they are.
    """
    last: dict[str, ThemeUse] = {}
    silent: list[float | None] = []
    for use in uses:
        before = last.get(use.theme)
        gap: Fraction | None = None
        if before is not None and before.session == use.session:
            gap = use.seconds - before.end_seconds
        elif before is not None and before.film_seconds is not None and use.film_seconds:
            ended = before.film_seconds + before.end_seconds - before.seconds
            gap = use.film_seconds - ended
        silent.append(None if gap is None else round(max(0.0, float(gap)), 3))
        same = before is not None and before.session == use.session
        if before is None or not same or before.end_seconds < use.end_seconds:
            last[use.theme] = use
    return silent
