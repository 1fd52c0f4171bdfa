"""Devices of a channel as elements, and the states that are packed beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hostkit.exchange.dawproject.devices import BUILTIN, FORMATS, OURS, ROLES
from hostkit.exchange.dawproject.writing.xml import element
from hostkit.exchange.project import DeviceParameter, Loss, ProjectDevice

STATES = "plugins"
_TAGS = {format_: tag for tag, format_ in FORMATS.items()}
_ROLES = {role: name for name, role in ROLES.items() if name != "analyzer"}
_BUILTIN_TAGS = {identity: tag for tag, identity in BUILTIN.items()}


@dataclass
class DeviceElements:
    """Writes devices; `states` are the files to pack."""

    new_id: Callable[[str], str]
    states: dict[str, bytes] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)

    def device(
        self, device: ProjectDevice, track: str, automated: list[tuple[str, DeviceParameter]]
    ) -> Iterator[str]:
        """A device's lines; its automated parameters are put into `automated` with their ids."""
        tag = _TAGS.get(device.format, "BuiltinDevice")
        identity = device.identity
        if device.format == "builtin":
            tag = _BUILTIN_TAGS.get(device.identity, tag)
        elif device.format == "hostkit":
            identity = f"{OURS}:{device.identity}"
        elif device.format == "lv2":
            self.losses.append(Loss(track, f"{device.name} is an LV2, which few programs know"))
        parameters = [
            line
            for parameter in device.parameters
            for line in self._parameter(parameter, automated)
        ]
        inside = [
            *element("Parameters", parameters),
            *element("Enabled", value=device.enabled, id=self.new_id("on")),
        ]
        if device.state:
            path = f"{STATES}/{len(self.states) + 1:03}{device.state_suffix}"
            self.states[path] = device.state
            inside += element("State", path=path)
        yield from element(
            tag,
            inside,
            id=self.new_id("device"),
            name=device.name,
            comment=device.comment,
            deviceID=identity,
            deviceName=device.name or "unknown",
            deviceRole=_ROLES[device.role],
            deviceVendor=OURS if device.format == "hostkit" else device.vendor,
            loaded=True,
        )

    def _parameter(
        self, parameter: DeviceParameter, automated: list[tuple[str, DeviceParameter]]
    ) -> Iterator[str]:
        id_ = None
        if parameter.automation:
            automated.append((id_ := self.new_id("parameter"), parameter))
        value = parameter.value
        if isinstance(value, bool):
            yield from element(
                "BoolParameter",
                name=parameter.name,
                id=id_,
                value=value,
                parameterID=parameter.number,
            )
            return
        yield from element(
            "RealParameter",
            name=parameter.name,
            comment=value if isinstance(value, str) else None,
            id=id_,
            parameterID=parameter.number,
            unit=parameter.unit or "linear",
            value=None if isinstance(value, str) else value,
        )
