"""Devices as a session or a preset writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_serializer,
    model_validator,
)

from hostkit.errors import BadValue
from hostkit.session.model.fields import FileName, Name, Params, ParamValue, YamlMap

PresetName = Annotated[
    str,
    Field(
        max_length=200,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*$",
        description="the name of a preset: strings/warm-ensemble",
    ),
]


SOUND_ENDINGS: Mapping[str, Literal["soundfont", "sfz"]] = {
    ".sf2": "soundfont",
    ".sf3": "soundfont",
    ".sfz": "sfz",
}


def is_installed_name(sound: str) -> bool:
    """Whether a SoundFont or SFZ is meant by name, as it is installed, and not as a file.

    >>> is_installed_name("MuseScore_General"), is_installed_name("mine/choir.sf2")
    (True, False)
    """
    ending = sound[sound.rfind(".") :].lower() if "." in sound else ""
    return "/" not in sound and "\\" not in sound and ending not in SOUND_ENDINGS


class SoundFont(YamlMap):
    """`soundfont: gm` is the embedded General MIDI default; else a file, or one installed."""

    soundfont: FileName
    program: int | None = Field(default=None, ge=0, le=127)
    bank: int | None = Field(default=None, ge=0, le=16383)


class Sfz(YamlMap):
    """An SFZ: a file, or the name of one that is installed."""

    sfz: FileName


KeyName = Annotated[str, Field(min_length=1, max_length=200)]
"""What keys a side-chain: a track's name, or `dialogue`."""


def _stand_in(value: Any) -> str | None:
    """Which form what stands in for a plug-in has: the tag for pydantic."""
    if value == "nothing":
        return "nothing"
    forms = {"soundfont": SoundFont, "sfz": Sfz}
    if isinstance(value, dict):
        return next((key for key in forms if key in value), None)
    return next((key for key, form_ in forms.items() if isinstance(value, form_)), None)


class Plugin(YamlMap):
    """A plug-in by its name; where it is installed is not the session's to say.

    `vendor` and `format` tell those of one name apart. `host` is what plays it, where the one
    that hostkit chooses is not wanted. `sidechain` is the track that keys an effect, or dialogue.
    `buffer` are the frames of a block, where those that the scan found are not wanted;
    so with `warm_up_s`, for how long it gets ready by the clock after loading. `realtime` is for
    one that loses notes when it is played faster than it sounds. `stand_in` is what plays where
    it is not installed: another instrument, or nothing in place of an effect.
    """

    plugin: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^/\\\x00]+$")]
    vendor: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    format: Literal["vst3", "au", "lv2"] | None = None
    params: Params = {}
    state: FileName | None = None
    host: Literal["pedalboard", "minihost"] | None = None
    buffer: Literal[16, 32, 64, 128, 256, 512, 1024, 2048, 4096] | None = None
    warm_up_s: Annotated[float, Field(ge=0, le=600)] | None = None
    realtime: bool = False
    sidechain: KeyName | None = None
    stand_in: (
        Annotated[
            Annotated[SoundFont, Tag("soundfont")]
            | Annotated[Sfz, Tag("sfz")]
            | Annotated[Literal["nothing"], Tag("nothing")],
            Discriminator(
                _stand_in,
                custom_error_type="stand_in",
                custom_error_message=(
                    "what stands in for a plug-in is {soundfont: gm, program: 48}, {sfz: FILE}, or "
                    "nothing in place of an effect"
                ),
            ),
        ]
        | None
    ) = None


MOST_OUTPUTS, MOST_NAME_CHARACTERS = 1000, 200


def _output(value: Any) -> Any:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number and (not isinstance(value, str) or not 0 < len(value) <= MOST_NAME_CHARACTERS):
        raise BadValue("an output is its name, or its number", cure="write name: Snare, or name: 2")
    if is_number and not 2 <= value <= MOST_OUTPUTS:
        raise BadValue(
            f"output {value} is no other output", cure="the main one is 1: count from 2 on"
        )
    return value


OutputName = Annotated[
    int | str,
    BeforeValidator(_output),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": MOST_NAME_CHARACTERS},
                {"type": "integer", "minimum": 2, "maximum": MOST_OUTPUTS},
            ],
            "description": "the name of an output, or its number: the main one is 1",
        }
    ),
]


class TrackOutput(YamlMap):
    """Another output of the instrument that the track `of` has: by name, or number from 2 on."""

    of: Name
    name: OutputName

    @model_validator(mode="before")
    @classmethod
    def _of_and_name(cls, value: Any) -> Any:
        if isinstance(value, str):
            cure = f"write output: {{of: {value[:64]}, name: Snare}}"
            raise BadValue("an output is of a track, and has a name or a number", cure)
        return value


class PresetUse(YamlMap):
    """A preset with some of its parameters set otherwise.

    `sidechain` is what keys the plug-in of it that has a side-chain: a track, or dialogue.
    """

    preset: PresetName
    params: Params = {}
    sidechain: KeyName | None = None


class ToneSettings(YamlMap):
    """Of the test tone: how many channels, and its amplitude (1 is full scale)."""

    channels: int = Field(default=2, ge=1, le=2)
    gain: float = Field(default=0.5, ge=0, le=1)


class Tone(YamlMap):
    """The built-in test tone: a plain sine at each note's pitch."""

    tone: ToneSettings


class Builtin(YamlMap):
    """One built-in effect, written `{name: {parameters}`."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
    params: Params = {}

    @model_validator(mode="before")
    @classmethod
    def _from_one_key(cls, value: Any) -> Any:
        if isinstance(value, dict) and len(value) == 1:
            name, params = next(iter(value.items()))
            return {"name": name, "params": {} if params is None else params}
        if isinstance(value, dict) and "sidechain" in value:
            raise BadValue(
                "a built-in effect has no side-chain",
                cure="choose a plug-in that has one (hostkit plugins list shows which)",
            )
        if isinstance(value, dict) and not {"name", "params"} >= value.keys():
            raise BadValue(
                "an effect is one of {plugin: NAME}, {preset: NAME} "
                "or one built-in effect as {name: {parameters}}"
            )
        return value

    @model_serializer
    def _to_one_key(self) -> dict[str, dict[str, ParamValue]]:
        return {self.name: dict(self.params)}


def _midi_effect(value: Any) -> Any:
    if not isinstance(value, dict | Plugin):
        name = value if isinstance(value, str) else "NAME"
        raise BadValue("a MIDI effect is a plug-in", cure=f"write {{plugin: {name}}}")
    return value


MidiEffect: TypeAlias = Annotated[Plugin, BeforeValidator(_midi_effect)]

DEVICE_FORMS: dict[str, type[YamlMap]] = {
    "soundfont": SoundFont,
    "sfz": Sfz,
    "plugin": Plugin,
    "preset": PresetUse,
    "tone": Tone,
}
"""What a device is written as, by the key that tells it; any other is a built-in effect."""
StandaloneInstrument: TypeAlias = (
    Annotated[SoundFont, Tag("soundfont")]
    | Annotated[Sfz, Tag("sfz")]
    | Annotated[Tone, Tag("tone")]
)
"""Instruments that are the same in a session and in a preset."""


def _kind(value: Any) -> str | None:
    """Which device form a value has: the tag for pydantic."""
    if isinstance(value, str):
        return "name"
    if isinstance(value, dict):
        return next((key for key in DEVICE_FORMS if key in value), "builtin")
    return "builtin" if isinstance(value, Builtin) else key_of(value)


def key_of(device: Any) -> str | None:
    """The key that a device is told by; None for none, as for a built-in effect."""
    return next((key for key, form in DEVICE_FORMS.items() if isinstance(device, form)), None)


Instrument: TypeAlias = Annotated[
    Annotated[PresetName, Tag("name")]
    | StandaloneInstrument
    | Annotated[Plugin, Tag("plugin")]
    | Annotated[PresetUse, Tag("preset")],
    Discriminator(
        _kind,
        custom_error_type="instrument_form",
        custom_error_message=(
            "an instrument is {soundfont: gm, program: 48}, {sfz: FILE}, {plugin: NAME}, "
            "{preset: NAME} or the name of a preset"
        ),
    ),
]

Effect: TypeAlias = Annotated[
    Annotated[PresetName, Tag("name")]
    | Annotated[Plugin, Tag("plugin")]
    | Annotated[PresetUse, Tag("preset")]
    | Annotated[Builtin, Tag("builtin")],
    Discriminator(
        _kind,
        custom_error_type="effect_form",
        custom_error_message=(
            "an effect is {plugin: NAME}, {preset: NAME}, the name of a preset, "
            "or one built-in effect as {name: {parameters}}"
        ),
    ),
]

DEVICE_TAGS = frozenset({"name", "builtin", *DEVICE_FORMS})
