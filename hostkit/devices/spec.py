"""What will be run: devices fully resolved, as frozen data.

A spec carries everything that its sound depends on, so that its fields are its identity.
Files are named by path and by the hash of their content: two specs with equal hashes
sound alike wherever the files are. `preset` names the preset a device came from, if any.
`follows_transport` says whether its sound depends on tempo, meter or position.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self, TypeAlias

from hostkit.devices.description import BUFFER_FRAMES, ParamValue, PluginDescription
from hostkit.devices.sfz.keyswitches import NO_KEYSWITCHES, Keyswitches
from hostkit.errors import StorageError
from hostkit.ground.named_file import FileState, state_of
from hostkit.timebase.transport import STILL, Transport

UNHEARD = {"heard": False}
"""Marks a field that does not change the sound, and so is no part of a fingerprint."""
UNLESS_DEFAULT = {"heard at default": False}
"""Marks a field that changes the sound only where it is not at its default."""


PLUGIN_ECHO_SECONDS = 4.0
"""What a plug-in does is not known beforehand: a whole note at 60 bpm."""
BUILTIN_ECHO_SECONDS = 0.5
"""Of the built-in delay where it says nothing else."""


@dataclass(frozen=True)
class ContentFile:
    """A file a device reads: where it is, and what is in it.

    `state` is as it was when it was hashed: whoever reads it later knows by that whether it still
    is what it was planned with. None where nobody hashed it. `parts` are the files that it names
    and is read with, whose content the hash is of, too: includes and samples of an SFZ.
    """

    path: Path
    sha256: str
    state: FileState | None = field(default=None, metadata=UNHEARD, compare=False)
    parts: tuple[ContentFile, ...] = field(default=(), metadata=UNHEARD, compare=False)

    def check_unchanged(self) -> None:
        """That it and its parts are as they were when they were hashed, as far as that is known.

        Raises StorageError, which names the first that is not.
        """
        for file in (self, *self.parts):
            if file.state is not None and state_of(file.path) != file.state:
                raise file.changed

    @property
    def changed(self) -> StorageError:
        """The error that says that it is not what it was planned with."""
        return StorageError("changed while it was used", cure="render again", file=self.path)


@dataclass(frozen=True)
class Lane:
    """Automation of one value: breakpoints in samples, linear between, held outside."""

    target: str
    points: tuple[tuple[int, float], ...]

    def later(self, frames: int) -> Lane:
        """The same so many frames later."""
        return Lane(self.target, tuple((at + frames, value) for at, value in self.points))


@dataclass(frozen=True)
class Sidechain:
    """What keys a device: the print of the track `name`, by fingerprint, or a file of dialogue.

    Frame 0 of the dialogue lies on `start`. One that has neither is silent.
    """

    name: str = field(metadata=UNHEARD, compare=False)
    print: str = ""
    dialogue: ContentFile | None = None
    start: int = 0


@dataclass(frozen=True)
class SoundFontSpec:
    """A SoundFont; `program` None lets the file's own program changes choose.

    `host` names the FluidSynth that plays it, by version.
    """

    follows_transport: ClassVar[bool] = False
    soundfont: ContentFile
    program: int | None = None
    bank: int | None = None
    host: str = ""
    preset: str = field(default="", metadata=UNHEARD, compare=False)
    sound: str = field(default="", metadata=UNHEARD, compare=False)
    """What the file calls the program, where there is one."""

    @property
    def name(self) -> str:
        return self.soundfont.path.name

    @property
    def shown(self) -> str:
        """How a person knows it: by its preset or sound, and the file that has that."""
        known = self.preset or self.sound
        return f"{known} ({self.name})" if known else self.name


@dataclass(frozen=True)
class SfzSpec:
    """An SFZ; the hash is of its text, of all that it includes and of every sample.

    No file of it lies outside `root`. `host` names the pysfizz that plays it, by version.
    `memory_bytes` is what its samples take.
    """

    follows_transport: ClassVar[bool] = False
    sfz: ContentFile
    root: Path = field(metadata=UNHEARD)
    host: str = ""
    keyswitches: Keyswitches = field(default=NO_KEYSWITCHES, metadata=UNHEARD, compare=False)
    memory_bytes: int = field(default=0, metadata=UNHEARD, compare=False)
    preset: str = field(default="", metadata=UNHEARD, compare=False)

    @property
    def name(self) -> str:
        return self.sfz.path.name


@dataclass(frozen=True)
class PluginSpec:
    """A VST3 or AU plug-in; `identity` is its class id, version and binary as scanned.

    `host` names what hosts it, by version, `host_why` why that is not pedalboard.
    Set in this order: `state`, then `raw` (values from 0 to 1 as the plug-in holds them,
    for what its state loses or rounds), then `params`. It is played in blocks of
    `buffer_frames`; its file may hold others. `warm_up_s` is for how long it plays silence after
    that, by the clock, before its first frame; in `realtime` it is played no faster than it sounds.
    `other_outputs` are those that it has besides the main one.
    """

    name: str
    path: Path = field(metadata=UNHEARD)
    identity: str
    params: tuple[tuple[str, ParamValue], ...] = ()
    state: ContentFile | None = None
    lanes: tuple[Lane, ...] = ()
    raw: tuple[tuple[str, float], ...] = ()
    buffer_frames: int = BUFFER_FRAMES
    warm_up_s: float = field(default=0.0, metadata=UNLESS_DEFAULT)
    realtime: bool = field(default=False, metadata=UNLESS_DEFAULT)
    host: str = ""
    host_why: str = field(default="", metadata=UNHEARD, compare=False)
    follows_transport: bool = field(default=False, metadata=UNLESS_DEFAULT)
    sidechain: Sidechain | None = field(default=None, metadata=UNLESS_DEFAULT)
    shares_file: bool = field(default=False, metadata=UNHEARD)
    other_outputs: tuple[str, ...] = field(default=(), metadata=UNHEARD, compare=False)
    preset: str = field(default="", metadata=UNHEARD, compare=False)

    @property
    def class_id(self) -> str:
        """The 32 hexadecimal digits that its .vstpreset files carry; else its name."""
        return self.identity.split(":")[1]

    @property
    def title(self) -> str:
        """Its name, for messages: of an LV2, which may stand in for a VST3, with its format."""
        return f"{self.name} (LV2)" if self.identity.startswith("LV2:") else self.name

    @classmethod
    def of(cls, found: PluginDescription) -> PluginSpec:
        """The plug-in as it starts."""
        return cls(
            found.name,
            found.path,
            found.identity,
            buffer_frames=found.buffer_frames,
            warm_up_s=found.warm_up_s,
            shares_file=found.shares_file,
            other_outputs=found.output_names[1:],
        )


@dataclass(frozen=True)
class BuiltinSpec:
    """A built-in effect under its snake_case name; `host` names what brings it, by version."""

    follows_transport: ClassVar[bool] = False
    name: str
    params: tuple[tuple[str, ParamValue], ...] = ()
    lanes: tuple[Lane, ...] = ()
    files: tuple[tuple[str, ContentFile], ...] = field(default=())
    host: str = ""
    preset: str = field(default="", metadata=UNHEARD, compare=False)


@dataclass(frozen=True)
class OwnInstrumentSpec(ABC):
    """An instrument of hostkit's own, which no host plays (`hostkit.devices.own_instruments`)."""

    name: ClassVar[str]
    follows_transport: ClassVar[bool] = False
    preset: str = field(default="", metadata=UNHEARD, compare=False, kw_only=True)

    @classmethod
    @abstractmethod
    def of(cls, written: Any) -> Self:
        """What is meant by what a session or preset says."""


InstrumentSpec: TypeAlias = SoundFontSpec | SfzSpec | PluginSpec | OwnInstrumentSpec
EffectSpec: TypeAlias = PluginSpec | BuiltinSpec
DeviceSpec: TypeAlias = InstrumentSpec | EffectSpec


def echo_seconds(device: DeviceSpec) -> float:
    """For how long nothing may be heard of a device before it gives an echo.

    >>> echo_seconds(BuiltinSpec("delay", (("delay_seconds", 6.0),)))
    6.0
    >>> echo_seconds(BuiltinSpec("reverb"))
    0.0
    """
    if isinstance(device, PluginSpec):
        return PLUGIN_ECHO_SECONDS
    if isinstance(device, BuiltinSpec) and device.name == "delay":
        moved = (value for lane in device.lanes for _, value in lane.points)
        written = dict(device.params).get("delay_seconds", 0.0)
        return max(float(written), BUILTIN_ECHO_SECONDS, *moved)
    return 0.0


def host_of(device: DeviceSpec) -> tuple[str, str]:
    """What hosts the device, and its version; '' where that is hostkit itself.

    >>> host_of(BuiltinSpec("gain", host="pedalboard 0.9.26"))
    ('pedalboard', '0.9.26')
    """
    host, _, version = ("" if isinstance(device, OwnInstrumentSpec) else device.host).partition(" ")
    return host, version


def in_any_version(device: DeviceSpec) -> DeviceSpec:
    """The device in whatever version of its host."""
    if isinstance(device, OwnInstrumentSpec):
        return device
    return replace(device, host=host_of(device)[0])


def without_params(device: DeviceSpec) -> DeviceSpec:
    """The device in whatever version of its host, with whatever values somebody wrote for it."""
    device = in_any_version(device)
    return replace(device, params=()) if isinstance(device, PluginSpec | BuiltinSpec) else device


def params_of(devices: Iterable[DeviceSpec]) -> dict[str, tuple[ParamValue, ...]]:
    """The values that somebody wrote for devices, by device and parameter; of namesakes in order.

    >>> params_of([BuiltinSpec("gain", (("gain_db", -3.0),)), BuiltinSpec("gain")])
    {'gain gain_db': (-3.0,)}
    """
    values: dict[str, tuple[ParamValue, ...]] = {}
    for device in devices:
        for param, value in device.params if isinstance(device, PluginSpec | BuiltinSpec) else ():
            name = f"{device.name} {param}"
            values[name] = (*values.get(name, ()), value)
    return values


def followed(transport: Transport, devices: Iterable[DeviceSpec]) -> Transport:
    """The transport as these devices need it: STILL where none of them follows it."""
    return transport if any(device.follows_transport for device in devices) else STILL


def memory_of(devices: Iterable[DeviceSpec]) -> int:
    """What the samples of devices take in a job, as far as that is known before, in bytes."""
    return sum(device.memory_bytes for device in devices if isinstance(device, SfzSpec))


def keys_of(effects: Iterable[EffectSpec]) -> tuple[str, ...]:
    """The prints that effects are side-chained by, as fingerprints."""
    keys = (effect.sidechain for effect in effects if isinstance(effect, PluginSpec))
    return tuple(key.print for key in keys if key is not None and key.print)
