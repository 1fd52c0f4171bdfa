"""What a recipe that re-arranges comes to: a form, and the pieces of music that it is made of."""

from __future__ import annotations

from dataclasses import dataclass

from hostkit.plan.arranging.pieces import Arrangement
from hostkit.plan.plan import Form


@dataclass(frozen=True)
class Arranged:
    """A form and how it comes about; lengths in frames where they are fixed.

    `form.marks` are still to come: they need the timeline.
    """

    form: Form
    arrangement: Arrangement
    frames: int | None = None
    most_frames: int | None = None
    loop_frames: int | None = None
    warnings: tuple[str, ...] = ()
