"""Two presets side by side: what is set otherwise, and what is heard otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hostkit.audition.measure import CENTRES_HZ, SoundMeasures, centroid_hz
from hostkit.library.load import LoadedPreset
from hostkit.library.model import PresetPlugin
from hostkit.library.use import device_name
from hostkit.session.devices import SoundFont, Tone


@dataclass(frozen=True)
class Difference:
    """A setting that differs; None where one of the presets does not have it."""

    setting: str
    first: Any
    second: Any


@dataclass(frozen=True)
class Comparison:
    """`bands` gives for a third-octave centre in Hz how much louder the second is, in dB.

    Levels are left in: `loudness_lu` is how much louder the second is as a whole.
    """

    settings: tuple[Difference, ...]
    loudness_lu: float
    true_peak_db: float
    brightness_hz: tuple[float, float]
    bands: tuple[tuple[float, float], ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "settings": [vars(difference) for difference in self.settings],
            "loudness_lu": self.loudness_lu,
            "true_peak_db": self.true_peak_db,
            "brightness_hz": list(self.brightness_hz),
            "bands": [{"hz": hz, "db": db} for hz, db in self.bands],
        }


AUDIBLE_BAND_DB = -90.0
"""Bands in which both are softer than this are left out."""


def compare(
    first: LoadedPreset, second: LoadedPreset, heard: tuple[SoundMeasures, SoundMeasures]
) -> Comparison:
    """The differences from the first to the second."""
    a, b = heard
    bands = tuple(
        (hz, float(second_db - first_db))
        for hz, first_db, second_db in zip(CENTRES_HZ, a.bands_db, b.bands_db, strict=True)
        if max(first_db, second_db) > AUDIBLE_BAND_DB
    )
    return Comparison(
        different_settings(first, second),
        b.loudness.integrated_lufs - a.loudness.integrated_lufs,
        b.loudness.true_peak_dbtp - a.loudness.true_peak_dbtp,
        (centroid_hz(a.bands_db), centroid_hz(b.bands_db)),
        bands,
    )


def different_settings(first: LoadedPreset, second: LoadedPreset) -> tuple[Difference, ...]:
    """Every setting that is not the same, in the order of the signal."""
    a, b = settings(first), settings(second)
    names = dict.fromkeys((*a, *b))
    return tuple(
        Difference(name, a.get(name), b.get(name)) for name in names if a.get(name) != b.get(name)
    )


def settings(loaded: LoadedPreset) -> dict[str, Any]:
    """All that is set, by the names that sessions use: `effects.2.mix`."""
    preset = loaded.preset
    found: dict[str, Any] = {}
    effects = 0
    for device in preset.devices:
        is_instrument = device is preset.instrument
        effects += not is_instrument
        where = "instrument" if is_instrument else f"effects.{effects}"
        found[where] = device_name(device)
        for key, value in _values(device).items():
            found[f"{where}.{key}"] = value
    found["gain_db"] = preset.gain_db
    return found


def _values(device: Any) -> dict[str, Any]:
    if isinstance(device, SoundFont):
        font = {"soundfont": device.soundfont, "program": device.program, "bank": device.bank}
        return {key: value for key, value in font.items() if value is not None}
    if isinstance(device, Tone):
        return device.tone.model_dump()
    values: dict[str, Any] = {}
    if isinstance(device, PresetPlugin) and device.saved:
        values |= {k: value.shows or value.raw for k, value in device.saved.params.items()}
    return {**values, **device.params}
