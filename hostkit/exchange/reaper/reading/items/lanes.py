"""Fixed lanes of a track (REAPER 7): which of its items play."""

from __future__ import annotations

from dataclasses import dataclass

from hostkit.exchange.reaper.reading.values import number, whole
from hostkit.exchange.reaper.tree import Block

_FIXED_LANES = 2
_BITS = 32


@dataclass(frozen=True)
class ItemLanes:
    """The lanes that play, from 0; None where all do."""

    playing: frozenset[int] | None = None

    @classmethod
    def of(cls, track: Block) -> ItemLanes:
        """What `FREEMODE` and `LANESOLO` say: 32 lanes in each number of the latter, as bits."""
        words = track.words("LANESOLO")
        if whole(track.words("FREEMODE"), 0) != _FIXED_LANES or not words:
            return cls()
        masks = [whole(words, index) for index in range(len(words))]
        lanes = range(_BITS * len(masks))
        return cls(frozenset(n for n in lanes if masks[n // _BITS] >> n % _BITS & 1))

    def play(self, item: Block) -> bool:
        """Whether an item is heard; `YPOS` has where its lane begins, and how high one is."""
        words = item.words("YPOS")
        height = number(words, 1)
        if self.playing is None or not 0 < height <= 1:
            return True
        return round(number(words, 0) / height) in self.playing
