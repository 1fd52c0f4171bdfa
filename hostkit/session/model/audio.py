"""Recorded audio as a track writes it: which stretch of which file sounds where."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from hostkit.errors import BadValue
from hostkit.session.model.fields import FileName, GainDb, Milliseconds, PositionField, YamlMap
from hostkit.timebase.position import Seconds, parse_length

MAX_REGIONS = 10_000


def _file_time(value: Any) -> Any:
    if isinstance(value, Seconds):
        return value
    if not isinstance(value, bool) and isinstance(value, (str, int, float)):
        with suppress(BadValue):
            read = parse_length(value)
            if isinstance(read, Seconds):
                return read
    raise BadValue("a place in a file is a time from its start", cure="write 2.5s or 1:20")


def _listed(value: Any) -> Any:
    """Regions as they may be written; what else people write is told in their words."""
    named = value if isinstance(value, list) else [value]
    if isinstance(value, dict):
        named = [value.get("file")]
    text = next((one for one in named if isinstance(one, str)), None)
    if text is not None or not named or isinstance(value, dict):
        file = text if text is not None and len(text) <= 64 else "take.wav"
        raise BadValue("recorded audio is a list of regions", f"write [{{file: {file}, at: 1|1}}]")
    return value


FileTime = Annotated[
    Seconds,
    BeforeValidator(_file_time),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 86_400},
                {"type": "string", "pattern": r"^\s*[0-9][0-9.:/]*\s*s?\s*$"},
            ],
            "description": "a time from the start of the file: 2.5s, 1:20",
        }
    ),
]


class AudioRegion(YamlMap):
    """A stretch of an audio file: `from` to `to` of it, which begins to sound `at` a position.

    Without `at` the file's time stamp says where. `channels` are those that are heard, from 1;
    one is mono, two are left and right. `crossfade_ms` fades over from the region before it, or,
    of `live`, from and to the mock-up.
    """

    file: FileName
    at: PositionField | None = None
    start: FileTime | None = Field(default=None, alias="from")
    stop: FileTime | None = Field(default=None, alias="to")
    channels: list[Annotated[int, Field(ge=1, le=128)]] | None = Field(
        default=None, min_length=1, max_length=2
    )
    gain_db: GainDb = 0.0
    fade: Literal["equal_power", "linear"] = "equal_power"
    fade_in_ms: Milliseconds | None = None
    fade_out_ms: Milliseconds | None = None
    crossfade_ms: Milliseconds | None = None


Regions = Annotated[
    list[AudioRegion], BeforeValidator(_listed), Field(min_length=1, max_length=MAX_REGIONS)
]
