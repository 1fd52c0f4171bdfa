"""The end of an exact length: a short fade, so that nothing is chopped while it sounds."""

from __future__ import annotations

import numpy as np

from hostkit.audio.block import Audio
from hostkit.plan.nodes.stems import Span


class ClosingFade:
    """Takes the blocks of a recording in order from a frame on, fades them out at its exact end.

    The gain depends on nothing but how many frames are left: sin⁴ of a quarter turn over
    the span's `fade_frames`. All stems of a form get it alike, so their sum is faded so too.
    It is −12 dB half-way and under −96 dB in the last 10 of 250 ms.
    """

    def __init__(self, span: Span, start: int = 0) -> None:
        self._frames = span.fade_frames
        self._end = span.frames if span.frames is not None else span.most_frames
        self._position = start

    def __call__(self, block: Audio) -> Audio:
        start, stop = self._position, self._position + block.shape[1]
        self._position = stop
        if self._end is None or not self._frames or stop <= self._end - self._frames:
            return block
        left = np.clip(self._end - np.arange(start, stop), 0, self._frames) / self._frames
        gains = np.sin(left * (np.pi / 2)) ** 4
        faded: Audio = block * gains.astype(np.float32)
        return faded
