"""Listening for the end of a sound."""

from __future__ import annotations

import numpy as np

from hostkit.audio.block import Audio
from hostkit.ground.levels import db_to_gain, gain_to_db
from hostkit.plan.nodes.prints import TailPlan

FADE_SECONDS = 1
"""Over what time a sound that the limit cuts off is faded before it."""
CUT_OFF_DB = -60.0
"""A sound louder than this at the limit is worth a word."""
_LAST_FRAMES = 480


class TailListener:
    """Decides where audio that is heard block by block ends.

    The end is `for_frames` after the last frame that reaches `below_db` on any channel,
    but not before `must_reach` and not after `must_reach + max_frames`, the limit. While
    `must_reach` is None there is no end yet. Where an echo may come, it is known only when none
    has: until then no more than what comes before is `certain` to be kept. What reaches the limit
    is faded in the last `fade_frames` before it, as far as they lie after `must_reach`. The first
    block heard begins on frame `start_frame`.
    """

    def __init__(
        self,
        plan: TailPlan,
        must_reach: int | None,
        fade_frames: int = 0,
        start_frame: int = 0,
    ) -> None:
        self._threshold = db_to_gain(plan.below_db)
        self._for_frames = plan.for_frames
        self._wait_frames = max(plan.for_frames, plan.echo_frames)
        self._max_frames = plan.max_frames
        self._fade_frames = min(fade_frames, plan.max_frames)
        self._level_at_limit = 0.0
        self.must_reach = must_reach
        self._heard = start_frame
        self._loud_until = 0
        self.end: int | None = None
        """Length in frames, once it is known."""

    def hear(self, block: Audio) -> None:
        """Takes the next block."""
        reach, until = self.must_reach, self._heard + block.shape[1]
        if block.shape[1] and (reach is None or until > reach - self._wait_frames):
            loud = np.flatnonzero(np.abs(block).max(axis=0) >= self._threshold)
            if loud.size:
                self._loud_until = self._heard + int(loud[-1]) + 1
        self._heard = until
        if reach is None:
            return
        limit = reach + self._max_frames
        if until > limit - _LAST_FRAMES:
            last = np.abs(block[:, max(0, limit - _LAST_FRAMES - until + block.shape[1]) :])
            kept = last[:, : max(0, last.shape[1] - max(0, until - limit))]
            self._level_at_limit = max(self._level_at_limit, float(kept.max(initial=0.0)))
        end = min(max(self._loud_until + self._for_frames, reach), limit)
        if self._heard >= min(max(self._loud_until + self._wait_frames, end), limit):
            self.end = end

    @property
    def certain(self) -> int:
        """So many frames are kept, whatever is heard after them."""
        if self.end is not None:
            return self.end
        if self.must_reach is None:
            return self._heard
        return min(self._heard, max(self._loud_until + self._for_frames, self.must_reach))

    def faded(self, block: Audio) -> Audio:
        """The block heard last, faded where it comes near the limit: sin⁴ of a quarter turn."""
        if self.must_reach is None or not self._fade_frames:
            return block
        limit = self.must_reach + self._max_frames
        left = limit - np.arange(self._heard - block.shape[1], self._heard)
        if not block.shape[1] or left[-1] >= self._fade_frames:
            return block
        share = np.clip(left, 0, self._fade_frames) / self._fade_frames
        faded: Audio = block * (np.sin(share * (np.pi / 2)) ** 4).astype(np.float32)
        return faded

    @property
    def warnings(self) -> tuple[str, ...]:
        """Whether the limit cuts into the sound."""
        reached = self.must_reach is not None and self.end == self.must_reach + self._max_frames
        if not reached or self._level_at_limit < db_to_gain(CUT_OFF_DB):
            return ()
        level = gain_to_db(self._level_at_limit)
        ended = "faded out before it" if self._fade_frames else "cut off there"
        return (
            f"it still sounds at {level:.0f} dBFS at the limit of its tail, and is {ended}; "
            "end its notes and pedals, or allow more with tail: {max_s: 60}",
        )
