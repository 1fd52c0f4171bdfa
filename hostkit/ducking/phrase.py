"""A phrase: what is said in one breath, as far as music is concerned."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Phrase:
    """Speech from onset to offset (half-open), in seconds from the start of the music."""

    onset_seconds: float
    offset_seconds: float

    @property
    def seconds(self) -> float:
        return self.offset_seconds - self.onset_seconds
