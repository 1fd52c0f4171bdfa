"""SoundFonts for tests: the headers of presets, and General MIDI's with other numbers."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

Place = tuple[int, int]
"""Bank and program."""


def soundfont_of(*presets: tuple[int, int, str]) -> bytes:
    """A SoundFont 2 that names presets (bank, program, name) and holds no sound."""
    headers = [*presets, (0, 0, "EOP")]
    phdr = b"".join(
        struct.pack("<20sHH14x", name.encode(), program, bank) for bank, program, name in headers
    )
    pdta = b"pdta" + b"phdr" + struct.pack("<I", len(phdr)) + phdr
    body = b"sfbk" + b"LIST" + struct.pack("<I", len(pdta)) + pdta
    return b"RIFF" + struct.pack("<I", len(body)) + body


def renumbered(font: Path, places: Mapping[Place, Place]) -> bytes:
    """A SoundFont whose presets stand at other places."""
    data = bytearray(font.read_bytes())
    start = data.index(b"phdr") + 8
    length = int.from_bytes(data[start - 4 : start], "little")
    for at in range(start, start + length, 38):
        program, bank = struct.unpack("<HH", data[at + 20 : at + 24])
        new_bank, new_program = places.get((bank, program), (bank, program))
        data[at + 20 : at + 24] = struct.pack("<HH", new_program, new_bank)
    return bytes(data)
