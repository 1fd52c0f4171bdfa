"""What a track's `score:` is made of: a map for each entry, told by the key that it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag

from hostkit.errors import BadValue
from hostkit.session.model.score.entry import ScoreEntry
from hostkit.session.model.score.fields import Notation, ThemeName
from hostkit.session.model.score.figure_entries import FIGURE_FORMS, AnyFigure
from hostkit.session.model.score.themes import InKey
from hostkit.session.model.score.transforms import QuotedTransforms
from hostkit.session.suggest import did_you_mean

MAX_ENTRIES = 10_000


class ThemeQuote(QuotedTransforms, ScoreEntry):
    """A theme, by its name, and what is done to it."""

    theme: ThemeName


class PlainNotes(InKey, QuotedTransforms, ScoreEntry):
    """Notes that no theme has, in LilyPond's words; they can be changed as themes can."""

    notes: Notation


class PlainDegrees(InKey, QuotedTransforms, ScoreEntry):
    """Degrees of a scale that no theme has."""

    degrees: Notation


ENTRY_FORMS: Mapping[str, type[ScoreEntry]] = {
    "theme": ThemeQuote,
    "notes": PlainNotes,
    "degrees": PlainDegrees,
    **FIGURE_FORMS,
}
"""What an entry is, by the key that tells it; `hostkit.plan.scoring.kinds` makes phrases of it."""

ENTRY_TAGS = frozenset(ENTRY_FORMS)


def _kind(value: Any) -> str | None:
    """The key that tells an entry: the tag for pydantic."""
    if isinstance(value, ScoreEntry):
        return next((key for key, form in ENTRY_FORMS.items() if type(value) is form), None)
    return next((key for key in ENTRY_FORMS if key in value), None)


def _entry(value: Any) -> Any:
    if isinstance(value, ScoreEntry):
        return value
    kinds = ", ".join(ENTRY_FORMS)
    if not isinstance(value, dict):
        raise BadValue("an entry of a score is a map", cure="write {at: 5|1, theme: ada}")
    told = [key for key in ENTRY_FORMS if key in value]
    if len(told) > 1:
        raise BadValue(f"{told[0]}: and {told[1]}: are both here", cure="make them two entries")
    if not told:
        others = (str(key) for key in value if key != "at")
        meant = next(
            (cure for key in others if "mean" in (cure := did_you_mean(key, ENTRY_FORMS))), ""
        )
        raise BadValue("nothing says what is played here", cure=meant or f"write one of: {kinds}")
    return value


AnyEntry: TypeAlias = Annotated[
    Annotated[ThemeQuote, Tag("theme")]
    | Annotated[PlainNotes, Tag("notes")]
    | Annotated[PlainDegrees, Tag("degrees")]
    | AnyFigure,
    Discriminator(_kind),
    BeforeValidator(_entry),
]
TrackScore = Annotated[list[AnyEntry], Field(max_length=MAX_ENTRIES)]
