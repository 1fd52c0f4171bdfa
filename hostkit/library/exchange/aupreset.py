"""The .aupreset file of an Audio Unit: a property list, read without any plug-in.

`type`, `subtype` and `manufacturer` are numbers that spell four characters each (Apple,
`kAudioUnitProperty_ClassInfo`). What else it holds is the Audio Unit's own. JUCE keeps under
`jucePluginState` what the same plug-in's VST3 keeps as its state.
"""

from __future__ import annotations

import plistlib
from dataclasses import dataclass
from typing import Any
from xml.parsers.expat import ExpatError

from hostkit.errors import BadValue

MAX_BYTES = 64_000_000

_UNREADABLE = (
    ValueError,  # plistlib.InvalidFileException, and what numbers and dates raise
    ExpatError,
    LookupError,
    AttributeError,  # of a date that is none
    TypeError,
    OverflowError,
    RecursionError,
)


@dataclass(frozen=True)
class AuPreset:
    """What one holds; the codes have four characters, `juce_state` is empty where there is none."""

    kind: bytes
    subtype: bytes
    manufacturer: bytes
    juce_state: bytes = b""
    name: str = ""

    @property
    def codes(self) -> tuple[bytes, bytes, bytes]:
        """By which an Audio Unit is known."""
        return self.kind, self.subtype, self.manufacturer


def parse_aupreset(data: bytes) -> AuPreset:
    """Raises BadValue that says what is wrong with the bytes."""
    if len(data) > MAX_BYTES:
        raise BadValue(f"is larger than {MAX_BYTES // 10**6} MB")
    try:
        found = plistlib.loads(data)
    except _UNREADABLE as error:
        raise BadValue(f"is no property list: {error}", cure="export it again") from None
    if not isinstance(found, dict):
        raise BadValue("is a property list, but not of an Audio Unit")
    codes = [_code(found.get(key)) for key in ("type", "subtype", "manufacturer")]
    if not all(codes):
        raise BadValue("is a property list that names no Audio Unit", cure="export it again")
    state, name = found.get("jucePluginState"), found.get("name")
    return AuPreset(
        codes[0],
        codes[1],
        codes[2],
        state if isinstance(state, bytes) else b"",
        name if isinstance(name, str) else "",
    )


def _code(number: Any) -> bytes:
    """The four characters that a number spells; empty for anything else."""
    if not isinstance(number, int) or not -(2**31) <= number < 2**32:
        return b""
    return (number & 0xFFFF_FFFF).to_bytes(4, "big")
