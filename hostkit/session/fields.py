"""The kinds of value a session file is made of, with their bounds."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.position import BarBeat, Seconds, parse_position
from hostkit.timebase.timecode import TimecodeLabel


class Section(BaseModel):
    """A map of the session file: frozen, no unknown keys, no silent conversions.

    Validation notes which keys each map may have in the context's "allowed", by the map's
    id, so that the message for an unknown key can name the nearest known one.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _note_keys(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, dict) and info.context is not None:
            info.context["allowed"][id(value)] = tuple(cls.model_fields)
        return value


FORM_TAGS = frozenset({"text", "list", "map"})


def form(message: str) -> Discriminator:
    """Chooses among forms of one value by what YAML made of it; see `FORM_TAGS`."""

    def tag(value: Any) -> str | None:
        if isinstance(value, (dict, BaseModel)):
            return "map"
        tags: dict[type[Any], str] = {str: "text", list: "list", tuple: "list"}
        return tags.get(type(value))

    return Discriminator(tag, custom_error_type="form", custom_error_message=message)


def _position(value: Any) -> Any:
    if isinstance(value, (BarBeat, Seconds, TimecodeLabel)):
        return value
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError("write a position as 9|1 (bar|beat), 01:00:42:10 (timecode) or 12.5s")
    return parse_position(value)


def _length(value: Any) -> Any:
    return value if value == "auto" else _position(value)


def _text(value: Any) -> Any:
    """A title may look like a number: 1917."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _param_value(value: Any) -> Any:
    if not isinstance(value, (bool, int, float, str)):
        raise ValueError("a parameter's value is a number, true, false or text")
    if isinstance(value, str) and len(value) > 200:
        raise ValueError("a parameter's text has at most 200 characters")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a parameter's value is a finite number")
    return value


def _frame_rate(value: Any) -> Any:
    if isinstance(value, FrameRate):
        return value
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("write a frame rate as 24, 25 or 23.976")
    return FrameRate.parse(value)


PositionField = Annotated[
    BarBeat | Seconds | TimecodeLabel,
    BeforeValidator(_position),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": ["string", "integer"],
            "description": "bar|beat (9|1, or just 9), timecode (01:00:42:10) or seconds (12.5s)",
        }
    ),
]

LengthField = Annotated[
    BarBeat | Seconds | TimecodeLabel | Literal["auto"],
    BeforeValidator(_length),
    PlainSerializer(str),
    WithJsonSchema({"type": ["string", "integer"], "description": "auto, or a position"}),
]

FrameRateField = Annotated[
    FrameRate,
    BeforeValidator(_frame_rate),
    PlainSerializer(str),
    WithJsonSchema({"type": ["number", "string"], "description": "23.976, 24, 25, 29.97…"}),
]

Name = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.+&#()-]{0,63}$", max_length=64)
]
"""A name that can become part of a file name on every system."""

Text = Annotated[str, StringConstraints(max_length=1000), BeforeValidator(_text)]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]+$")]
GainDb = Annotated[float, Field(ge=-144, le=24)]
Pan = Annotated[float, Field(ge=-1, le=1)]
Bpm = Annotated[float, Field(ge=5, le=999)]
SampleRate = Annotated[int, Field(ge=8000, le=192_000)]
Milliseconds = Annotated[float, Field(ge=0, le=60_000)]
Number = Annotated[float, Field(ge=-1e9, le=1e9)]
ParamValue = Annotated[
    bool | int | float | str,
    BeforeValidator(_param_value),
    WithJsonSchema({"type": ["number", "boolean", "string"]}),
]
Params = Annotated[
    dict[Annotated[str, StringConstraints(max_length=100)], ParamValue], Field(max_length=2000)
]
Meter = Annotated[
    str,
    StringConstraints(pattern=r"^([1-9]|[1-5][0-9]|6[0-4])/(1|2|4|8|16|32|64)$"),
]
Curve = Literal["beats", "time", "geometric"]
