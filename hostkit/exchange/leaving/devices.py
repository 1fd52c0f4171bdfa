"""Devices of a plan as those of a project: plug-ins with their states, others by their keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import singledispatchmethod
from pathlib import Path

import numpy as np

from hostkit.audition.state.capture import LOST
from hostkit.devices.description import PluginDescription
from hostkit.devices.plugins.scanning.folders import plugin_format
from hostkit.devices.sounds import SoundKind
from hostkit.devices.spec import (
    BuiltinSpec,
    DeviceSpec,
    OwnInstrumentSpec,
    PluginSpec,
    SfzSpec,
    SoundFontSpec,
)
from hostkit.exchange.as_written import note_of
from hostkit.exchange.leaving.notes import Ticks
from hostkit.exchange.leaving.states import HeldState, RawLane
from hostkit.exchange.project import (
    CurvePoint,
    DeviceFormat,
    DeviceParameter,
    DeviceRole,
    Loss,
    ProjectDevice,
)
from hostkit.plan.environment import Environment

_FORMATS: dict[str, DeviceFormat] = {"VST3": "vst3", "AU": "au", "LV2": "lv2"}
_NORMALIZED = "normalized"


@dataclass(frozen=True)
class Left:
    """A device on its way out, and what of it could not come along, in words."""

    device: ProjectDevice
    losses: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeviceWriter:
    """Turns devices of a plan into those of a project; files in `folder` are named from there."""

    environment: Environment
    held: Mapping[PluginSpec, HeldState]
    ticks: Ticks
    folder: Path

    def chain(
        self, track: str, devices: Iterable[tuple[DeviceSpec, DeviceRole]]
    ) -> tuple[tuple[ProjectDevice, ...], tuple[Loss, ...]]:
        """A track's devices in order, and what is lost of them."""
        made = [self.device(spec, role) for spec, role in devices]
        losses = (Loss(track, what) for left in made for what in left.losses)
        return tuple(left.device for left in made), tuple(losses)

    @singledispatchmethod
    def device(self, spec: DeviceSpec, role: DeviceRole) -> Left:
        """One device."""
        raise TypeError(f"no way out for {spec!r} as {role}")

    @device.register
    def _plugin(self, spec: PluginSpec, role: DeviceRole) -> Left:
        held = self.held[spec]
        found = self.environment.plugin_of(spec)
        alone = spec.state is None and not spec.raw
        note = note_of(dict(spec.params), held.state) if alone else ""
        device = ProjectDevice(
            name=spec.name,
            format=_FORMATS[plugin_format(spec.path)],
            role=role,
            identity=_identity(found),
            vendor=found.vendor,
            state=held.state,
            state_suffix=held.suffix,
            parameters=tuple(self._automated(lane) for lane in held.lanes),
            comment=note,
        )
        return Left(device, tuple(_lost_of(spec, held, noted=bool(note))))

    @device.register
    def _builtin(self, spec: BuiltinSpec, role: DeviceRole) -> Left:
        files = tuple((key, self._named(file.path)) for key, file in spec.files)
        lanes = {lane.target: self._points(lane.points) for lane in spec.lanes}
        written = {**dict.fromkeys(lanes), **dict((*spec.params, *files))}
        parameters = tuple(
            DeviceParameter(key, value, automation=lanes.get(key, ()))
            for key, value in written.items()
        )
        return Left(ProjectDevice(spec.name, "hostkit", role, spec.name, parameters=parameters))

    @device.register
    def _soundfont(self, spec: SoundFontSpec, role: DeviceRole) -> Left:
        known = spec.soundfont.path == self.environment.default_soundfont()
        named = {
            "soundfont": "gm" if known else self._sound("soundfont", spec.soundfont.path),
            "program": spec.program,
            "bank": spec.bank,
        }
        return Left(_of_hostkit(spec.shown, "soundfont", role, named))

    @device.register
    def _sfz(self, spec: SfzSpec, role: DeviceRole) -> Left:
        named = {"sfz": self._sound("sfz", spec.sfz.path)}
        return Left(_of_hostkit(spec.name, "sfz", role, named))

    @device.register
    def _own(self, spec: OwnInstrumentSpec, role: DeviceRole) -> Left:
        named = {key: value for key, value in asdict(spec).items() if key != "preset"}
        return Left(_of_hostkit(spec.name, spec.name, role, named))

    def _sound(self, kind: SoundKind, path: Path) -> str:
        """A SoundFont or SFZ as a session in the folder names it: as installed, or as a file."""
        named = self._named(path)
        whole = named == str(path.absolute())
        return (whole and self.environment.installed_name(kind, path)) or named

    def _named(self, path: Path) -> str:
        """A file as a session in the folder names it; else by its whole path."""
        whole = path.absolute()
        if whole.is_relative_to(self.folder):
            return whole.relative_to(self.folder).as_posix()
        return str(whole)

    def _automated(self, lane: RawLane) -> DeviceParameter:
        return DeviceParameter(
            lane.key, number=lane.number, unit=_NORMALIZED, automation=self._points(lane.points)
        )

    def _points(self, points: tuple[tuple[int, float], ...]) -> tuple[CurvePoint, ...]:
        samples = np.maximum(np.array([sample for sample, _ in points], dtype=np.int64), 0)
        at = self.ticks.quarters_at(samples)
        return tuple(
            CurvePoint(quarters, value, linear=True)
            for quarters, (_, value) in zip(at, points, strict=True)
        )


def _of_hostkit(
    name: str, key: str, role: DeviceRole, named: Mapping[str, float | str | None]
) -> ProjectDevice:
    parameters = tuple(
        DeviceParameter(one, value) for one, value in named.items() if value is not None
    )
    return ProjectDevice(name, "hostkit", role, key, parameters=parameters)


def _identity(found: PluginDescription) -> str:
    """As `ProjectDevice` says it."""
    if found.format == "VST3":
        return found.class_id.upper()
    return found.identity.split(":")[1]


def _lost_of(spec: PluginSpec, held: HeldState, *, noted: bool) -> Iterator[str]:
    if held.why:
        yield f"{spec.name} goes without its state: {held.why}"
    if not noted and (lost := [key for key, off in held.unheld if off > LOST]):
        yield f"the state of {spec.name} does not bring back {', '.join(lost[:6])}"
    if spec.sidechain is not None:
        yield f"{spec.name} is side-chained by {spec.sidechain.name}; connect that by hand"
