"""What is solved at once: music from one place that is fixed to the next, or to its end."""

from __future__ import annotations

from dataclasses import dataclass

from hostkit.picture.solver.stretch.anchors import Anchor
from hostkit.picture.solver.stretch.lattice import Lattice


@dataclass(frozen=True)
class Tempi:
    """The range in seconds a beat, what is wanted of it, and the most change per beat."""

    quickest: float
    slowest: float
    wanted: float
    max_change: float


@dataclass(frozen=True)
class Goal:
    """Where a stretch has to arrive: its time, tick and number of bars, and the tempo from there.

    `seconds` and `tick` are counted from where the stretch begins.
    """

    seconds: float
    tick: int
    bars: int
    beat_seconds: float


@dataclass(frozen=True)
class TempoStretch:
    """Anchors in seconds from where it begins, in the tempo `first_beat_seconds` if that is fixed.

    Without a `goal` the music goes on behind the last anchor as it is there.
    """

    anchors: tuple[Anchor, ...]
    lattice: Lattice
    tempi: Tempi
    frame_seconds: float
    first_beat_seconds: float | None = None
    goal: Goal | None = None

    @property
    def seconds(self) -> float:
        """How long it is, as far as anything is wanted of it."""
        if self.goal is not None:
            return self.goal.seconds
        return self.anchors[-1].at if self.anchors else 0.0
