"""The kinds of value that themes and scores are made of."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

from hostkit.errors import BadValue
from hostkit.themes.dynamics import DYNAMICS
from hostkit.themes.keys import MusicKey
from hostkit.themes.notation.reading import read_notes
from hostkit.themes.pitch import Pitch

ThemeName = Annotated[str, StringConstraints(pattern=r"^[^\s/\\].{0,63}$", max_length=64)]
Notation = Annotated[str, StringConstraints(min_length=1)]
"""Music as text; what is wrong in it is told where it is read (`hostkit.themes.notation`)."""


def _key(value: Any) -> Any:
    if isinstance(value, MusicKey):
        return value
    if not isinstance(value, str):
        raise BadValue("a key is a tonic and a mode", cure="write D minor, Bb major, F# dorian")
    return MusicKey.parse(value)


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


def _pitches(value: Any) -> Any:
    if isinstance(value, tuple):
        return value
    if not isinstance(value, str) or len(value) > MAX_PITCHES_TEXT:
        raise BadValue("pitches are written as in LilyPond", cure="write d f a, or <d f a>")
    read = read_notes(value, None, (4, 4), ())
    if read.faults or not read.phrase.notes:
        raise BadValue(
            f"{value[:40]!r} are no pitches", cure="write d f a; an octave up is d', down d,"
        )
    return tuple(dict.fromkeys(note.pitch for note in read.phrase.notes))


def _pitch(value: Any) -> Any:
    if isinstance(value, Pitch):
        return value
    found = _pitches(value)
    if len(found) != 1:
        raise BadValue(f"{value[:40]!r} is more than one pitch", cure="write one: d, or bes,")
    return found[0]


def _velocity(value: Any) -> Any:
    return DYNAMICS.get(value, value) if isinstance(value, str) else value


MAX_PITCHES_TEXT = 2000
PitchField = Annotated[
    Pitch,
    BeforeValidator(_pitch),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "description": "as in LilyPond: c is C3, c' middle C"}),
]
PitchesField = Annotated[
    tuple[Pitch, ...],
    BeforeValidator(_pitches),
    PlainSerializer(lambda pitches: " ".join(map(str, pitches))),
    WithJsonSchema({"type": "string", "description": "as in LilyPond: d f a"}),
]
Velocity = Annotated[
    int,
    BeforeValidator(_velocity, json_schema_input_type=int | str),
    Field(ge=1, le=127),
]
"""1 to 127, or the mark of a dynamic: mf."""
