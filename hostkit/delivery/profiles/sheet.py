"""Metadata sheets as libraries want them: tables of columns, which a profile owns.

A column is a header and what stands below it: text with `{fields}` of a file, or, where columns
repeat for each composer or publisher, of one of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from hostkit.errors import BadValue
from hostkit.ground.harmless import on_a_line
from hostkit.session.model.fields import Line, Text, YamlMap
from hostkit.session.suggest import did_you_mean

_FIELD = re.compile(r"\{([a-z_]+)(?::([^{}]*))?\}")

Party: TypeAlias = Literal["composers", "publishers"]
Value: TypeAlias = str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True)
class SheetField:
    """A field that columns can name: what kind of value it is, and what it says."""

    kind: Literal["text", "count", "level", "flag", "list"]
    words: str


SESSION_FIELDS = {
    "title": SheetField("text", "the title, or the session's name"),
    "cue": SheetField("text", "the cue's number"),
    "version": SheetField("count", "the session's version"),
    "session": SheetField("text", "the session file's name"),
    "production": SheetField("text", "of the credits"),
    "episode": SheetField("text", "of the credits"),
    "library": SheetField("text", "of the credits"),
    "album": SheetField("text", "of the credits"),
    "album_code": SheetField("text", "of the credits"),
    "release_date": SheetField("text", "of the credits"),
    "track_number": SheetField("count", "of the credits"),
    "description": SheetField("text", "of the credits"),
    "keywords": SheetField("list", "of the credits"),
    "genre": SheetField("text", "of the credits"),
    "composers": SheetField("list", "their names"),
    "publishers": SheetField("list", "their names"),
    "usage": SheetField("text", "of the credits"),
    "vocal": SheetField("flag", "whether a track is tagged vocals"),
    "key": SheetField("text", "of the credits: D minor"),
    "key_short": SheetField("text", "the same as Dm"),
    "iswc": SheetField("text", "of the credits"),
}
FILE_FIELDS = {
    "number": SheetField("count", "of the row, from 1"),
    "main_number": SheetField("count", "the row of the full mix; of itself nothing"),
    "is_main": SheetField("flag", "whether it is the full mix"),
    "kind": SheetField("text", "stem or mix"),
    "mix": SheetField("text", "the mix's name; of a stem its own"),
    "mix_title": SheetField("text", "the mix as people call it: No Drums"),
    "mix_words": SheetField("text", "what the mix is without; of the full mix nothing"),
    "file": SheetField("text", "its file's name"),
    "file_stem": SheetField("text", "the same without ending"),
    "path": SheetField("text", "the same with its folders"),
    "preview": SheetField("text", "its preview's file name"),
    "bpm": SheetField("text", "at the start; of a loop its mean; or bpm of the credits"),
    "meter": SheetField("text", "at the start: 4/4"),
    "isrc": SheetField("text", "of the mix"),
    "duration": SheetField("text", "minutes and seconds: 3:05"),
    "duration_long": SheetField("text", "with hours: 00:03:05"),
    "seconds": SheetField("level", "its length"),
    "frames": SheetField("count", "its length in samples"),
    "sample_rate": SheetField("count", "Hz"),
    "bits": SheetField("count", "of a sample"),
    "channels": SheetField("count", "of the file"),
    "lufs": SheetField("level", "integrated loudness"),
    "true_peak": SheetField("level", "dBTP"),
}
SHARE_FIELDS = {
    "n": SheetField("count", "counts from 1"),
    "name": SheetField("text", "as the credits have it"),
    "first_name": SheetField("text", "up to its last space, or behind the comma of Last, First"),
    "last_name": SheetField("text", "the rest"),
    "society": SheetField("text", "of the credits"),
    "ipi": SheetField("text", "with all its eleven digits"),
    "share_percent": SheetField("level", "of what composers, or publishers, have"),
}
ROW_FIELDS = {**SESSION_FIELDS, **FILE_FIELDS}
_FORMATS = {
    "text": r"(upper|lower)?",
    "count": r"(0?[1-9])?",
    "level": r"(\.[0-6])?",
    "flag": r"([^/]*/[^/]*)?",
    "list": r".*",
}


class Column(YamlMap):
    """A column: `value` is text with fields in braces, empty for one that somebody else fills.

    With `each` there is one for every composer or publisher, `{n}` in its header counting from 1;
    such columns side by side repeat together. A format follows a colon: a width
    (`{number:02}`), decimals (`{lufs:.1}`), upper or lower, what joins a list
    (`{composers: / }`), or the words for yes and no (`{is_main:Yes/No}`). Longer than `most`
    characters is cut. What is `required` and blank is told, and so is what was cut.
    """

    header: Line = Field(min_length=1)
    value: Text = ""
    each: Party | None = None
    most: int | None = Field(default=None, ge=1, le=10_000)
    required: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Column:
        known = ROW_FIELDS if self.each is None else {**SHARE_FIELDS, **ROW_FIELDS}
        if _FIELD.sub("", self.value).strip("{}") != _FIELD.sub("", self.value):
            raise BadValue(f"{self.value[:80]!r} is no column", cure="write fields as {title}")
        for name, how in _FIELD.findall(self.value):
            if name not in known:
                if name in SHARE_FIELDS:
                    cure = "say each: composers, or each: publishers"
                    raise BadValue(f"{{{name}}} is of one composer or publisher", cure)
                cure = did_you_mean(name, known, limit=len(known))
                raise BadValue(f"there is no field {{{name}}}", cure)
            _check_format(name, how)
        if (self.each is not None) != ("{n}" in self.header):
            raise BadValue(
                f"{self.header!r}: {{n}} belongs in headers of columns for each person, and only "
                "there",
                cure="write each: composers with it, or leave {n} out",
            )
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """Those that it names."""
        return tuple(name for name, _ in _FIELD.findall(self.value))

    def fill(self, values: Mapping[str, Value]) -> str:
        """The cell below it, on one line, not cut; blank where nothing that it names is known."""
        if self.fields and not any(written(values[name], "") for name in self.fields):
            return ""
        cell = _FIELD.sub(lambda found: written(values[found[1]], found[2] or ""), self.value)
        return on_a_line(cell, most=len(cell))


class SheetTable(YamlMap):
    """A library's metadata sheet: its columns in their order, a row for each mix, or each file.

    Columns for each composer or publisher are there `at_least` so many times, the rest blank.
    """

    separator: Literal["comma", "tab"] = "comma"
    rows: Literal["mixes", "files"] = "mixes"
    at_least: dict[Party, Annotated[int, Field(ge=0, le=20)]] = {}
    columns: list[Column] = Field(min_length=1, max_length=300)


def written(value: Value, how: str) -> str:
    """A value in a format.

    >>> written(7, "02"), written(-23.456, ".1"), written(True, "Yes/No"), written(None, "")
    ('07', '-23.5', 'Yes', '')
    >>> written(("Ada B", "Cy D"), " / "), written("Tide", "upper")
    ('Ada B / Cy D', 'TIDE')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        yes, no = (how or "Y/N").split("/")
        return yes if value else no
    if isinstance(value, tuple):
        return (how or ", ").join(value)
    if isinstance(value, str):
        return getattr(value, how)() if how else value
    if isinstance(value, float):
        return f"{value:{how}f}" if how else f"{value:g}"
    return f"{value:{how}}"


def _check_format(name: str, how: str) -> None:
    """Raises BadValue for a format that is none of this field's kind."""
    if not re.fullmatch(_FORMATS[{**ROW_FIELDS, **SHARE_FIELDS}[name].kind], how):
        raise BadValue(
            f"{{{name}:{how}}}: that is no format of it",
            cure="a width as 02, decimals as .1, upper or lower, or words as Yes/No, by the field",
        )
