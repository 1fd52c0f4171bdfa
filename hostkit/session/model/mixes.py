"""Recipes of mixes as they are written, and what music is ducked under."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, Tag, model_validator

from hostkit.errors import BadValue
from hostkit.session.model.fields import (
    FileName,
    GainDb,
    LengthField,
    Line,
    Milliseconds,
    Name,
    Names,
    PositionField,
    YamlMap,
    form,
    nothing_is_a_map,
)


class Loop(YamlMap):
    """A section that goes round without a seam."""

    section: Name


class Sting(YamlMap):
    """A section from its beginning, as long as it rings, up to `max`."""

    section: Name
    max: LengthField | None = None


class OneShot(YamlMap):
    """A hit, or the rise that leads to one, as a file of its own; `number` of those so named."""

    hit: Line | None = None
    rise: Line | None = None
    number: int = Field(default=1, ge=1, le=10_000)

    @model_validator(mode="after")
    def _one_of_both(self) -> OneShot:
        if (self.hit is None) == (self.rise is None):
            raise BadValue(
                "a one-shot is a hit or a rise", cure="write {hit: NAME} or {rise: NAME}"
            )
        return self

    @property
    def of(self) -> str:
        """The name of the hit."""
        return self.hit or self.rise or ""


MOST_TEMPO_LIMIT_PERCENT = 20
"""As far as a tempo is changed for a length: more is another piece."""


class MixRecipe(YamlMap):
    """What sounds in a mix, how loud, and in which form.

    `mute`, `only` and `gain_db` name tracks, stems or tags; `like` is the mix it begins from.
    `stems` writes its own stems, too. `key` is what a side-chained master hears: the full mix, or
    this one. `live: false` plays the mock-ups of recorded players. What follows re-arranges it.
    """

    like: Name | None = None
    mute: Names = []
    only: Names = []
    gain_db: dict[Name, GainDb] = {}
    stems: bool = False
    key: Literal["full", "self"] = "full"
    duck: bool = False
    live: bool = True
    sections: Names | None = None
    length: LengthField | None = None
    tempo_limit_percent: float = Field(default=2.0, ge=0, le=MOST_TEMPO_LIMIT_PERCENT)
    loop: Loop | None = None
    sting: Sting | None = None
    one_shot: OneShot | None = None


ARRANGING = ("sections", "length", "tempo_limit_percent", "loop", "sting", "one_shot")
"""The keys of a recipe that make it a form of its own (`hostkit.plan.arranging.forms`)."""
Recipe = Annotated[
    MixRecipe, BeforeValidator(nothing_is_a_map, json_schema_input_type=MixRecipe | None)
]
Mixes = Annotated[
    Annotated[list[Name], Tag("list")] | Annotated[dict[Name, Recipe], Tag("map")],
    form("mixes are a list of standard names or a map of name: recipe"),
]


class Dialogue(YamlMap):
    """What music is ducked under; without `at` by its time stamp, else from 1|1.

    `channel` is how mono dialogue is heard: from both sides, or from one loudspeaker.
    """

    file: FileName
    at: PositionField | None = None
    channel: Literal["both", "centre"] = "both"


class Duck(YamlMap):
    """How; what is None is as in `hostkit duck`. `phrases` is a list in place of a search.

    `cc` is the controller that the curve is written out as: 11 expression, 7 volume.
    """

    target_lu: float | None = Field(default=None, ge=0, le=40)
    listener: Literal["expert", "general", "ambience"] | None = None
    max_depth_db: float = Field(default=18, ge=0, le=60)
    mode: Literal["broadband", "speech_band", "both"] = "broadband"
    lookahead_ms: Milliseconds | None = None
    attack_ms: Milliseconds | None = None
    hold_ms: Milliseconds | None = None
    release_ms: Milliseconds | None = None
    slope_db_per_s: float | None = Field(default=None, gt=0, le=1000)
    vad: Literal["energy", "neural", "both"] = "energy"
    phrases: FileName | None = None
    weights: dict[Name, Annotated[float, Field(ge=0, le=1)]] = {}
    protect: Literal["hits"] | None = None
    cc: Literal[11, 7] = 11
    intelligibility: bool = False
