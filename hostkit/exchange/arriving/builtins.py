"""Effects that DAWproject itself describes, as built-in ones of the same meaning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hostkit.exchange.project import DeviceParameter, ProjectDevice

_DEFAULT_Q = 0.7071


@dataclass
class FoundEffects:
    """What is written, in order, and what of the device means nothing here."""

    written: list[dict[str, object]] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


Values = dict[str, float | bool | str]


def builtin_effects(device: ProjectDevice) -> FoundEffects:
    """The built-in effects that do what `device` does."""
    found = FoundEffects()
    values = {p.name: p.value for p in device.parameters if p.value is not None}
    units = {p.name: p for p in device.parameters}
    make = _MAKERS.get(device.identity)
    if make is None:
        found.losses.append(f"{device.name} is a device of its program, and there is none like it")
        return found
    _gain(found, values, "InputGain")
    make(found, device.name, values, units)
    _gain(found, values, "OutputGain")
    if any(p.automation for p in device.parameters):
        found.losses.append(f"automation of {device.name} is left out")
    return found


def _gain(found: FoundEffects, values: Values, key: str) -> None:
    if gain_db := _number(values, key, 0.0):
        found.written.append({"gain": {"gain_db": gain_db}})


_PASSES = {"highPass": "highpass_filter", "lowPass": "lowpass_filter"}
"""Of the first order: 6 dB an octave."""
_BANDS = {"bell": "peak_filter", "lowShelf": "low_shelf_filter", "highShelf": "high_shelf_filter"}


def _equalizer(
    found: FoundEffects, name: str, values: Values, units: dict[str, DeviceParameter]
) -> None:
    band = 1
    while isinstance(kind := values.get(f"band{band}.type"), str):
        at, gain_db = (
            _hertz(values, units, f"band{band}.Freq"),
            _number(values, f"band{band}.Gain", 0.0),
        )
        on = values.get(f"band{band}.Enabled", True)
        if on and kind in _PASSES and _number(values, f"band{band}.order", 0.0) == 1:
            found.written.append({_PASSES[kind]: {"cutoff_frequency_hz": at}})
        elif on and kind not in _BANDS:
            found.losses.append(
                f"the {kind} band of {name} at {at:g} Hz: there is none of its slope here"
            )
        elif on and gain_db and 1 <= at <= 24_000:
            settings = {
                "cutoff_frequency_hz": at,
                "gain_db": max(-60.0, min(gain_db, 60.0)),
                "q": max(0.01, min(_number(values, f"band{band}.Q", _DEFAULT_Q), 100.0)),
            }
            found.written.append({_BANDS[kind]: settings})
        band += 1


def _compressor(
    found: FoundEffects, name: str, values: Values, units: dict[str, DeviceParameter]
) -> None:
    if values.get("AutoMakeup") is True:
        found.losses.append(f"the automatic make-up gain of {name}")
    settings = {
        "threshold_db": max(-100.0, min(_number(values, "Threshold", 0.0), 24.0)),
        "ratio": _ratio(values, units),
        "attack_ms": _milliseconds(values, "Attack", 1.0),
        "release_ms": _milliseconds(values, "Release", 100.0),
    }
    found.written.append({"compressor": settings})
    found.losses.append(f"{name} is played by the built-in compressor, each channel by itself")


def _noise_gate(
    found: FoundEffects, name: str, values: Values, units: dict[str, DeviceParameter]
) -> None:
    if "Range" in values:
        found.losses.append(f"{name} has a range, which the built-in gate has not; it is left out")
        return
    settings = {
        "threshold_db": max(-100.0, min(_number(values, "Threshold", -100.0), 0.0)),
        "ratio": _ratio(values, units),
        "attack_ms": _milliseconds(values, "Attack", 1.0),
        "release_ms": _milliseconds(values, "Release", 100.0),
    }
    found.written.append({"noise_gate": settings})


def _limiter(
    found: FoundEffects, _name: str, values: Values, _: dict[str, DeviceParameter]
) -> None:
    settings = {
        "ceiling_db": max(-60.0, min(_number(values, "Threshold", 0.0), 12.0)),
        "release_ms": max(0.01, _milliseconds(values, "Release", 100.0)),
    }
    found.written.append({"brickwall_limiter": settings})


_MAKERS: dict[str, Callable[[FoundEffects, str, Values, dict[str, DeviceParameter]], None]] = {
    "equalizer": _equalizer,
    "compressor": _compressor,
    "noise_gate": _noise_gate,
    "limiter": _limiter,
}


def _number(values: Values, key: str, default: float) -> float:
    value = values.get(key, default)
    return default if isinstance(value, (bool, str)) else round(float(value), 6)


def _hertz(values: Values, units: dict[str, DeviceParameter], key: str) -> float:
    """A frequency; Bitwig writes the pitch of it, in semitones, of which 69 is 440 Hz."""
    value = _number(values, key, 0.0)
    if key in units and units[key].unit == "semitones":
        return round(440 * 2 ** ((min(max(value, -100.0), 200.0) - 69) / 12), 3)
    return value


def _milliseconds(values: Values, key: str, default: float) -> float:
    """From seconds, as the format has them."""
    return round(max(0.0, min(_number(values, key, default / 1000) * 1000, 10_000.0)), 6)


def _ratio(values: Values, units: dict[str, DeviceParameter]) -> float:
    """A ratio of 4 is 4, or by the format's own words 75 %: of so much over it nothing is left."""
    ratio = _number(values, "Ratio", 1.0)
    unit = units["Ratio"].unit if "Ratio" in units else ""
    share = {"percent": ratio / 100, "normalized": ratio}.get(unit)
    if share is not None and share <= 1:
        ratio = 1 / max(1 - share, 1e-3)
    return max(1.0, min(round(ratio, 6), 1000.0))
