"""What each kind of entry in a score becomes: one row a kind, a function to a phrase.

How it is written is in `session/model/score/entries.py`. A function takes the entry, where it
stands and the session's themes; the phrase begins at 0, where the entry stands. It raises BadValue
for what cannot be played; within `wrong_at(KEY)` that is told at that key of the entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hostkit.plan.found import wrong_at
from hostkit.plan.scoring.figures import figure_of
from hostkit.plan.scoring.theme_book import ThemeBook
from hostkit.plan.scoring.transforms import placed, transformed
from hostkit.session.model.score.entries import PlainDegrees, PlainNotes, ThemeQuote
from hostkit.session.model.score.entry import ScoreEntry
from hostkit.session.model.score.figure_entries import FIGURE_FORMS, FigureEntry
from hostkit.themes.phrase import MusicPhrase
from hostkit.themes.score_place import ScorePlace


def _theme(entry: ThemeQuote, place: ScorePlace, book: ThemeBook) -> MusicPhrase:
    return placed(book.changed(entry.theme, entry), entry, place)


def _notes(entry: PlainNotes, place: ScorePlace, book: ThemeBook) -> MusicPhrase:
    with wrong_at("notes"):
        phrase = book.notes(entry.notes, entry.in_key, entry.meter)
    return placed(transformed(phrase, entry), entry, place)


def _degrees(entry: PlainDegrees, place: ScorePlace, book: ThemeBook) -> MusicPhrase:
    assert entry.in_key is not None, "the form asks for one"
    with wrong_at("degrees"):
        phrase = book.degrees(entry.degrees, entry.in_key, entry.meter)
    return placed(transformed(phrase, entry), entry, place)


def _figure(entry: FigureEntry, place: ScorePlace, _book: ThemeBook) -> MusicPhrase:
    return figure_of(entry, place)


KINDS: Mapping[type[ScoreEntry], Callable[[Any, ScorePlace, ThemeBook], MusicPhrase]] = {
    ThemeQuote: _theme,
    PlainNotes: _notes,
    PlainDegrees: _degrees,
    **dict.fromkeys(FIGURE_FORMS.values(), _figure),
}


def phrase_of(entry: ScoreEntry, place: ScorePlace, book: ThemeBook) -> MusicPhrase:
    """What an entry plays, from its own beginning. Raises BadValue."""
    return KINDS[type(entry)](entry, place, book)
