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
    """Those found so far: `keys` by label, the first key of each.

    `default` is the key that counts as pressed before any is (`sw_default`), if there is one.
    """

    keys: dict[str, int] = field(default_factory=dict)
    default: int | None = None
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
        number = None if key is None else self._number(key)
        if label and label.value and number is not None and len(self.keys) < MAX_KEYSWITCHES:
            self.keys.setdefault(label.value[:MAX_LABEL], number)
        if self.default is None and (before := effective.get("sw_default")) is not None:
            self.default = self._number(before)

    def _number(self, key: Opcode) -> int | None:
        with suppress(BadValue):  # sfizz ignores what is not a note
            return min(max(note_number(key.value) + sum(self._offsets.values()), 0), 127)
        return None
