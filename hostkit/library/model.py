"""A preset file as data: what somebody wrote, checked in shape.

Its devices are those of a session. A plug-in may also carry what was saved of it, so
that what its own state loses can be set again and the rest be checked.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, PlainSerializer, Tag, WithJsonSchema

from hostkit.errors import BadValue
from hostkit.midi.pitch import NoteRange
from hostkit.session.model.articulations import Articulations
from hostkit.session.model.devices import (
    DEVICE_FORMS,
    Builtin,
    Plugin,
    PresetName,
    Sfz,
    SoundFont,
    StandaloneInstrument,
    key_of,
)
from hostkit.session.model.fields import GainDb, Name, Names, OneOrMore, Text, YamlMap


class SavedParam(YamlMap):
    """A parameter as the plug-in held it: from 0 to 1, and as it shows it.

    `in_state` is false where the plug-in's own state does not bring the value back.
    """

    raw: float = Field(ge=0, le=1)
    shows: Text = ""
    in_state: bool = True


class Saved(YamlMap):
    """What a plug-in held, and which version of it, when the preset was saved."""

    version: Text = ""
    params: dict[Annotated[str, Field(max_length=100)], SavedParam] = Field(
        default={}, max_length=4000
    )


class PresetPlugin(Plugin):
    """A plug-in; `state` is a file in the same library, a .vstpreset as hostkit saves it."""

    saved: Saved | None = None


class Suggestion(YamlMap):
    """For the track that uses the preset."""

    stem: Name | None = None
    tags: Names = Field(default=[], max_length=64)


_KEYS = tuple(key for key in DEVICE_FORMS if key != "preset")


def _instrument_kind(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((key for key in _KEYS if key in value), None)
    key = key_of(value)
    return key if key in _KEYS else None


def _of_some_kind(value: Any) -> Any:
    if _instrument_kind(value) is None:
        raise BadValue(
            "a preset's instrument is {soundfont: gm, program: 48}, {sfz: FILE} or {plugin: NAME}",
            cure="to build on another preset, write extends: NAME",
        )
    return value


def _effect_kind(value: Any) -> str | None:
    if isinstance(value, dict):
        return None if "preset" in value else "plugin" if "plugin" in value else "builtin"
    kinds: dict[type[Any], str] = {PresetPlugin: "plugin", Builtin: "builtin"}
    return kinds.get(type(value))


PresetInstrument: TypeAlias = Annotated[
    StandaloneInstrument | Annotated[PresetPlugin, Tag("plugin")],
    Discriminator(_instrument_kind),
    BeforeValidator(_of_some_kind),
]

PresetEffect: TypeAlias = Annotated[
    Annotated[PresetPlugin, Tag("plugin")] | Annotated[Builtin, Tag("builtin")],
    Discriminator(
        _effect_kind,
        custom_error_type="effect_form",
        custom_error_message=(
            "a preset's effect is {plugin: NAME} or one built-in effect as {name: {parameters}}"
        ),
    ),
]


def _range(value: Any) -> Any:
    if isinstance(value, NoteRange):
        return value
    if not isinstance(value, str):
        raise BadValue("a range is two notes: G3-E7")
    return NoteRange.parse(value)


RangeField = Annotated[
    NoteRange,
    BeforeValidator(_range),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "description": "two notes: G3-E7 (middle C is C4)"}),
]

Category = Annotated[
    str,
    Field(
        max_length=100,
        pattern=r"^[a-z0-9][a-z0-9 &-]*(/[a-z0-9][a-z0-9 &-]*)?$",
        description="family/kind: strings/sustains",
    ),
]
Word = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$")]
Words = Annotated[list[Word], *OneOrMore]


class Preset(YamlMap):
    """One preset: an instrument with its effects, or effects alone."""

    preset: Literal[1]
    extends: PresetName | None = None
    description: Text = ""
    category: Category | None = None
    tags: Words = Field(default=[], max_length=64)
    character: Words = Field(default=[], max_length=64)
    range: RangeField | None = None
    articulations: Articulations = Field(default={})
    author: Text = ""
    licence: Text = ""
    suggest: Suggestion = Suggestion.model_construct()
    instrument: PresetInstrument | None = None
    effects: list[PresetEffect] = Field(default=[], max_length=64)
    gain_db: GainDb = 0.0

    @property
    def family(self) -> str:
        """The first part of the category, '' without one."""
        return (self.category or "").partition("/")[0]

    @property
    def devices(self) -> tuple[StandaloneInstrument | PresetPlugin | Builtin, ...]:
        """The instrument, if there is one, and the effects, in the order of the signal."""
        return (*([self.instrument] if self.instrument else []), *self.effects)

    @property
    def plugins(self) -> tuple[str, ...]:
        """The plug-ins it needs, by name."""
        return tuple(dict.fromkeys(d.plugin for d in self.devices if isinstance(d, PresetPlugin)))

    @property
    def needs(self) -> tuple[str, ...]:
        """What it needs besides the embedded default: plug-ins, SoundFonts and SFZs of its own."""
        sounds = [
            written.replace("\\", "/").rpartition("/")[2]
            for d in self.devices
            if isinstance(d, SoundFont | Sfz)
            and (written := d.soundfont if isinstance(d, SoundFont) else d.sfz) != "gm"
        ]
        return (*self.plugins, *sounds)
