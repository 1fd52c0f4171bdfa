"""The kinds of value that themes and scores are made of."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, StringConstraints, WithJsonSchema

from hostkit.errors import BadValue
from hostkit.themes.keys import MusicKey

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
