"""What a SoundFont has: the headers of its presets, as SoundFont 2.04 (§7.2) lays them out."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from hostkit.errors import Fault
from hostkit.midi.general import DRUM_KITS_BANK

_CHUNK = struct.Struct("<4sI")
_HEADER = struct.Struct("<20sHH14x")
_MOST_PRESETS = 20_000
_MOST_CHUNKS = 100
_COMPRESSED_SINCE = 3  # the version of the format that a file says
_SHOWN = 10


@dataclass(frozen=True, order=True)
class SoundFontPreset:
    """A sound of a SoundFont."""

    bank: int
    program: int
    name: str

    def __str__(self) -> str:
        bank = f" in bank {self.bank}" if self.bank else ""
        return f"{self.program}{bank} ({self.name})" if self.name else f"{self.program}{bank}"


def presets_of(path: Path) -> tuple[SoundFontPreset, ...]:
    """The presets of a SoundFont file, by bank and program; none when it cannot be read.

    Only their headers are read, whatever the size of the file.
    """
    try:
        status = path.stat()
        return _read(path, status.st_size, status.st_mtime_ns)
    except (OSError, struct.error):
        return ()


@lru_cache(maxsize=16)
def _read(path: Path, _size: int, _mtime_ns: int) -> tuple[SoundFontPreset, ...]:
    """Once for each state of a file: every track of a session asks for the same one."""
    with path.open("rb") as file:
        return tuple(sorted(set(_presets(file))))


def _presets(file: BinaryIO) -> Iterable[SoundFontPreset]:
    where, length = chunks_of(file).get(b"phdr", (0, 0))
    count = min(length // _HEADER.size - 1, _MOST_PRESETS)  # the last one ends the list
    file.seek(where)
    for name, program, bank in _HEADER.iter_unpack(file.read(max(0, count) * _HEADER.size)):
        yield SoundFontPreset(bank, program, text_of(name))


def is_compressed(path: Path) -> bool:
    """Whether it is a .sf3, whatever it is called; no for what cannot be read."""
    try:
        with path.open("rb") as file:
            where, _ = chunks_of(file).get(b"ifil", (0, 0))
            file.seek(where)
            return where > 0 and int.from_bytes(file.read(2), "little") >= _COMPRESSED_SINCE
    except (OSError, struct.error):
        return False


def chunks_of(file: BinaryIO) -> dict[bytes, tuple[int, int]]:
    """Where each chunk of a SoundFont's lists begins, and its length; nothing of another file.

    The lists themselves stand under the name of what they hold, `INFO`, `sdta` or `pdta`. Writers
    of .sf3 leave out the byte that makes a length even.
    """
    found: dict[bytes, tuple[int, int]] = {}
    kind, _ = _CHUNK.unpack(file.read(_CHUNK.size))
    if kind != b"RIFF" or file.read(4) != b"sfbk":
        return found
    at = file.tell()
    while len(found) < _MOST_CHUNKS and len(head := file.read(_CHUNK.size)) == _CHUNK.size:
        kind, length = _CHUNK.unpack(head)
        at += _CHUNK.size
        if kind == b"LIST":
            kind, at, length = file.read(4), at + 4, length - 4
            found.setdefault(kind, (at, length))
            continue  # go on inside
        found.setdefault(kind, (at, length))
        file.seek(at + length)
        at += length + (length % 2 and not file.read(1).isalpha())
        file.seek(at)
    return found


def text_of(name: bytes) -> str:
    """A name as SoundFonts hold it: in a fixed number of bytes, zeros behind it."""
    text = name.partition(b"\0")[0].decode("latin-1")
    return "".join(c for c in text if c.isprintable()).strip()


def lacks(presets: Iterable[SoundFontPreset], bank: int, program: int, font: str) -> Fault | None:
    """What is wrong when a font has no such sound, and what it has; None when it has it."""
    known = sorted(presets)
    if not known or any((p.bank, p.program) == (bank, program) for p in known):
        return None
    return Fault(f"{font} has no program {program} in bank {bank}", what_it_has(known, bank))


def what_it_has(presets: Iterable[SoundFontPreset], bank: int = 0) -> str:
    """A list for a message; sounds of the bank that was asked for stand first.

    >>> what_it_has([SoundFontPreset(0, 5, "Keys"), SoundFontPreset(128, 0, "Kit")])
    'it has 5 (Keys), 0 in bank 128 (Kit)'
    >>> what_it_has(SoundFontPreset(0, n, "") for n in range(128))
    'it has 0–127 in bank 0'
    """
    known = sorted(presets)
    if len(known) <= _SHOWN:
        return "it has " + ", ".join(map(str, sorted(known, key=lambda p: p.bank != bank)))
    banks = sorted({p.bank for p in known}, key=lambda b: (b != bank, b))
    parts = [f"{_ranges([p.program for p in known if p.bank == b])} in bank {b}" for b in banks]
    more = f" and {len(parts) - _SHOWN} more banks" if len(parts) > _SHOWN else ""
    kits = " (drum kits)" if DRUM_KITS_BANK in banks[:_SHOWN] else ""
    shown = [
        part + (kits if b == DRUM_KITS_BANK else "")
        for b, part in zip(banks[:_SHOWN], parts, strict=False)
    ]
    return "it has " + ", ".join(shown) + more


def _ranges(numbers: list[int]) -> str:
    """Numbers in order, neighbours as ranges: 0–3, 8."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs)
