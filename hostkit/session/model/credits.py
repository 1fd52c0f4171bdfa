"""Who wrote and who publishes the music, and what libraries sort it by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, Tag, WithJsonSchema, field_validator, model_validator

from hostkit.errors import BadValue
from hostkit.ground.musical_key import KEY_PATTERN, musical_key
from hostkit.session.model.codes import (
    ISRC_PATTERN,
    ISWC_PATTERN,
    ipi_is_consistent,
    isrc,
    iswc,
)
from hostkit.session.model.fields import Bpm, Line, Name, OneOrMore, Text, YamlMap, form

MAIN_MIX = "full"
"""The mix whose recording one ISRC is of, where a session gives just one."""


def _coded(pattern: str, description: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "description": description})


Iswc = Annotated[str, AfterValidator(iswc), _coded(ISWC_PATTERN, "T-034.524.680-1")]
Isrc = Annotated[str, AfterValidator(isrc), _coded(ISRC_PATTERN, "US-RC1-76-07839")]
Key = Annotated[str, AfterValidator(musical_key), _coded(KEY_PATTERN, "D minor, F#m or Bb major")]
Isrcs = Annotated[
    Annotated[Isrc, Tag("text")] | Annotated[dict[Name, Isrc], Tag("map")],
    form("an ISRC is of one recording: write it, or a map of mixes to theirs"),
]


class Share(YamlMap):
    """Who wrote or publishes a part of the music, as collecting societies know them."""

    name: Text
    society: Text | None = None
    ipi: Annotated[Text, Field(pattern=r"^[0-9.]{1,14}$")] | None = None
    share_percent: float = Field(default=100, ge=0, le=100)


class Credits(YamlMap):
    """What cue sheets, tags and libraries say of a cue besides its timing."""

    production: Text | None = None
    episode: Text | None = None
    air_date: Annotated[Text, Field(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None
    usage: Literal["main title", "end title", "theme", "visual", "background"] = "background"
    composers: list[Share] = Field(default=[], max_length=100)
    publishers: list[Share] = Field(default=[], max_length=100)
    iswc: Iswc | None = None
    isrc: Isrcs | None = None
    key: Key | None = None
    bpm: Bpm | None = None
    genre: Line | None = None
    description: Text | None = None
    keywords: Annotated[list[Line], *OneOrMore, Field(max_length=100)] = []
    library: Line | None = None
    album: Line | None = None
    album_code: Line | None = None
    release_date: Annotated[Text, Field(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None
    track_number: int | None = Field(default=None, ge=1, le=9999)

    @property
    def isrcs(self) -> Mapping[str, str]:
        """The code of each recording by its mix."""
        return {MAIN_MIX: self.isrc} if isinstance(self.isrc, str) else self.isrc or {}

    @property
    def odd_ipis(self) -> tuple[str, ...]:
        """The IPI numbers whose check digits say that a digit is wrong."""
        shares = (*self.composers, *self.publishers)
        return tuple(s.ipi for s in shares if s.ipi and not ipi_is_consistent(s.ipi))

    @field_validator("isrc")
    @classmethod
    def _one_each(cls, codes: str | dict[str, str] | None) -> str | dict[str, str] | None:
        known = list(codes.values()) if isinstance(codes, dict) else []
        if twice := sorted({code for code in known if known.count(code) > 1}):
            raise BadValue(
                f"the ISRC {twice[0]} is given to two mixes; each is a recording of its own",
                cure="give each the code it was registered by",
            )
        return codes

    @model_validator(mode="after")
    def _whole(self) -> Credits:
        for role, shares in (("composers", self.composers), ("publishers", self.publishers)):
            total = sum(share.share_percent for share in shares)
            if shares and abs(total - 100) > 0.011:  # thirds are written 33.33
                raise BadValue(f"the shares of the {role} make {total:g} percent, not 100")
        return self
