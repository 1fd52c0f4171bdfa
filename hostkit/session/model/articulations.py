"""How an instrument is told to play in one way or another, as it is written."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, Tag, WithJsonSchema

from hostkit.errors import BadValue
from hostkit.midi.pitch import note_name, note_number
from hostkit.session.model.fields import DelayMs, PositionField, Text, YamlMap, form


def _keyswitches(value: Any) -> Any:
    """One note may stand for a list of them."""
    notes = value if isinstance(value, list) else [value]
    if not all(isinstance(note, int | str) and not isinstance(note, bool) for note in notes):
        raise BadValue(
            "a keyswitch is a note, or a list of notes", cure="write C1 (middle C is C4), or 24"
        )
    return [note_number(str(note)) for note in notes]


def _is_pair(value: Any) -> bool:
    """YAML has lists where a pair is meant."""
    return isinstance(value, list | tuple) and len(value) == 2


def _controllers(value: Any) -> Any:
    """One pair may stand for a list of them."""
    pairs = [value] if _is_pair(value) and not any(map(_is_pair, value)) else value
    if not isinstance(pairs, list) or not all(map(_is_pair, pairs)):
        raise BadValue("cc is [controller, value], or a list of such pairs", cure="write [32, 5]")
    return [tuple(pair) for pair in pairs]


def _velocities(value: Any) -> Any:
    if not _is_pair(value) or not all(type(one) is int for one in value):
        raise BadValue("a range of velocities is [lowest, highest]", cure="write [1, 64]")
    low, high = value
    if low > high:
        raise BadValue(f"velocity goes from {low} down to {high}", cure="write the lower first")
    return (low, high)


_FORM = (
    "an articulation is a name, a list of [position, name], or "
    "{from: text}, {from: markers} or {from: keyswitches}"
)


def _one_for_all(value: Any) -> Any:
    """One name holds for the whole track."""
    if isinstance(value, dict) and "from" not in value:
        raise BadValue(_FORM)
    return [(1, value)] if isinstance(value, str) else value


def _points(value: Any) -> Any:
    if not isinstance(value, list) or not all(map(_is_pair, value)):
        raise BadValue(
            "articulations are a list of [position, name]",
            cure="write [[1|1, sustain], [9|1, spiccato]]",
        )
    return [tuple(point) for point in value]


def _pair_of(*items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "prefixItems": list(items), "minItems": 2, "maxItems": 2}


def _or_list_of(one: dict[str, Any], most: int) -> dict[str, Any]:
    return {"anyOf": [one, {"type": "array", "items": one, "maxItems": most}]}


_NOTE: dict[str, Any] = {
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": 127},
        {"type": "string", "pattern": "^([A-Ga-g][#b♯♭]?-?[0-9]|[0-9]{1,3})$"},
    ]
}
_CONTROLLER = {"type": "integer", "minimum": 0, "maximum": 119}
_VALUE = {"type": "integer", "minimum": 0, "maximum": 127}
_VELOCITY = {"type": "integer", "minimum": 1, "maximum": 127}
_NAME = {"type": "string", "minLength": 1, "maxLength": 64}
_NUMBER_OR_TEXT = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
_POINT = _pair_of(_NUMBER_OR_TEXT, _NUMBER_OR_TEXT)

MAX_KEYSWITCHES, MAX_CONTROLLERS, MAX_POINTS = 8, 16, 100_000

Keyswitches = Annotated[
    list[Annotated[int, PlainSerializer(note_name)]],
    BeforeValidator(_keyswitches),
    Field(max_length=MAX_KEYSWITCHES),
    WithJsonSchema(_or_list_of(_NOTE, MAX_KEYSWITCHES)),
]
Controllers = Annotated[
    list[tuple[Annotated[int, Field(ge=0, le=119)], Annotated[int, Field(ge=0, le=127)]]],
    BeforeValidator(_controllers),
    Field(max_length=MAX_CONTROLLERS),
    WithJsonSchema(_or_list_of(_pair_of(_CONTROLLER, _VALUE), MAX_CONTROLLERS)),
]
_Velocity = Annotated[int, Field(ge=1, le=127)]
Velocities = Annotated[
    tuple[_Velocity, _Velocity],
    BeforeValidator(_velocities),
    WithJsonSchema(_pair_of(_VELOCITY, _VELOCITY)),
]


def _chooser(value: Any) -> Any:
    if not isinstance(value, dict | Articulation):
        raise BadValue(
            "an articulation is what chooses it",
            cure="write {keyswitch: C1}, {program: 45} or {cc: [32, 5]}",
        )
    return value


def _by_name(value: Any) -> Any:
    if not isinstance(value, dict):
        raise BadValue(
            "articulations are names, each with what chooses it",
            cure="write articulations: {spiccato: {keyswitch: C1}}",
        )
    return value


class Articulation(YamlMap):
    """What chooses it, several at once where need be, and how early it has to be played."""

    keyswitch: Keyswitches = []
    cc: Controllers = []
    program: int | None = Field(default=None, ge=0, le=127)
    channel: int | None = Field(default=None, ge=1, le=16)
    velocity: Velocities | None = None
    delay_ms: DelayMs = 0.0


ArticulationName = Annotated[Text, Field(min_length=1, max_length=64)]
Articulations = Annotated[
    dict[ArticulationName, Annotated[Articulation, BeforeValidator(_chooser)]],
    BeforeValidator(_by_name),
    Field(max_length=256),
]


class ArticulationSource(YamlMap):
    """Where the MIDI says them: texts or keyswitches of the track, or markers of the file."""

    from_: Literal["text", "markers", "keyswitches"] = Field(alias="from")


_Points = Annotated[
    list[tuple[PositionField, ArticulationName]],
    BeforeValidator(_points),
    Field(max_length=MAX_POINTS),
    WithJsonSchema({"anyOf": [_NAME, {"type": "array", "items": _POINT, "maxItems": MAX_POINTS}]}),
]
ArticulationPoints = Annotated[
    Annotated[_Points, Tag("list")] | Annotated[ArticulationSource, Tag("map")],
    form(_FORM),
    BeforeValidator(_one_for_all),
]
