"""Files that begin or end where the music goes on: cut at a frame, without a click."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hostkit.audio.quantise import IntSums, to_step


@dataclass(frozen=True)
class Cut:
    """Where in the music a file begins, and how long the fades at its two ends are.

    A fade is sin² of a quarter turn over its frames; an end that is not cut has none.
    """

    start_frame: int = 0
    fade_in_frames: int = 0
    fade_out_frames: int = 0

    def faded(self, samples: IntSums, first: int, frames: int, step: int) -> IntSums:
        """A block of a file of so many `frames` from frame `first` on, in multiples of `step`."""
        last = first + samples.shape[1]
        if first >= self.fade_in_frames and last <= frames - self.fade_out_frames:
            return samples
        at = np.arange(first, last) + 0.5
        gains = _rising(at, self.fade_in_frames) * _rising(frames - at, self.fade_out_frames)
        return to_step(np.rint(samples * gains).astype(samples.dtype), step)


UNCUT = Cut()


def _rising(frames_from_the_end: np.ndarray, fade_frames: int) -> np.ndarray:
    if not fade_frames:
        return np.ones(frames_from_the_end.shape)
    share: np.ndarray = np.clip(frames_from_the_end / fade_frames, 0, 1)
    return np.sin(share * (np.pi / 2)) ** 2
