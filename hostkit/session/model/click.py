"""How the click of a session sounds: what players hear in their headphones."""

from __future__ import annotations

from pydantic import Field

from hostkit.session.model.fields import YamlMap


class ClickTrack(YamlMap):
    """`count_in_bars` come before 1|1. Beats slower than `subdivide_below_bpm` are divided.

    The last `warnings` beats before a hit sound differently, where its weight is
    `warning_weight` or more. `level_dbfs` is the peak of a downbeat.
    """

    count_in_bars: int = Field(default=2, ge=0, le=16)
    subdivide_below_bpm: float = Field(default=60, ge=0, le=400)
    warnings: int = Field(default=3, ge=0, le=32)
    warning_weight: float = Field(default=1, ge=0, le=100)
    level_dbfs: float = Field(default=-12, ge=-60, le=-1)
