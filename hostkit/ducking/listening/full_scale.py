"""Looking out for clipped audio while it is read for something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio
from hostkit.audio.files.reader import AudioSource
from hostkit.ground.counted import counted

FULL_SCALE = 1.0 - 2.0**-15
"""The largest 16-bit sample; three alike in a row, this high or higher, are a clipped wave.

A float wave that swings past full scale is whole: its samples differ.
"""


@dataclass(frozen=True)
class FullScaleWatch:
    """Counts stretches of full-scale samples in every stream it is laid over."""

    _stretches: dict[str, int] = field(default_factory=dict)

    def over(self, blocks: Iterator[Audio], name: str) -> Iterator[Audio]:
        """The blocks themselves."""
        self._stretches[name] = 0
        for block in blocks:
            if block.size and max(block.max(), -block.min()) >= FULL_SCALE:
                self._stretches[name] += clipped_stretches(block)
            yield block

    def source(self, source: AudioSource, name: str) -> AudioSource:
        """A source whose blocks are watched whenever they are read."""
        return _Watched(source, name, self)

    def warnings(self) -> tuple[str, ...]:
        """One line for each stream that clips."""
        return tuple(
            f"{name}: clips in {counted(count, 'place')} (three or more equal "
            "samples in a row at full scale); its level may be misjudged there"
            for name, count in self._stretches.items()
            if count
        )


@dataclass(frozen=True)
class _Watched:
    _source: AudioSource
    _name: str
    _watch: FullScaleWatch

    @property
    def path(self) -> Path:
        return self._source.path

    @property
    def sample_rate(self) -> int:
        return self._source.sample_rate

    @property
    def channels(self) -> int:
        return self._source.channels

    @property
    def frames(self) -> int:
        return self._source.frames

    def blocks(self, block_frames: int = BLOCK_FRAMES) -> Iterator[Audio]:
        return self._watch.over(self._source.blocks(block_frames), self._name)


def clipped_stretches(block: Audio) -> int:
    """How many stretches of three or more equal samples at full scale a block holds.

    >>> clipped_stretches(np.array([[1, 1, 1, 1, 0, -1, -1, -1]], dtype=np.float32))
    2
    >>> clipped_stretches(np.array([[0.9, 1.2, 1.3, 1.3, 1.2, 0.9]], dtype=np.float32))
    0
    """
    stays = (np.abs(block[:, 1:]) >= FULL_SCALE) & (block[:, 1:] == block[:, :-1])
    three = stays[:, 1:] & stays[:, :-1]
    starts = np.diff(three.astype(np.int8), axis=1, prepend=0) == 1
    return int(np.count_nonzero(starts))
