"""Two presets side by side: what is set otherwise, and what is heard otherwise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from hostkit.audition.measure import CENTRES_HZ, SoundMeasures, centroid_hz
from hostkit.library.load import LoadedPreset
from hostkit.library.model import Preset, PresetPlugin
from hostkit.library.use import device_name
from hostkit.session.model.devices import Builtin, key_of

Kind = Literal["set", "added", "removed", "moved"]


@dataclass(frozen=True)
class Difference:
    """A setting that differs; None where one of the presets does not have it.

    Effects have their numbers in the first preset, added ones in the second; those are told
    with all that is set of them. One that is moved is named, with where it stands.
    """

    setting: str
    first: Any
    second: Any
    kind: Kind = "set"

    def __str__(self) -> str:
        if self.kind == "added":
            return f"added as {self.setting}: {self.second}"
        if self.kind == "removed":
            return f"removed {self.setting}: {self.first}"
        first, second = (
            "not set" if value is None else value for value in (self.first, self.second)
        )
        moved = " moved" if self.kind == "moved" else ""
        return f"{self.setting}{moved}: {first} → {second}"


@dataclass(frozen=True)
class Comparison:
    """What is set, and what is heard, otherwise in the second preset.

    `phrase` says in words what both are heard on. `silent` are those of which nothing is heard
    on it: with one of them there is nothing to compare by ear, and `sound` is None.
    """

    settings: tuple[Difference, ...]
    phrase: str
    sound: SoundDifference | None
    silent: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "settings": [vars(difference) for difference in self.settings],
            "phrase": self.phrase,
            "silent": list(self.silent),
            **(self.sound.as_json() if self.sound else {}),
        }


@dataclass(frozen=True)
class SoundDifference:
    """`bands` gives for a third-octave centre in Hz how much louder the second is, in dB.

    Levels are left in: `loudness_lu` is how much louder the second is as a whole.
    """

    loudness_lu: float
    true_peak_db: float
    brightness_hz: tuple[float, float]
    bands: tuple[tuple[float, float], ...]

    @classmethod
    def between(cls, a: SoundMeasures, b: SoundMeasures) -> SoundDifference:
        """From the first to the second, neither of them silent."""
        return cls(
            b.loudness.integrated_lufs - a.loudness.integrated_lufs,
            b.loudness.true_peak_dbtp - a.loudness.true_peak_dbtp,
            (centroid_hz(a.bands_db), centroid_hz(b.bands_db)),
            tuple(
                (hz, float(second_db - first_db))
                for hz, first_db, second_db in zip(CENTRES_HZ, a.bands_db, b.bands_db, strict=True)
                if max(first_db, second_db) > AUDIBLE_BAND_DB
            ),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "loudness_lu": self.loudness_lu,
            "true_peak_db": self.true_peak_db,
            "brightness_hz": list(self.brightness_hz),
            "bands": [{"hz": hz, "db": db} for hz, db in self.bands],
        }


MOST_TOLD = 12
"""Settings of an effect that is in one of the presets only: of more, their number."""
AUDIBLE_BAND_DB = -90.0
"""Bands in which both are softer than this are left out."""


def compare(
    presets: tuple[LoadedPreset, LoadedPreset],
    heard: tuple[SoundMeasures, SoundMeasures],
    phrase: str,
) -> Comparison:
    """The differences from the first to the second, which were heard on `phrase`."""
    silent = tuple(
        loaded.name
        for loaded, sound in zip(presets, heard, strict=True)
        if not math.isfinite(sound.loudness.integrated_lufs)
    )
    return Comparison(
        different_settings(*(loaded.preset for loaded in presets)),
        phrase,
        None if silent else SoundDifference.between(*heard),
        silent,
    )


def different_settings(first: Preset, second: Preset) -> tuple[Difference, ...]:
    """Every setting that is not the same, in the order of the signal.

    Effects are matched by name, in their order.
    """
    before, after = (preset.range and str(preset.range) for preset in (first, second))
    found = [Difference("range", before, after)]
    found += _between("instrument", first.instrument, second.instrument)
    matched, added = _matched(*([device_name(e) for e in p.effects] for p in (first, second)))
    for i, j, moved in matched:
        effect = first.effects[i]
        if j is None:
            found.append(Difference(_place(i), _in_words(effect), None, "removed"))
            continue
        if moved:
            found.append(Difference(device_name(effect), _place(i), _place(j), "moved"))
        found += _between(_place(i), effect, second.effects[j])
    found += [Difference(_place(j), None, _in_words(second.effects[j]), "added") for j in added]
    found.append(Difference("gain_db", first.gain_db, second.gain_db))
    return tuple(each for each in found if each.first != each.second)


def _matched(
    first: list[str], second: list[str]
) -> tuple[list[tuple[int, int | None, bool]], list[int]]:
    """For each effect of the first, which of the second it is, and whether it is out of order.

    Then those of the second that are left.

    >>> _matched(["eq", "delay", "reverb"], ["reverb", "eq", "delay", "gain"])
    ([(0, 1, False), (1, 2, False), (2, 0, True)], [3])
    """
    pairs: dict[int, int] = {}
    for block in SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks():
        pairs |= {block.a + n: block.b + n for n in range(block.size)}
    in_order = set(pairs)
    added = [j for j in range(len(second)) if j not in pairs.values()]
    for i, name in enumerate(first):
        j = next((j for j in added if second[j] == name), None)
        if i not in pairs and j is not None:
            pairs[i] = j
            added.remove(j)
    return [(i, pairs.get(i), i in pairs and i not in in_order) for i in range(len(first))], added


def _place(index: int) -> str:
    return f"effects.{index + 1}"


def _in_words(device: Any) -> str:
    """An effect with what is set of it: `peak_filter (gain_db 2, q 0.8)`."""
    values = _values(device)
    told = ", ".join(f"{key} {value}" for key, value in values.items())
    if len(values) > MOST_TOLD:
        told = f"{len(values)} settings"
    return f"{device_name(device)} ({told})" if told else device_name(device)


def _between(where: str, first: Any, second: Any) -> list[Difference]:
    """Of two devices, the name and each parameter; None is a device that is not there."""
    was, is_now = (None if each is None else device_name(each) for each in (first, second))
    a, b = ({} if device is None else _values(device) for device in (first, second))
    values = [Difference(f"{where}.{key}", a.get(key), b.get(key)) for key in {**a, **b}]
    return [Difference(where, was, is_now), *values]


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
    if not isinstance(device, PresetPlugin | Builtin):
        written = device.model_dump(exclude_none=True)
        settings = written.get(key_of(device))
        return settings if isinstance(settings, dict) else written
    values: dict[str, Any] = {}
    if isinstance(device, PresetPlugin) and device.saved:
        values |= {k: value.shows or value.raw for k, value in device.saved.params.items()}
    return {**values, **device.params}
