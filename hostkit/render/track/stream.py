"""Signals in blocks: read in stretches of any length, held back until they are sure to be kept."""

from __future__ import annotations

from collections import deque
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


class HeldBack:
    """Audio from frame `given` on that may turn out to lie behind the end."""

    def __init__(self, given: int = 0) -> None:
        self.given = given
        self._blocks: deque[Audio] = deque()

    def push(self, block: Audio) -> None:
        self._blocks.append(block)

    def until(self, frame: int) -> Iterator[Audio]:
        """What there is before that frame: blocks as they came, the last cut there."""
        while self._blocks and self.given < frame:
            block = self._blocks.popleft()
            if (room := frame - self.given) < block.shape[1]:
                self._blocks.appendleft(block[:, room:])
                block = block[:, :room]
            self.given += block.shape[1]
            yield block
