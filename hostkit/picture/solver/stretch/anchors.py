"""Hits as the solver aims at them: those that one beat can meet are one anchor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hostkit.picture.hits import HitPoint
    from hostkit.session.model.music import LandOn

_STRICTNESS: dict[LandOn, int] = {"any": 0, "beat": 1, "downbeat": 2}


@dataclass(frozen=True)
class Anchor:
    """A time to land on, in seconds: `at`, and within `early` … `late` at the worst.

    One that is `fixed` cannot be missed: the music behind it stays as it is.
    """

    at: float
    early: float
    late: float
    weight: float
    land_on: LandOn
    fixed: bool = False

    @property
    def give(self) -> float:
        """Seconds by which a gap that it ends may be taken longer or shorter while searching."""
        return 0.7 * (self.late - self.early)

    def joined(self, other: Anchor) -> Anchor | None:
        """One anchor for both, where a time meets both."""
        early, late = max(self.early, other.early), min(self.late, other.late)
        if early > late:
            return None
        weight = self.weight + other.weight
        mean = (self.at * self.weight + other.at * other.weight) / weight if weight else self.at
        strict = max(self.land_on, other.land_on, key=_STRICTNESS.__getitem__)
        return Anchor(min(max(mean, early), late), early, late, weight, strict)


def anchors_of(
    hits: Sequence[HitPoint], start: float, end: float | None, frame: float, closest: float
) -> tuple[Anchor, ...]:
    """Anchors for hits in order of time, in seconds from `start`; `end` is, too.

    Hits nearer than `closest` seconds are one where they can be. Those so near to the start or
    the end are met by that, or not at all.
    """
    anchors: list[Anchor] = []
    for hit in hits:
        at = float(hit.seconds) - start
        if at < closest or (end is not None and at > end - closest):
            continue
        early, late = at - hit.early_frames * frame, at + hit.late_frames * frame
        anchor = Anchor(at, early, late, hit.weight, hit.land_on)
        joined = None
        if anchors and at - anchors[-1].at < closest:
            joined = anchors[-1].joined(anchor)
        if joined is not None:
            anchors.pop()
        anchors.append(joined or anchor)
    return tuple(anchors)
