"""What libsndfile decodes, block by block, and not more than it decodes; and what MP3s say of it.

Some files do not say how long they are: a FLAC that was written into a pipe, an MP3 without the
header that LAME made usual. Their frames are counted by decoding them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import soundfile
from numpy.typing import NDArray

from hostkit.ground.named_file import open_named

_UNTOLD_FRAMES = np.iinfo(np.int64).max
_COUNTED_FRAMES = 65_536


class Decoded(soundfile.SoundFile):  # type: ignore[misc]  # soundfile has no types
    """A file that is read in order: soundfile would move to where it is after every read, which
    libsndfile refuses for a FLAC of unknown length.
    """

    def __init__(self, path: Path) -> None:
        """Raises OSError, SoundFileError."""
        self._path = path
        strange = any("\udc80" <= letter <= "\udcff" for letter in str(path))
        super().__init__(os.fsencode(path) if strange else path)  # soundfile knows letters alone

    def seekable(self) -> bool:
        return False

    @property
    def says_its_length(self) -> bool:
        """Whether `frames` is its length, and not an estimate or a way of saying nothing."""
        head = self._mp3_head
        return int(self.frames) != _UNTOLD_FRAMES if head is None else head.says_length

    @property
    def says_its_start(self) -> bool:
        """Whether its first frame is the first that was recorded, and not an encoder's."""
        return self._mp3_head is None or self._mp3_head.says_padding

    @cached_property
    def _mp3_head(self) -> Mp3Head | None:
        if self.format in ("MP3", "MPEG"):
            return Mp3Head.of(self._path)
        return Mp3Head(False, False) if self.subtype.startswith("MPEG_LAYER") else None

    def counted_frames(self) -> int:
        """How many frames there are, by decoding the rest of it."""
        return sum(len(block) for block in decoded_blocks(self, _COUNTED_FRAMES, "float32"))


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


_HEAD_BYTES = 4_096
_ID3 = re.compile(rb"ID3..(.)([\x00-\x7f]{4})", re.DOTALL)
_HEADER = re.compile(rb"(Xing|Info)...(.)|VBRI", re.DOTALL)


@dataclass(frozen=True)
class Mp3Head:
    """What an MP3 says before its sound: how many frames there are, and which of them its
    encoder added in front (more than 1,000), so that a decoder leaves them out.

    Source: the headers of Xing, Fraunhofer (VBRI) and LAME ("Mp3 Info Tag", revision 1).
    """

    says_length: bool
    says_padding: bool

    @classmethod
    def of(cls, path: Path) -> Mp3Head:
        """That of a file. Raises OSError."""
        with open_named(path) as file:
            head = file.read(_HEAD_BYTES)
            if tags := _ID3.match(head):
                parts = tags[2]
                size = parts[0] << 21 | parts[1] << 14 | parts[2] << 7 | parts[3]
                file.seek(10 + size)
                head = file.read(_HEAD_BYTES)
        found = _HEADER.search(head)
        if found is None:
            return cls(False, False)
        if not found[1]:
            return cls(True, False)
        holds = found[2][0]  # what comes before LAME's part
        lame = found.start() + 8 + sum(size for bit, size in _PARTS.items() if holds & bit)
        padding = head[lame + 21 : lame + 24]
        return cls(bool(holds & 1), head[lame : lame + 1] not in (b"", b"\0") and any(padding))


_PARTS = {1: 4, 2: 4, 4: 100, 8: 4}
"""Frames, bytes, table of contents, quality: each where its bit is set, and its bytes."""
