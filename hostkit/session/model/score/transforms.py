"""What may be done to a theme where it is quoted, or to make another theme of it.

`hostkit.plan.scoring.transforms` does it, in the order in which its keys stand here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from hostkit.errors import BadValue
from hostkit.session.model.articulations import ArticulationName
from hostkit.session.model.fields import Names, PositionField, Text, YamlMap, written_briefly
from hostkit.session.model.score.fields import (
    BarCountField,
    FactorField,
    ModeField,
    NoteValueField,
    PitchField,
    Velocity,
)
from hostkit.themes.figures.swell import SwellBy

MAX_COPIES = 64
MAX_THEN = 16
MAX_VOICES = 32
_FRAGMENT = re.compile(r"\s*(\d{1,6})\s*(?:([-–])\s*(\d{1,6})?)?\s*")

InvertWord = Literal["chromatic", "diatonic"]
INVERT_WORDS: Mapping[str, str] = {"chromatic": "semitones", "diatonic": "degrees"}
Semitones = Annotated[int, Field(ge=-127, le=127)]
Steps = Annotated[int, Field(ge=-70, le=70)]


class Transposition(YamlMap):
    """So many `semitones`, or so many `steps` within the key."""

    semitones: Semitones | None = None
    steps: Steps | None = None

    @model_validator(mode="after")
    def _one(self) -> Transposition:
        if (self.semitones is None) == (self.steps is None):
            raise BadValue("transpose is in semitones or in steps", cure="write transpose: 3")
        return self


class Inversion(YamlMap):
    """Upside down `about` a note, else about the first; in semitones, or within the key."""

    about: PitchField | None = None
    by: Literal["semitones", "degrees"] = "semitones"


class Sequence(YamlMap):
    """Again and again, each time so many `steps` of the key or so many `semitones` higher."""

    steps: list[Steps] = Field(default=[], max_length=MAX_COPIES)
    semitones: list[Semitones] = Field(default=[], max_length=MAX_COPIES)

    @model_validator(mode="after")
    def _one(self) -> Sequence:
        if bool(self.steps) == bool(self.semitones):
            raise BadValue(
                "a sequence is in steps or in semitones", cure="write sequence: [0, 2, 4]"
            )
        return self


class Fit(YamlMap):
    """Slower or faster: as long as `bars`, `until` a position, or its last note lands on a hit."""

    bars: BarCountField | None = None
    until: PositionField | None = None
    to_hit: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> Fit:
        if sum(value is not None for value in (self.bars, self.until, self.to_hit)) != 1:
            raise BadValue(
                "fit is one of bars, until and to_hit", cure="write fit: {to_hit: door slams}"
            )
        return self


class Humanise(YamlMap):
    """Played less exactly, up to so much; the same `seed` gives the same."""

    seed: Annotated[int, Field(ge=0, le=2**31)]
    timing_ms: Annotated[float, Field(ge=0, le=200)] = 12.0
    velocity: Annotated[int, Field(ge=0, le=64)] = 6


def _transposition(value: Any) -> Any:
    """A bare number is semitones."""
    if not isinstance(value, int | dict | Transposition) or isinstance(value, bool):
        raise BadValue(
            "transpose is a number of semitones", cure="write transpose: 3, or {steps: 2}"
        )
    return {"semitones": value} if type(value) is int else value


def _inversion(value: Any) -> Any:
    """`true` is about the first note, a word says in what."""
    if value is True:
        return {}
    if isinstance(value, str) and value in INVERT_WORDS:
        return {"by": INVERT_WORDS[value]}
    if not isinstance(value, dict | Inversion):
        raise BadValue(
            f"invert is true, {', '.join(INVERT_WORDS)} or a map; it is {written_briefly(value)}",
            cure="write invert: true for upside down, or take it out",
        )
    return value


def _sequence(value: Any) -> Any:
    """A bare list is steps."""
    if not isinstance(value, list | dict | Sequence):
        raise BadValue("a sequence is a list of steps", cure="write sequence: [0, 2, 4]")
    return {"steps": value} if isinstance(value, list) else value


def _humanise(value: Any) -> Any:
    """A bare number is the seed."""
    if not isinstance(value, int | dict | Humanise) or isinstance(value, bool):
        raise BadValue("humanise is a number, its seed", cure="write humanise: 7")
    return {"seed": value} if type(value) is int else value


def _fragment(value: Any) -> Any:
    if isinstance(value, tuple):
        return value
    match = _FRAGMENT.fullmatch(str(value)) if not isinstance(value, bool) else None
    if match is None:
        raise BadValue(
            f"{str(value)[:20]!r} is no fragment", cure='write its notes by number: "1-4"'
        )
    first = int(match[1])
    return (first, first if not match[2] else int(match[3]) if match[3] else None)


def _written_fragment(value: tuple[int, int | None]) -> str:
    return f"{value[0]}-{'' if value[1] is None else value[1]}"


def _off(value: Any) -> Any:
    """YAML 1.1's `off` may have become false."""
    return "off" if value is False else value


class Transforms(YamlMap):
    """Each key is a change of the theme; they are made in the order in which they stand here."""

    mode: ModeField | None = None
    transpose: (
        Annotated[
            Transposition,
            BeforeValidator(_transposition, json_schema_input_type=int | Transposition),
        ]
        | None
    ) = None
    augment: FactorField | None = None
    diminish: FactorField | None = None
    invert: (
        Annotated[
            Inversion,
            BeforeValidator(
                _inversion, json_schema_input_type=Literal[True] | InvertWord | Inversion
            ),
        ]
        | None
    ) = None
    retrograde: bool = False
    fragment: (
        Annotated[
            tuple[int, int | None],
            BeforeValidator(_fragment),
            PlainSerializer(_written_fragment),
            WithJsonSchema(
                {
                    "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}],
                    "description": "notes by number: 1-4, 3- or 2",
                }
            ),
        ]
        | None
    ) = None
    sequence: (
        Annotated[
            Sequence, BeforeValidator(_sequence, json_schema_input_type=list[Steps] | Sequence)
        ]
        | None
    ) = None
    displace: NoteValueField | None = None
    ornament: Annotated[Literal["off"] | NoteValueField, BeforeValidator(_off)] | None = None
    velocity: Velocity | None = None
    swell: Text | None = None
    swell_by: SwellBy | None = None
    articulation: ArticulationName | None = None
    then: list[Transforms] = Field(default=[], max_length=MAX_THEN)


class QuotedTransforms(Transforms):
    """And after those, what depends on the place where a theme is quoted.

    `voices` are the tracks, the highest first, that share its notes.
    """

    harmonise: Text | None = None
    fit: Fit | None = None
    humanise: (
        Annotated[Humanise, BeforeValidator(_humanise, json_schema_input_type=int | Humanise)]
        | None
    ) = None
    voices: Names = Field(default=[], max_length=MAX_VOICES)
