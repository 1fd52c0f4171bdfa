"""The keyswitches of an SFZ that have a name: `sw_label`, and the key that switches to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from hostkit.devices.sfz.text import Opcode
from hostkit.errors import BadValue
from hostkit.midi.pitch import note_number

MAX_KEYSWITCHES, MAX_LABEL = 128, 64
_SEMITONES = {"note_offset": 1, "octave_offset": 12}


@dataclass
class Labels:
    """Those found so far: `keys` by label, the first key of each."""

    keys: dict[str, int] = field(default_factory=dict)
    _offsets: dict[str, int] = field(default_factory=dict)

    def control(self, opcodes: Iterable[Opcode]) -> None:
        """Takes a <control>, which may move all keys after it."""
        for opcode in opcodes:
            if opcode.name in _SEMITONES and re.fullmatch(r"-?[0-9]{1,3}", opcode.value):
                self._offsets[opcode.name] = _SEMITONES[opcode.name] * int(opcode.value)

    def region(self, effective: Mapping[str, Opcode]) -> None:
        """Takes a region, by all opcodes that count for it."""
        label = effective.get("sw_label")
        key = effective.get("sw_last") or effective.get("sw_lolast")
        if label and label.value and key and len(self.keys) < MAX_KEYSWITCHES:
            with suppress(BadValue):  # sfizz ignores what is not a note
                number = note_number(key.value) + sum(self._offsets.values())
                self.keys.setdefault(label.value[:MAX_LABEL], min(max(number, 0), 127))
