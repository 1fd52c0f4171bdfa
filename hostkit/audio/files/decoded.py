"""What libsndfile decodes, block by block, and not more than it decodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import soundfile
from numpy.typing import NDArray


def decoded_blocks(
    file: soundfile.SoundFile, block_frames: int, dtype: Literal["float32", "int32"]
) -> Iterator[NDArray[Any]]:
    """The rest of a file in blocks `(frames, channels)`, all of `block_frames` but the last.

    `SoundFile.blocks` goes on for as many frames as the header promises: where a file breaks off,
    it gives the last block again and again.
    """
    while True:
        block = file.read(block_frames, dtype=dtype, always_2d=True)
        if len(block):
            yield block
        if len(block) < block_frames:
            return
