"""`automation:` of a track: which value each lane drives, and its points in samples."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hostkit.devices.spec import EffectSpec, InstrumentSpec, Lane, PluginSpec
from hostkit.errors import BadValue
from hostkit.plan.nodes.stems import Level
from hostkit.session.suggest import did_you_mean

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
