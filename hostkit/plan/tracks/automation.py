"""`automation:` of a track: which value each lane drives, and its points in samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hostkit.devices.spec import EffectSpec, InstrumentSpec, Lane, PluginSpec
from hostkit.errors import BadValue
from hostkit.plan.devices.resolve import Resolver
from hostkit.plan.found import Found, Gathering
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.nodes.stems import Level
from hostkit.plan.scoring.placed import TEXTURE_KEYS, TrackScores
from hostkit.session.load import LoadedSession
from hostkit.session.model.session import Track
from hostkit.session.suggest import did_you_mean
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.position import Position

FADER_RANGES = {"gain_db": (-144.0, 24.0), "pan": (-1.0, 1.0)}


class AutomationError(BadValue):
    """What is wrong with a lane's target or values."""


@dataclass(frozen=True)
class Lanes:
    """A track's lanes, sorted out by what they drive.

    `faders` holds gain_db, pan and "sends.NAME"; `devices` pairs a device's place in the
    chain (0 is the instrument) with a lane whose target is the parameter.
    """

    faders: dict[str, Lane]
    devices: tuple[tuple[int, Lane], ...]

    def level(self, target: str, resting: float) -> Level:
        return self.faders.get(target, resting)


@dataclass(frozen=True)
class LaneReader:
    """Reads the automation of tracks, and what drones of their scores move."""

    loaded: LoadedSession
    resolver: Resolver
    timeline: Timeline
    scores: TrackScores

    def lanes(
        self, name: str, track: Track, devices: tuple[InstrumentSpec | EffectSpec | None, ...]
    ) -> Found[Lanes]:
        """The lanes of a track, in samples; `devices` are its chain, None for no instrument."""
        told = Gathering(self.loaded)
        faders: dict[str, Lane] = {}
        on_devices: list[tuple[int, Lane]] = []
        names = tuple(device.name if device else "" for device in devices)
        for target, written, path in self._written(name, track):
            with told.placing(path):
                points = self.timeline.points(written)
                number = place_lane(target, track.sends, names)
                device = None if number is None else devices[number]
                if number is None or device is None:
                    check_range(target, points)
                    faders[target] = Lane(target, points)
                    continue
                lane = Lane(target.rpartition(".")[2], points)
                told.take(self.resolver.lane_problems(device, lane, path))
                on_devices.append((number, lane))
        return told.with_value(Lanes(faders, tuple(on_devices)))

    def _written(
        self, name: str, track: Track
    ) -> Iterator[tuple[str, Sequence[tuple[Position, float]], KeyPath]]:
        """The automation of a track, then what drones of its score move: target, points, place."""
        for target, written in track.automation.items():
            yield target, written, ("tracks", name, "automation", target)
        for target, lane in self.scores.lanes.get(name, {}).items():
            place: KeyPath = ("tracks", name, "score", lane.entry, *TEXTURE_KEYS, "parameter")
            yield target, lane.points, place


def place_lane(target: str, sends: dict[str, float], names: tuple[str, ...]) -> int | None:
    """The device a target belongs to (0 the instrument), or None for fader, pan and sends.

    The first name is '' where there is no instrument.

    Targets: gain_db, pan, sends.BUS, instrument.PARAM, effects.N.PARAM (N from 1) and
    DEVICE.PARAM by the device's name. Raises AutomationError with what there is.
    """
    if target in FADER_RANGES:
        return None
    head, _, rest = target.partition(".")
    if head == "sends":
        if rest not in sends:
            raise AutomationError(
                f"the track has no send to {rest!r} to automate", cure=did_you_mean(rest, sends)
            )
        return None
    if head == "effects":
        number = rest.partition(".")[0]
        if not number.isdecimal() or not 1 <= int(number) < len(names):
            raise AutomationError(
                f"{target!r}: effects are counted from 1 to {len(names) - 1}: effects.1.PARAMETER"
            )
        return int(number)
    known = {name: index for index, name in reversed(list(enumerate(names))) if name}
    if names[0]:
        known["instrument"] = 0
    if not rest or head not in known:
        there_are = ["gain_db", "pan", *(f"sends.{name}" for name in sends)]
        there_are += [f"{name}.PARAMETER" for name in known]
        raise AutomationError(
            f"{target!r} cannot be automated", cure=did_you_mean(target, there_are)
        )
    return known[head]


def check_range(target: str, points: tuple[tuple[int, float], ...]) -> None:
    """Fader lanes stay in range. Raises AutomationError."""
    low, high = FADER_RANGES.get(target, FADER_RANGES["gain_db"])
    for _, value in points:
        if not low <= value <= high:
            raise AutomationError(f"{target} goes from {low:g} to {high:g}; {value:g} is outside")


def with_lanes(
    instrument: InstrumentSpec | None,
    effects: tuple[EffectSpec, ...],
    lanes: tuple[tuple[int, Lane], ...],
) -> tuple[InstrumentSpec | None, tuple[EffectSpec, ...]]:
    """The devices with their lanes added. Raises AutomationError for one that takes none."""
    inserts = list(effects)
    for index, lane in lanes:
        if index:
            device = inserts[index - 1]
            inserts[index - 1] = replace(device, lanes=(*device.lanes, lane))
        elif isinstance(instrument, PluginSpec):
            instrument = replace(instrument, lanes=(*instrument.lanes, lane))
        elif instrument is not None:
            raise AutomationError(
                f"{instrument.name} has no parameters to automate",
                cure="use controllers in its MIDI",
            )
    return instrument, tuple(inserts)
