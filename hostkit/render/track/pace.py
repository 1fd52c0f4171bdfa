"""How many frames a device is asked for between two signs of life."""

from __future__ import annotations

import time
from collections.abc import Iterator

from hostkit.audio.block import BLOCK_FRAMES

FEW_FRAMES = 4096
"""Eight buffers."""
QUICK_SECONDS = 1.0
"""A device that needs no longer for a block is asked for whole blocks."""


class Pace:
    """Cuts blocks into steps: whole ones for a quick device, a few buffers for a slow one.

    So a slow one is not taken for one that hangs, and a quick one is not called more often than
    it takes. What a device gives does not depend on it.
    """

    def __init__(self) -> None:
        self._step_frames = FEW_FRAMES

    def steps(self, frames: int) -> Iterator[slice]:
        """The frames of a block, step by step; each is over when the next is asked for.

        >>> [(step.start, step.stop) for step in Pace().steps(6000)]
        [(0, 4096), (4096, 6000)]
        """
        start = 0
        while True:
            stop = min(start + self._step_frames, frames)
            began = time.monotonic()
            yield slice(start, stop)
            took = time.monotonic() - began
            quick = took * BLOCK_FRAMES <= QUICK_SECONDS * (stop - start)
            self._step_frames = BLOCK_FRAMES if quick else FEW_FRAMES
            start = stop
            if start >= frames:
                return
