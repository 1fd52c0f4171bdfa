"""The kinds of value that themes and scores are made of."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

from hostkit.errors import BadValue
from hostkit.themes.dynamics import DYNAMICS
from hostkit.themes.keys import MusicKey, parse_mode
from hostkit.themes.notation.dialects import quarters_of, written_pitch, written_quarters
from hostkit.themes.notation.writing import pitch_name
from hostkit.themes.pitch import Pitch

ThemeName = Annotated[str, StringConstraints(pattern=r"^[^\s/\\].{0,63}$", max_length=64)]
Notation = Annotated[str, StringConstraints(min_length=1)]
"""Music as text; what is wrong in it is told where it is read (`hostkit.themes.notation`)."""
MAX_PITCHES_TEXT = 2000
_NUMBER = re.compile(r"\s*(\d{1,4}(?:\.\d{1,6})?)\s*(?:/\s*(\d{1,4}))?\s*")


def _key(value: Any) -> Any:
    if isinstance(value, MusicKey):
        return value
    if not isinstance(value, str):
        raise BadValue("a key is a tonic and a mode", cure="write D minor, Bb major, F# dorian")
    return MusicKey.parse(value)


def _mode(value: Any) -> Any:
    """A mode alone keeps the tonic."""
    if isinstance(value, MusicKey):
        return value
    if not isinstance(value, str):
        raise BadValue("a mode is a word, or a key", cure="write lydian, or D major")
    head, _, rest = value.strip().partition(" ")
    if len(head.rstrip("b#♭♯")) == 1 and rest:
        return MusicKey.parse(value)
    return parse_mode(value)


def _pitch(value: Any) -> Any:
    if isinstance(value, Pitch):
        return value
    if not _is_short(value):
        raise BadValue("a pitch is written as in LilyPond", cure="write d, or bes,")
    if len(value.split()) > 1:
        raise BadValue(f"{value[:40]!r} is more than one pitch", cure="write one: d, or bes,")
    return written_pitch(value)


def _pitches(value: Any) -> Any:
    """Words, or a chord: `d f a` or `<d f a>`; each once."""
    if isinstance(value, tuple):
        return value
    words = value.strip().removeprefix("<").removesuffix(">").split() if _is_short(value) else []
    if not words:
        raise BadValue("pitches are written as in LilyPond", cure="write d f a, or <d f a>")
    return tuple(dict.fromkeys(written_pitch(word) for word in words))


def _is_short(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_PITCHES_TEXT


def _note_value(value: Any) -> Any:
    if isinstance(value, Fraction):
        return value
    if isinstance(value, float) and value.is_integer():
        value = f"{int(value)}."  # as YAML reads the 8. of a dotted eighth
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadValue("a note value is a number of LilyPond's", cure="write 4, 8. or -16")
    return quarters_of(str(value))


def _factor(value: Any) -> Any:
    return _ratio(value, "factor", "write 2, 1.5 or 3/2")


def _bars(value: Any) -> Any:
    return _ratio(value, "number of bars", "write 2, or 1/2")


def _ratio(value: Any, what: str, cure: str) -> Fraction:
    """More than 0."""
    if isinstance(value, Fraction):
        return value
    match = _NUMBER.fullmatch(str(value)) if not isinstance(value, bool) else None
    if match is None or not Fraction(match[1]) or (match[2] and not int(match[2])):
        raise BadValue(f"{str(value)[:20]!r} is no {what}", cure=cure)
    return Fraction(match[1]) / int(match[2] or 1)


def _velocity(value: Any) -> Any:
    if not isinstance(value, str) or value.isdigit():
        return value
    if value not in DYNAMICS:
        raise BadValue(f"{value[:20]!r} is no velocity", cure="write 1 to 127, or a mark: mf")
    return DYNAMICS[value]


Velocity = Annotated[
    int, BeforeValidator(_velocity, json_schema_input_type=int | str), Field(ge=1, le=127)
]
"""1 to 127, or the mark of a dynamic: mf."""
KeyField = Annotated[
    MusicKey,
    BeforeValidator(_key),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*[A-Ga-g]",
            "description": "a tonic and a mode: D minor, F# lydian dominant",
        }
    ),
]
ModeField = Annotated[
    MusicKey | str,
    BeforeValidator(_mode),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "description": "a mode, lydian, or a key, D major"}),
]
PitchField = Annotated[
    Pitch,
    BeforeValidator(_pitch),
    PlainSerializer(pitch_name),
    WithJsonSchema({"type": "string", "description": "a note as in LilyPond: a', fis, bes,"}),
]
PitchesField = Annotated[
    tuple[Pitch, ...],
    BeforeValidator(_pitches),
    PlainSerializer(lambda pitches: " ".join(map(pitch_name, pitches))),
    WithJsonSchema({"type": "string", "description": "as in LilyPond: d f a"}),
]
NoteValueField = Annotated[
    Fraction,
    BeforeValidator(_note_value),
    PlainSerializer(written_quarters),
    WithJsonSchema(
        {
            "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?[0-9]{1,3}"}],
            "description": "a note value: 4 is a quarter, 8. a dotted eighth; -8 is earlier",
        }
    ),
]
_RATIO_WRITTEN = (
    PlainSerializer(str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0},
                {"type": "string", "pattern": r"^\s*[0-9.]+\s*(/\s*[0-9]+)?\s*$"},
            ],
            "description": "2, 1.5 or 3/2",
        }
    ),
)
FactorField = Annotated[Fraction, BeforeValidator(_factor), *_RATIO_WRITTEN]
BarCountField = Annotated[Fraction, BeforeValidator(_bars), *_RATIO_WRITTEN]
