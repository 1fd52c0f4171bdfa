"""What the store lost while it was needed: made again, said, and not for ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hostkit.errors import LostPrint, StorageError

MOST_LOSSES = 2
"""So often a print is made again that the store lost; then the disk is at fault."""


@dataclass
class Losses:
    """Prints that the store in folder `root` lost, in order; `name_of` a fingerprint names it."""

    root: Path
    name_of: Callable[[str], str]
    _noted: list[LostPrint] = field(default_factory=list)

    def note(self, loss: LostPrint) -> None:
        """Takes down one that is to be made again."""
        self._noted.append(loss)

    def check(self, loss: LostPrint) -> None:
        """Raises StorageError where that print was made again often enough."""
        if sum(one.fingerprint == loss.fingerprint for one in self._noted) == MOST_LOSSES:
            raise StorageError(
                f"the print of {self.name_of(loss.fingerprint)} {loss.became}, each time it is "
                f"made",
                cure=(
                    f"check the disk of {self.root}, or set HOSTKIT_CACHE to a folder on another"
                ),
            )

    def reason(self, fingerprint: str) -> str | None:
        """Why that is made again: what became of its print; None where it was not lost."""
        losses = (loss for loss in self._noted if loss.fingerprint == fingerprint)
        return next((f"its print {loss.became}" for loss in losses), None)

    @property
    def said(self) -> tuple[str, ...]:
        """A sentence for each."""
        named = ((self.name_of(loss.fingerprint), loss.became) for loss in self._noted)
        return tuple(f"the print of {name} {became}; rendered again" for name, became in named)
