"""The kinds of value a session file is made of, with their bounds."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
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

from hostkit.errors import BadValue
from hostkit.ground.harmless import on_a_line
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.position import (
    POSITION_PATTERN,
    BarBeat,
    Seconds,
    parse_length,
    parse_position,
)
from hostkit.timebase.timecode import TimecodeLabel


class YamlMap(BaseModel):
    """A map of the session file: frozen, no unknown keys, no silent conversions.

    Validation notes which keys each map may have in the context's "allowed", by the map's
    id, so that the message for an unknown key can name the nearest known one.
    """

    # Made ready where it is first used, or each would be once more for every model around it: a
    # fifth of the time in which commands and the process server start. Defaults that are maps are
    # put together without (`model_construct`): they are right, and would make theirs ready.
    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def _note_keys(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, dict) and info.context is not None:
            fields = cls.model_fields.items()
            info.context["allowed"][id(value)] = tuple(f.alias or name for name, f in fields)
        return value


MOST_TOLERANCE_FRAMES = 100
FORM_TAGS = frozenset({"text", "list", "map"})


def written_briefly(value: object) -> str:
    """A value as YAML has it, of limited length.

    >>> written_briefly(False), written_briefly("off"), written_briefly(float("-inf"))
    ('false', "'off'", '-.inf')
    """
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    if isinstance(value, float) and not math.isfinite(value):
        text = text.replace("inf", ".inf").replace("nan", ".nan")
    return text if len(text) <= 80 else text[:80] + "…"


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
        raise BadValue("write a position as 9|1 (bar|beat), 01:00:42:10 (timecode), 12.5s or 0:20")
    return parse_position(value)


def _length(value: Any) -> Any:
    if isinstance(value, (BarBeat, Seconds, TimecodeLabel)):
        return value
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise BadValue("write a length as 30 (seconds), 0:30, 12.5s, or the position of its end")
    return parse_length(value)


def _length_or_auto(value: Any) -> Any:
    return value if value == "auto" else _length(value)


def _list_of_one(value: Any) -> Any:
    """A list of one name may be written as the name."""
    return [value] if isinstance(value, str) else value


def nothing_is_a_map(value: Any) -> Any:
    """A map without a key may be left empty: `full:` is `full: {}`."""
    return {} if value is None else value


def _or_one(schema: dict[str, Any]) -> None:
    """In the JSON Schema, too."""
    item = schema["items"]
    lists = {key: schema.pop(key) for key in ("type", "items", "maxItems") if key in schema}
    schema["anyOf"] = [item, lists]


def _text(value: Any) -> Any:
    """A title may look like a number: 1917."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _param_value(value: Any) -> Any:
    if not isinstance(value, (bool, int, float, str)):
        raise BadValue("a parameter's value is a number, true, false or text")
    if isinstance(value, str) and len(value) > 200:
        raise BadValue("a parameter's text has at most 200 characters")
    if isinstance(value, float) and not math.isfinite(value):
        raise BadValue("a parameter's value is a finite number")
    return value


def _tolerance(value: Any) -> Any:
    """One number is for both sides. Raises BadValue."""
    pair = list(value) if isinstance(value, (list, tuple)) else [value, value]
    numbers = all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in pair)
    if len(pair) != 2 or not numbers or not all(0 <= n <= MOST_TOLERANCE_FRAMES for n in pair):
        raise BadValue(
            f"a tolerance is frames from 0 to {MOST_TOLERANCE_FRAMES}",
            cure="write one number for both sides (2), or [early, late] ([1, 2])",
        )
    return (float(pair[0]), float(pair[1]))


def _frame_rate(value: Any) -> Any:
    if isinstance(value, FrameRate):
        return value
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise BadValue("write a frame rate as 24, 25 or 23.976")
    return FrameRate.parse(value)


PositionField = Annotated[
    BarBeat | Seconds | TimecodeLabel,
    BeforeValidator(_position),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": 99_999},
                {"type": "string", "pattern": POSITION_PATTERN},
            ],
            "description": (
                "bar|beat (9|1, or just 9), timecode (01:00:42:10) or seconds (12.5s, 0:20)"
            ),
        }
    ),
]

_LENGTH_FORMS: list[dict[str, Any]] = [
    {"type": "number", "minimum": 0, "maximum": 86_400},
    {"type": "string", "pattern": POSITION_PATTERN},
]
_LENGTH_WORDS = "seconds (30 or 12.5s), minutes and seconds (0:30), or the position of its end"

LengthField = Annotated[
    BarBeat | Seconds | TimecodeLabel,
    BeforeValidator(_length),
    PlainSerializer(str),
    WithJsonSchema({"anyOf": _LENGTH_FORMS, "description": _LENGTH_WORDS}),
]

AutoLengthField = Annotated[
    BarBeat | Seconds | TimecodeLabel | Literal["auto"],
    BeforeValidator(_length_or_auto),
    PlainSerializer(str),
    WithJsonSchema(
        {"anyOf": [{"const": "auto"}, *_LENGTH_FORMS], "description": f"auto, {_LENGTH_WORDS}"}
    ),
]

FrameRateField = Annotated[
    FrameRate,
    BeforeValidator(_frame_rate),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 23, "maximum": 120},
                {"type": "string", "pattern": r"^\s*[0-9]"},
            ],
            "description": "23.976, 24, 25, 29.97…",
        }
    ),
]

_FRAMES = {"type": "number", "minimum": 0, "maximum": MOST_TOLERANCE_FRAMES}

ToleranceFrames = Annotated[
    tuple[float, float],
    BeforeValidator(_tolerance),
    WithJsonSchema(
        {
            "anyOf": [
                _FRAMES,
                {"type": "array", "items": _FRAMES, "minItems": 2, "maxItems": 2},
            ],
            "description": "frames: one number for both sides, or [early, late]",
        }
    ),
]
"""How many frames early, and how many late, music may meet a hit."""

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9 _.+&#()-]{0,63}$"
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=64)]
"""A name that can become part of a file name on every system."""

OneOrMore = (BeforeValidator(_list_of_one), Field(json_schema_extra=_or_one))
"""Annotations for a list: one of its texts may stand for it."""
Names = Annotated[list[Name], *OneOrMore]
"""A list of names; one may be written as the name."""

Text = Annotated[
    str,
    StringConstraints(max_length=1000),
    BeforeValidator(_text, json_schema_input_type=str | int),
]
Line = Annotated[Text, AfterValidator(on_a_line)]
"""Text that stands in tables, pictures and other programs' lists."""
FileName = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]+$")]
GainDb = Annotated[float, Field(ge=-144, le=24)]
Pan = Annotated[float, Field(ge=-1, le=1)]
Bpm = Annotated[float, Field(ge=5, le=999)]
SampleRate = Annotated[int, Field(ge=8000, le=192_000)]
Milliseconds = Annotated[float, Field(ge=0, le=60_000)]
DelayMs = Annotated[float, Field(ge=-5000, le=5000)]
"""Later by so much; earlier where it is below 0."""
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
