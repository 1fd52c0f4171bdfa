"""The keyswitches that the regions of an SFZ ask for: `sw_last`, `sw_label` and their like.

Source: sfizz 1.2, `Synth.cpp` (`noteOnDispatch`, `setCurrentSwitch`), `Region.cpp`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from hostkit.devices.sfz.keyswitches import Keyswitches
from hostkit.devices.sfz.text import Opcode
from hostkit.errors import BadValue
from hostkit.midi.pitch import note_number

MAX_KEYSWITCHES, MAX_LABEL = 128, 64
_SEMITONES = {"note_offset": 1, "octave_offset": 12}
_MIDI_VALUE = re.compile(r"[0-9]{1,3}")
_LASTS = ("sw_last", "sw_lolast", "sw_hilast")
_COUNTING = frozenset(
    {*_LASTS, "sw_down", "key", "lokey", "hikey", "lovel", "hivel", "trigger", "sample"}
)
"""Opcodes that say where a region sounds, and after which key."""

_Counting: TypeAlias = tuple[tuple[str, str], ...]


@dataclass
class Switching:
    """What was found so far: labels with the first key of each, and how regions are switched."""

    _labels: dict[str, int] = field(default_factory=dict)
    _default: int | None = None
    _offsets: dict[str, int] = field(default_factory=dict)
    _regions: dict[tuple[int, _Counting], None] = field(default_factory=dict)
    """Each kind once, with the offset that it has: orchestras have thousands alike."""

    def control(self, opcodes: Iterable[Opcode]) -> None:
        """Takes a <control>, which may move all keys after it."""
        for opcode in opcodes:
            if opcode.name in _SEMITONES and re.fullmatch(r"-?[0-9]{1,3}", opcode.value):
                self._offsets[opcode.name] = _SEMITONES[opcode.name] * int(opcode.value)

    def region(self, effective: Mapping[str, Opcode]) -> None:
        """Takes a region, by all opcodes that count for it, in their order."""
        offset = sum(self._offsets.values())
        counting = tuple((name, op.value) for name, op in effective.items() if name in _COUNTING)
        self._regions[offset, counting] = None
        label = effective.get("sw_label")
        name = label.value[:MAX_LABEL] if label else ""
        if name and name not in self._labels and len(self._labels) < MAX_KEYSWITCHES:
            lasts = _lasts(dict(counting), offset)
            if lasts:
                self._labels[name] = lasts[0]
        if (before := effective.get("sw_default")) is not None:
            number = _number(before.value)
            self._default = self._default if number is None else _moved(number, offset)

    def found(self) -> Keyswitches:
        """The keyswitches of all regions."""
        keys: set[int] = set()
        latched: set[int] = set()
        sounding, switched = [0] * 128, [0] * 128
        for offset, counting in self._regions:
            values = dict(counting)
            lasts, held = _lasts(values, offset), _number(values.get("sw_down", ""))
            latched.update(lasts)
            keys.update(lasts if held is None else (*lasts, _moved(held, offset)))
            if values.get("trigger", "").startswith("release") or values["sample"] == "*silence":
                continue
            bits = _velocities(values)
            room = switched if lasts or held is not None else sounding
            for key in _room(counting, offset):
                room[key] |= bits
        silent = tuple(needs & ~has for needs, has in zip(switched, sounding, strict=True))
        if self._default in latched or not any(silent):
            silent = ()
        played = frozenset(key for key in range(128) if sounding[key] | switched[key])
        named = tuple(self._labels.items())
        return Keyswitches(named, frozenset(keys), self._default, silent, played)


def _lasts(values: Mapping[str, str], offset: int) -> range:
    """The keys that switch to a region and leave it so; ranges of them are not moved."""
    single, low, high = (_number(values.get(name, "")) for name in _LASTS)
    if ends := [end for end in (low, high) if end is not None]:
        return range(ends[0], ends[-1] + 1)
    if single is None:
        return range(0)
    return range(_moved(single, offset), _moved(single, offset) + 1)


def _room(counting: _Counting, offset: int) -> range:
    """The keys that a region sounds at: of the opcodes that say so the last counts."""
    low, high = 0, 127
    for name, value in counting:
        if name not in ("key", "lokey", "hikey"):
            continue
        if value == "-1" and name != "lokey":
            return range(0)  # a controller starts it
        if (number := _number(value)) is not None:
            low = low if name == "hikey" else number
            high = high if name == "lokey" else number
    if (low, high) != (0, 127):
        low, high = _moved(low, offset), _moved(high, offset)
    return range(low, high + 1)


def _velocities(values: Mapping[str, str]) -> int:
    """A bit for each velocity that a region sounds at."""
    low, high = (
        min(int(text), 127) if _MIDI_VALUE.fullmatch(text := values.get(name, "")) else default
        for name, default in (("lovel", 0), ("hivel", 127))
    )
    return (1 << high + 1) - (1 << low) if low <= high else 0


@lru_cache(maxsize=1024)
def _number(text: str) -> int | None:
    """The note of that name or number; None for what is none, which sfizz ignores."""
    with suppress(BadValue):
        return note_number(text)
    return None


def _moved(key: int, offset: int) -> int:
    return min(max(key + offset, 0), 127)
