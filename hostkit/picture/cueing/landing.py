"""Where the hits of a session land in its music, in frames of its picture."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hostkit.picture.hits import HitPoint
from hostkit.picture.solver.landing import LandedHit, landed
from hostkit.picture.solver.wishes import FRAME_RATE_WITHOUT_PICTURE
from hostkit.timebase.tempo_map import TempoMap


def frames_per_second(tempo_map: TempoMap) -> Fraction:
    """Of the picture; 24 without one."""
    picture = tempo_map.picture
    return picture.frame_rate.frames_per_second if picture else Fraction(FRAME_RATE_WITHOUT_PICTURE)


def hits_landed(hits: Sequence[HitPoint], tempo_map: TempoMap) -> tuple[LandedHit, ...]:
    """Every hit with the place of the music that it wants and that is nearest to it."""
    return landed(hits, tempo_map, 1 / frames_per_second(tempo_map))
