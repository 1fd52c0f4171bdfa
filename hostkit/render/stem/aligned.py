"""Streams that arrive unevenly, brought together again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hostkit.audio.block import Audio, silence


class Held:
    """Streams that arrive unevenly: gives only what all of them have given."""

    def __init__(self, channels: Sequence[int]) -> None:
        self._held = [silence(count, 0) for count in channels]

    def add(self, channels: int) -> int:
        """One stream more; its number."""
        self._held.append(silence(channels, 0))
        return len(self._held) - 1

    def push(self, stream: int, block: Audio) -> None:
        held = self._held[stream]
        self._held[stream] = np.concatenate((held, block), axis=1) if held.shape[1] else block

    def pull(self) -> list[Audio]:
        """The next stretch of every stream, equally long."""
        frames = min(held.shape[1] for held in self._held)
        complete = [held[:, :frames] for held in self._held]
        self._held = [held[:, frames:] for held in self._held]
        return complete


class Aligned:
    """Sums streams of `channels` each that arrive unevenly."""

    def __init__(self, count: int, channels: int) -> None:
        self._channels = channels
        self._streams = Held([channels] * count)

    def add(self) -> int:
        """One stream more; its number."""
        return self._streams.add(self._channels)

    def push(self, stream: int, block: Audio) -> None:
        self._streams.push(stream, block)

    def pull(self) -> Audio:
        """The sum of what is complete, in the order of the streams."""
        first, *others = self._streams.pull()
        total = first.copy()
        for other in others:
            total += other
        return total
