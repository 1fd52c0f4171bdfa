"""What the scores of a session come to, as the rest of the plan takes it.

Few sessions have one, so what makes it (`hostkit.plan.scoring.scores`) is imported where one has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from hostkit.timebase.position import Position

if TYPE_CHECKING:
    from hostkit.themes.phrase import MusicPhrase

TEXTURE_KEYS = ("drone", "texture")


@dataclass(frozen=True)
class TextureLane:
    """What the drones of a track make of one parameter; `entry` is the number of the first."""

    entry: int
    points: tuple[tuple[Position, float], ...]


@dataclass(frozen=True)
class PlacedPhrase:
    """A phrase from quarter note `start` on; `theme` is the one that it quotes, "" for none."""

    start: Fraction
    phrase: MusicPhrase
    theme: str = ""


@dataclass(frozen=True)
class TrackScores:
    """What each track plays that has a score, by name; and what drones make of its parameters.

    `sums` are of the themes that are quoted.
    """

    placed: Mapping[str, tuple[PlacedPhrase, ...]]
    lanes: Mapping[str, Mapping[str, TextureLane]] = field(default_factory=dict)

    sums: Mapping[str, str] = field(default_factory=dict)

    def quoted(self, track: str) -> tuple[tuple[str, str], ...]:
        """The themes that a track quotes, each with a short sum of what is written of it."""
        names = {one.theme for one in self.placed.get(track, ()) if one.theme}
        return tuple((name, self.sums[name]) for name in sorted(names))


NO_SCORES = TrackScores({})
