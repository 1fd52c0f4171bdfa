"""Files as they are spelt on the disk, whatever system a library was made on.

Case may not count there, accents may be letters of their own (macOS), or names may have come in
another encoding than this system's.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from hostkit.midi.reading.encoding import guess_encoding


@dataclass
class DiskSpelling:
    """Looks through each folder once."""

    _listed: dict[Path, dict[str, str]] = field(default_factory=dict)

    def of(self, file: Path) -> Path:
        """The file that is meant by a path, where it is not there as it is written."""
        there = next(one for one in (file, *file.parents) if one.exists())
        for part in file.relative_to(there).parts:
            there /= self._names_in(there).get(_plain(part), part)
        return there

    def _names_in(self, folder: Path) -> dict[str, str]:
        if folder not in self._listed:
            names = (one.name for one in folder.iterdir()) if folder.is_dir() else ()
            self._listed[folder] = _by_plain_name(names)
        return self._listed[folder]


def _by_plain_name(names: Iterable[str]) -> dict[str, str]:
    named, foreign = {}, []
    for name in names:
        if name.isprintable() or name.isascii():
            named[_plain(name)] = name
        else:
            foreign.append(name)
    codec = guess_encoding(os.fsencode(name) for name in foreign) if foreign else ""
    return {_plain(os.fsencode(name).decode(codec, "replace")): name for name in foreign} | named


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
