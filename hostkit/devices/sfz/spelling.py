"""Files as they are spelt on the disk: libraries are made where case does not count."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class DiskSpelling:
    """Looks through each folder once."""

    _listed: dict[Path, dict[str, str]] = field(default_factory=dict)

    def of(self, file: Path) -> Path:
        """The file whose path differs in case alone, where that is not there as it is written."""
        there = next(one for one in (file, *file.parents) if one.exists())
        for part in file.relative_to(there).parts:
            there /= self._names_in(there).get(part.casefold(), part)
        return there

    def _names_in(self, folder: Path) -> dict[str, str]:
        if folder not in self._listed:
            there = folder.iterdir() if folder.is_dir() else ()
            self._listed[folder] = {path.name.casefold(): path.name for path in there}
        return self._listed[folder]
