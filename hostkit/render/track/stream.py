"""A signal that is read as it is needed, and is silent where there is none of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hostkit.audio.block import Audio, silence
from hostkit.audio.layout import ChannelLayout


class Stream:
    """A signal in stretches of any length; silence before its first frame and after its last."""

    def __init__(self, layout: ChannelLayout, blocks: Iterator[Audio], start: int = 0) -> None:
        """`blocks` begin on frame `start`, which may be before 0."""
        self.layout = layout
        self._blocks = blocks
        self._held = silence(layout.channels, max(start, 0))
        self._skip = max(-start, 0)

    def next(self, frames: int) -> Audio:
        """The next stretch, shape (channels, frames)."""
        parts, lacking = [self._held], frames - self._held.shape[1]
        while lacking > 0:
            block = next(self._blocks, None)
            if block is None:
                parts.append(silence(self.layout.channels, lacking))
                break
            skipped = min(self._skip, block.shape[1])
            self._skip -= skipped
            parts.append(block[:, skipped:])
            lacking -= block.shape[1] - skipped
        together = np.concatenate(parts, axis=1)
        taken, self._held = together[:, :frames], together[:, frames:]
        return taken
