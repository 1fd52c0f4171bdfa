"""Themes as they are written: in notes, in degrees of a scale, or made of another."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, Tag, model_validator

from hostkit.errors import BadValue
from hostkit.session.model.fields import FileName, Meter, YamlMap, form
from hostkit.session.model.score.fields import KeyField, Notation, ThemeName
from hostkit.session.model.score.transforms import Transforms
from hostkit.themes.keys import MusicKey

MAX_THEMES = 1000
FORMS = ("notes", "degrees", "theme")
"""What a theme can be made of."""


class InKey(YamlMap):
    """Music as text in a `key`, or `scale`: they are one thing. `meter` is of its bar checks."""

    key: KeyField | None = None
    scale: KeyField | None = None
    meter: Meter | None = None

    @model_validator(mode="after")
    def _one_key(self) -> InKey:
        if self.key is not None and self.scale is not None:
            raise BadValue("key: and scale: are one thing", cure="take one of them out")
        if getattr(self, "degrees", None) is not None and self.in_key is None:
            raise BadValue("degrees are those of a scale", cure="write scale: D dorian beside them")
        return self

    @property
    def in_key(self) -> MusicKey | None:
        """Its key, whichever way it is written."""
        return self.key or self.scale


class Theme(InKey, Transforms):
    """A named idea that tracks quote.

    `notes` in LilyPond's words, `degrees` of a `scale`, or another `theme`, changed.
    """

    notes: Notation | None = None
    degrees: Notation | None = None
    theme: ThemeName | None = None

    @model_validator(mode="after")
    def _complete(self) -> Theme:
        forms = [form for form in FORMS if getattr(self, form) is not None]
        if len(forms) != 1:
            what = f"both {forms[0]}: and {forms[1]}:" if forms else "no notes:"
            raise BadValue(f"the theme has {what}", cure="write {key: D minor, notes: \"d'4 f'\"}")
        return self

    @property
    def form(self) -> str:
        """The key that says what it is made of."""
        return next(form for form in FORMS if getattr(self, form) is not None)


def _theme(value: Any) -> Any:
    if not isinstance(value, dict | Theme):
        raise BadValue("a theme is a map", cure="write {key: D minor, notes: \"d'4 f' a'2\"}")
    return value


ThemesByName = Annotated[
    dict[ThemeName, Annotated[Theme, BeforeValidator(_theme)]], Field(max_length=MAX_THEMES)
]
SessionThemes = Annotated[
    Annotated[FileName, Tag("text")] | Annotated[ThemesByName, Tag("map")],
    form(
        "themes are a map of name: theme ({ada: {key: D minor, notes: \"d'4 f' a'2\"}}), "
        "or the file that holds one (motifs.yaml)"
    ),
]
"""A file is read in its place before this is looked at (`hostkit.session.reading.themes_file`)."""
