"""The sample formats a file can have. A new one is one row of `FORMATS`.

Mixing and proof work on *integer samples* (`hostkit.audio.quantise`). A 32-bit float file
carries the same 24 bits as floats: a float holds every integer up to 2²⁴ exactly, so such
a file sums as exactly as a 24-bit one. What is louder than that (+6 dBFS) stands in
multiples of a power of two, one for all files of a form (`quantise.to_step`), of which a
float again holds 2²⁴ exactly: up to +48 dBFS, where they no longer fit int32.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from hostkit.errors import RequestError


@dataclass(frozen=True)
class SampleFormat:
    """How one sample stands in a file.

    `full_scale` is the integer sample of amplitude 1.0; all lie in `lowest`…`highest`.
    `subtype` is libsndfile's name of the format.
    """

    name: str
    bits: int
    subtype: str
    full_scale: int
    lowest: int
    highest: int
    is_float: bool = False
    dithered: bool = False

    @property
    def bytes_per_sample(self) -> int:
        return self.bits // 8


PCM16 = SampleFormat("pcm16", 16, "PCM_16", 2**15, -(2**15), 2**15 - 1, dithered=True)
PCM24 = SampleFormat("pcm24", 24, "PCM_24", 2**23, -(2**23), 2**23 - 1)
_LARGEST_FLOAT = 2**31 - 2**7
"""The largest number of int32 that is a float."""
FLOAT32 = SampleFormat(
    "float32", 32, "FLOAT", 2**23, -_LARGEST_FLOAT, _LARGEST_FLOAT, is_float=True
)

FormatName: TypeAlias = Literal["pcm16", "pcm24", "float32"]
"""As sessions and profiles name them."""
FORMATS = {row.name: row for row in (PCM16, PCM24, FLOAT32)}


def sample_format(name: str) -> SampleFormat:
    """The format of that name; RequestError names the known ones.

    >>> sample_format("pcm24").bits
    24
    """
    try:
        return FORMATS[name]
    except KeyError:
        known = ", ".join(FORMATS)
        raise RequestError(
            f"there is no sample format {name!r}", cure=f"there are {known}"
        ) from None
