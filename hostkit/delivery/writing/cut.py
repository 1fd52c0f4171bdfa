"""Files that begin or end where the music goes on: cut at a frame, without a click."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hostkit.audio.quantise import CodeSums, to_step


@dataclass(frozen=True)
class Cut:
    """Where in the music a file begins, and how long the fades at its two ends are.

    A fade is sin² of a quarter turn over its frames; an end that is not cut has none.
    """

    start_frame: int = 0
    fade_in_frames: int = 0
    fade_out_frames: int = 0

    def faded(self, codes: CodeSums, first: int, frames: int, step: int) -> CodeSums:
        """A block of a file of so many `frames` from frame `first` on, in multiples of `step`."""
        last = first + codes.shape[1]
        if first >= self.fade_in_frames and last <= frames - self.fade_out_frames:
            return codes
        at = np.arange(first, last) + 0.5
        gains = _rising(at, self.fade_in_frames) * _rising(frames - at, self.fade_out_frames)
        return to_step(np.rint(codes * gains).astype(codes.dtype), step)


UNCUT = Cut()


def _rising(frames_from_the_end: np.ndarray, fade_frames: int) -> np.ndarray:
    if not fade_frames:
        return np.ones(frames_from_the_end.shape)
    share: np.ndarray = np.clip(frames_from_the_end / fade_frames, 0, 1)
    return np.sin(share * (np.pi / 2)) ** 2
