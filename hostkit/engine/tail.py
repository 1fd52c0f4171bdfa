"""Listening for the end of a sound."""

from __future__ import annotations

import numpy as np

from hostkit.audio.block import Audio
from hostkit.levels import db_to_gain
from hostkit.plan.prints import TailPlan


class TailListener:
    """Decides where audio that is heard block by block ends.

    The end is `for_frames` after the last frame that reaches `below_db` on any channel,
    but not before `must_reach` and not after `must_reach + max_frames`. While `must_reach`
    is None there is no end yet.
    """

    def __init__(self, plan: TailPlan, must_reach: int | None) -> None:
        self._threshold = db_to_gain(plan.below_db)
        self._for_frames = plan.for_frames
        self._max_frames = plan.max_frames
        self.must_reach = must_reach
        self._heard = 0
        self._loud_until = 0
        self.end: int | None = None
        """Length in frames, once it is known."""

    def hear(self, block: Audio) -> None:
        """Takes the next block."""
        reach, until = self.must_reach, self._heard + block.shape[1]
        if block.shape[1] and (reach is None or until > reach - self._for_frames):
            loud = np.flatnonzero(np.abs(block).max(axis=0) >= self._threshold)
            if loud.size:
                self._loud_until = self._heard + int(loud[-1]) + 1
        self._heard = until
        if reach is None:
            return
        end = min(max(self._loud_until + self._for_frames, reach), reach + self._max_frames)
        if self._heard >= end:
            self.end = end
