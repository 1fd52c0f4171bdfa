"""SoundFonts for tests: the headers of presets, and General MIDI's with other numbers."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soundfile

Place = tuple[int, int]
"""Bank and program."""


def soundfont_of(*presets: tuple[int, int, str]) -> bytes:
    """A SoundFont 2 that names presets (bank, program, name) and holds no sound.

    As a .sf3 of MuseScore's, it has a chunk of an odd length and no byte to make that even.
    """
    headers = [*presets, (0, 0, "EOP")]
    phdr = b"".join(
        struct.pack("<20sHH14x", name.encode(), program, bank) for bank, program, name in headers
    )
    pdta = b"pdta" + b"phdr" + struct.pack("<I", len(phdr)) + phdr
    sdta = b"sdta" + _chunk(b"smpl", b"odd")
    return _chunk(b"RIFF", b"sfbk" + _chunk(b"LIST", sdta) + _chunk(b"LIST", pdta))


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


def compressed(font: Path, every: int) -> bytes:
    """A .sf3 of a SoundFont 2: one of `every` samples as Ogg Vorbis, the others as they are."""
    data = font.read_bytes()
    smpl, shdr, pdta = (data.index(kind) + 8 for kind in (b"smpl", b"shdr", b"pdta"))
    header = struct.Struct("<20sIIII8sH")
    samples, headers = b"", b""
    fields = header.iter_unpack(data[shdr : shdr + int.from_bytes(data[shdr - 4 : shdr], "little")])
    for number, (name, start, end, loop, loop_end, rest, kind) in enumerate(fields):
        pcm = data[smpl + 2 * start : smpl + 2 * end]
        if number % every == 0 and pcm:
            ogg = io.BytesIO()
            soundfile.write(ogg, np.frombuffer(pcm, "<i2"), 44_100, format="OGG", subtype="VORBIS")
            at = len(samples)
            samples += ogg.getvalue()
            places, kind = (at, len(samples), loop - start, loop_end - start), kind | 0x10
        else:
            samples += bytes(len(samples) % 2)
            at = len(samples) // 2
            samples += pcm + bytes(92)
            places = at, at + len(pcm) // 2, loop - start + at, loop_end - start + at
        headers += header.pack(name, *places, rest, kind)
    samples += bytes(len(samples) % 2)
    info = data[20 : data.index(b"LIST", 20)].replace(b"ifil\4\0\0\0\2", b"ifil\4\0\0\0\3")
    lists = b"INFO" + info[4:], b"sdta" + _chunk(b"smpl", samples)
    hydra = b"pdta" + data[pdta - 4 : shdr - 8] + _chunk(b"shdr", headers)
    body = b"sfbk" + b"".join(_chunk(b"LIST", one) for one in (*lists, hydra))
    return _chunk(b"RIFF", body)


def tiny_sf3() -> bytes:
    """A .sf3 of one sample and one preset, which plays nothing."""
    ogg = io.BytesIO()
    soundfile.write(ogg, np.linspace(-0.5, 0.5, 64), 44_100, format="OGG", subtype="VORBIS")
    sample = struct.pack("<20sIIII8sH", b"One", 0, len(ogg.getvalue()), 8, 40, bytes(8), 0x11)
    end = struct.pack("<20sIIII8sH", b"EOS", 0, 0, 0, 0, bytes(8), 0)
    phdr = b"".join(struct.pack("<20sHH14x", name, 0, 0) for name in (b"One", b"EOP"))
    lists = (
        b"INFO" + _chunk(b"ifil", struct.pack("<HH", 3, 1)),
        b"sdta" + _chunk(b"smpl", ogg.getvalue()),
        b"pdta" + _chunk(b"phdr", phdr) + _chunk(b"shdr", sample + end),
    )
    return _chunk(b"RIFF", b"sfbk" + b"".join(_chunk(b"LIST", one) for one in lists))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data
