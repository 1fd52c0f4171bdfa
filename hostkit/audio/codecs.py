"""Codecs of files to listen to: a table, without what encodes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CodecName = Literal["mp3", "opus"]


@dataclass(frozen=True)
class Codec:
    """How libsndfile is asked for a codec.

    A file at another rate than one of `rates` becomes one of 48 kHz. libsndfile's compression
    level goes evenly from 0 at `most_kbps` to 1 at `least_kbps`.
    """

    suffix: str
    container: str
    subtype: str
    rates: tuple[int, ...]
    least_kbps: float
    most_kbps: float
    kbps: int
    constant: bool

    def level(self, kbps: int) -> float:
        """The compression level for a bit rate of a stereo file."""
        share = (self.most_kbps - kbps) / (self.most_kbps - self.least_kbps)
        return min(1.0, max(0.0, share))


CODECS: dict[CodecName, Codec] = {
    "mp3": Codec("mp3", "MP3", "MPEG_LAYER_III", (32_000, 44_100, 48_000), 32, 320, 320, True),
    "opus": Codec("opus", "OGG", "OPUS", (48_000,), 12, 512, 160, False),
}
