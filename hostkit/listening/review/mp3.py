"""PageSound in segments, each an MP3 of its own that begins and ends in what is around it.

MP3 is what every browser decodes (Safari knows Opus in Ogg only since 18.4). A decoder needs the
frames around a sample for it to be right, so a segment is encoded from `PRE_FRAMES` before its
first sample to `POST_FRAMES` after its last, and a page cuts it out: at a seam a sine then goes on
as within a segment, where one that was cut before it was encoded would jump by a tenth. How many
frames a browser's decoder leaves in front is measured in the page, by a segment with an impulse.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import soundfile
from numpy.typing import NDArray

from hostkit.audio.block import Audio, silence
from hostkit.audio.codecs import CODECS

_MP3 = CODECS["mp3"]
FRAME = 1152
SEGMENT_SECONDS = 3
"""Short enough that a browser holds a few of two dozen sounds in 250 MB."""
PRE_FRAMES, POST_FRAMES = 2 * FRAME, FRAME
IMPULSE_FRAME = 4000


@dataclass(frozen=True)
class SoundSegments:
    """The segments of a sound of so many frames."""

    frames: int
    sample_rate: int

    @property
    def length(self) -> int:
        """Frames of each but the last."""
        return SEGMENT_SECONDS * self.sample_rate

    @property
    def count(self) -> int:
        return math.ceil(self.frames / self.length)

    def encoded_frames(self) -> Iterator[int]:
        """How many frames of each are encoded."""
        for number in range(self.count):
            own = min(self.length, self.frames - number * self.length)
            yield PRE_FRAMES + own + POST_FRAMES

    def cut(self, blocks: Iterable[Audio]) -> Iterator[Audio]:
        """Each segment with what is around it, of blocks of `length` frames (the last is less).

        Before the start and after the end there is silence.
        """
        before: Audio | None = None
        here: Audio | None = None
        for block in blocks:
            if here is not None:
                yield _with_surroundings(before, here, block)
                before = here
            here = block
        if here is not None:
            yield _with_surroundings(before, here, None)


def _with_surroundings(before: Audio | None, here: Audio, after: Audio | None) -> Audio:
    channels = here.shape[0]
    lead = silence(channels, PRE_FRAMES) if before is None else before[:, -PRE_FRAMES:]
    rest = silence(channels, POST_FRAMES)
    if after is not None:
        there = min(POST_FRAMES, after.shape[1])
        rest[:, :there] = after[:, :there]
    return np.concatenate([lead, here, rest], axis=1)


def is_silent(segment: Audio) -> bool:
    """Whether nothing of a segment itself sounds."""
    return not segment[:, PRE_FRAMES : segment.shape[1] - POST_FRAMES].any()


def encode(audio: Audio, sample_rate: int, bitrate_kbps: int) -> bytes:
    """An MP3 of audio `(channels, frames)` at a constant bitrate."""
    written = io.BytesIO()
    with soundfile.SoundFile(
        written,
        "w",
        sample_rate,
        audio.shape[0],
        _MP3.subtype,
        format=_MP3.container,
        bitrate_mode="CONSTANT",
        compression_level=_MP3.level(bitrate_kbps),
    ) as file:
        file.write(np.ascontiguousarray(audio.T))
    return written.getvalue()


def impulse(sample_rate: int, bitrate_kbps: int) -> bytes:
    """A segment in which one sample sounds, IMPULSE_FRAME, to find out where a decoder puts it."""
    audio: NDArray[np.float32] = silence(2, 3 * IMPULSE_FRAME)
    audio[:, IMPULSE_FRAME] = 0.9
    return encode(audio, sample_rate, bitrate_kbps)


def frame_bytes(bitrate_kbps: int, sample_rate: int) -> int:
    """Bytes of a frame of MPEG-1 layer III, with the one that some are padded with."""
    return 144_000 * bitrate_kbps // sample_rate + 1
