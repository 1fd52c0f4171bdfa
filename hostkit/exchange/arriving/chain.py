"""The devices of a track, bus or master as what a session has room for."""

from __future__ import annotations

from hostkit.exchange.arriving.curves import Points, straight
from hostkit.exchange.arriving.devices import ArrivedDevice, DeviceArrivals
from hostkit.exchange.project import ProjectDevice, ProjectTrack


class ArrivedChain:
    """The devices of a track, sorted: an instrument, what notes go through before, effects."""

    def __init__(self, track: ProjectTrack, arrivals: DeviceArrivals) -> None:
        self.instrument: object | None = None
        self.midi_effects: list[object] = []
        self.effects: list[object] = []
        self.losses: list[str] = []
        self.automation: dict[str, Points] = {}
        for device in track.devices:
            for arrived in arrivals.arrive(device, track.name):
                self._add(device, arrived)

    @property
    def has_effects(self) -> bool:
        """Whether some are left, and not only what is said of others, which the track says too."""
        return any(not isinstance(effect, str) for effect in self.effects)

    def _add(self, device: ProjectDevice, arrived: ArrivedDevice) -> None:
        self.losses += arrived.losses
        self.effects += arrived.comments
        if arrived.written is None:
            return
        prefix, role = "", arrived.plugin.kind if arrived.plugin else device.role
        if not device.enabled:
            self.losses.append(f"{device.name} is switched off there and left out")
            self.effects.append(f"switched off there: {device.name}")
        elif role == "instrument":
            if self.instrument is None:
                self.instrument, prefix = arrived.written, "instrument"
            else:
                self.losses.append(f"a second instrument, {device.name}, is left out")
        elif role == "midi effect":
            self.midi_effects.append(arrived.written)
        elif role == "note effect":
            self.losses.append(f"{device.name}, which changed the notes, is left out")
            self.effects.append(f"left out: {device.name}, which changed the notes")
        else:
            self.effects.append(arrived.written)
            number = sum(not isinstance(effect, str) for effect in self.effects)
            prefix = f"effects.{number}"
        self._automate(device, prefix)

    def _automate(self, device: ProjectDevice, prefix: str) -> None:
        for parameter in device.parameters:
            if parameter.automation and device.format == "hostkit" and prefix:
                self.automation[f"{prefix}.{parameter.name}"] = straight(parameter.automation)
            elif parameter.automation and device.format != "builtin":
                what = f"automation of {parameter.name or 'a parameter'} of {device.name}"
                self.losses.append(f"{what} is left out")
