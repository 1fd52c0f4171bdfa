"""Devices of a channel: which plug-in, its state, its parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal
from xml.etree.ElementTree import Element

from hostkit.errors import BadValue
from hostkit.exchange.dawproject.archive import Archive
from hostkit.exchange.dawproject.numbers import flag, number, whole
from hostkit.exchange.project import (
    DeviceFormat,
    DeviceParameter,
    DeviceRole,
    Loss,
    ProjectDevice,
)
from hostkit.ground.harmless import on_a_line

MAX_STATE_BYTES = 64_000_000
MAX_NOTE = 20_000
MAX_STATES_BYTES = 256_000_000
MAX_PARAMETERS = 20_000

OURS = "hostkit"
"""The vendor of devices that a session has without a plug-in."""

FORMATS: dict[str, DeviceFormat] = {
    "Vst3Plugin": "vst3",
    "Vst2Plugin": "vst2",
    "AuPlugin": "au",
    "ClapPlugin": "clap",
}
ROLES: dict[str, DeviceRole] = {
    "instrument": "instrument",
    "noteFX": "note effect",
    "audioFX": "effect",
    "analyzer": "effect",
}
BUILTIN = {
    "Equalizer": "equalizer",
    "Compressor": "compressor",
    "NoiseGate": "noise_gate",
    "Limiter": "limiter",
}
STATE_SUFFIXES = (".vstpreset", ".fxp", ".fxb", ".aupreset", ".clap-preset")
_NOT_HEXADECIMAL = re.compile(r"[^0-9A-F]")


@dataclass(frozen=True)
class ParameterTarget:
    """What a parameter belongs to: of which track, what, in which unit, the how-many-th of them."""

    track: str
    what: Literal["volume", "pan", "mute", "send", "device", "tempo", "meter"]
    unit: str = ""
    index: int = 0
    parameter: int = 0
    low: float = 0.0
    high: float = 1.0


@dataclass
class ReadDevice:
    device: ProjectDevice
    targets: dict[str, ParameterTarget] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)


class DeviceReader:
    """Reads devices one after the other; states are bounded in all."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._left = MAX_STATES_BYTES

    def read(self, element: Element, track: str, track_name: str, index: int) -> ReadDevice:
        """A device, the `index`th of the track with that id."""
        name = element.get("deviceName") or element.get("name") or element.tag
        name = on_a_line(name, 200) or element.tag
        read = ReadDevice(_plain(element, name))
        enabled = element.find("Enabled")
        state, suffix = self._state(element, name, track_name, read.losses)
        parameters: list[DeviceParameter] = []
        for parameter in _parameters_of(element):
            if len(parameters) >= MAX_PARAMETERS:
                read.losses.append(Loss(track_name, f"{name} has too many parameters"))
                break
            if id_ := parameter.element.get("id"):
                unit = parameter.element.get("unit", "")
                read.targets[id_] = ParameterTarget(
                    track, "device", unit, index=index, parameter=len(parameters)
                )
            parameters.append(parameter.value)
        on = flag(None if enabled is None else enabled.get("value"), True)
        read.device = ProjectDevice(
            name=name,
            format=read.device.format,
            role=read.device.role,
            identity=read.device.identity,
            vendor=read.device.vendor,
            state=state,
            state_suffix=suffix,
            parameters=tuple(parameters),
            enabled=on and flag(element.get("loaded"), True),
            comment=on_a_line(element.get("comment") or "", MAX_NOTE),
        )
        return read

    def _state(
        self, element: Element, name: str, track: str, losses: list[Loss]
    ) -> tuple[bytes, str]:
        """A device's state and the ending of its file; nothing where there is none."""
        found = element.find("State")
        path = "" if found is None else found.get("path", "")
        if not path:
            return b"", ""
        suffix = PurePosixPath(path.replace("\\", "/")).suffix.lower()
        what = f"the state of {name}"
        if found is not None and flag(found.get("external"), False):
            losses.append(Loss(track, f"{what} lies outside the file and was not read"))
            return b"", ""
        try:
            state = self._archive.read(path, min(MAX_STATE_BYTES, self._left))
        except BadValue as error:
            losses.append(Loss(track, f"{what} could not be read: {error.fault.message}"))
            return b"", ""
        self._left -= len(state)
        return state, suffix if suffix in STATE_SUFFIXES else ".vstpreset"


@dataclass(frozen=True)
class _Parameter:
    element: Element
    value: DeviceParameter


def _plain(element: Element, name: str) -> ProjectDevice:
    """What kind of device it is."""
    role = ROLES.get(element.get("deviceRole", ""), "effect")
    vendor = on_a_line(element.get("deviceVendor") or "", 200)
    identity = (element.get("deviceID") or "").strip()[:200]
    if vendor == OURS and identity.startswith(f"{OURS}:"):
        return ProjectDevice(name, "hostkit", role, identity.removeprefix(f"{OURS}:"), vendor)
    format_ = FORMATS.get(element.tag, "builtin")
    if format_ == "vst3":
        identity = _NOT_HEXADECIMAL.sub("", identity.upper())
        identity = identity if len(identity) == 32 else ""
    elif format_ == "builtin":
        identity = BUILTIN.get(element.tag, identity)
    return ProjectDevice(name, format_, role, identity, vendor)


def _parameters_of(element: Element) -> list[_Parameter]:
    """Those that are listed, and of a device of the format's own those that are its elements."""
    listed = element.find("Parameters")
    found = [
        _named(child, child.get("name") or "") for child in (listed if listed is not None else ())
    ]
    if element.tag not in BUILTIN:
        return found
    for child in element:
        if child.tag == "Band":
            band = sum(1 for p in found if p.value.name.endswith(".type")) + 1
            kind = DeviceParameter(f"band{band}.type", child.get("type", ""))
            order = DeviceParameter(f"band{band}.order", number(child.get("order")))
            found += [_Parameter(child, kind), _Parameter(child, order)]
            found += [_named(part, f"band{band}.{part.tag}") for part in child]
        elif child.get("value") is not None and child.tag != "Enabled":
            found.append(_named(child, child.tag))
    return found


def _named(element: Element, name: str) -> _Parameter:
    text, unit = element.get("value"), element.get("unit", "")
    value: float | bool | str | None = element.get("comment")  # words, of a device of ours
    if text is not None:
        boolean = element.tag == "BoolParameter" or text in ("true", "false")
        value = flag(text, False) if boolean else number(text)
    number_ = element.get("parameterID")
    return _Parameter(
        element,
        DeviceParameter(
            on_a_line(name, 100), value, whole(number_) if number_ is not None else None, unit
        ),
    )
