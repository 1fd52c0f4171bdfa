"""How large a page becomes, said before a sample of it is encoded, and the bitrate for that."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from hostkit.listening.page.peaks import FINE_FRAMES
from hostkit.listening.review.mp3 import FRAME, SoundSegments, frame_bytes
from hostkit.listening.review.sounds import PageSound

BITRATES_KBPS = (256, 224, 192, 160, 128, 112, 96, 80, 64)
LEAST_KBPS = 96
"""By itself a page sounds no worse than this; a smaller one has to be asked for."""
USUAL_MB, MOST_MB = 25.0, 100.0
"""What a mail or a messenger takes; what a browser opens in one file without a long wait."""
_PAGE_BYTES, _SEGMENT_BYTES, _PEAK_BYTES = 100_000, 64, 3
_DECODER_FRAMES = 1105
"""What an MP3 encoder puts before the sound."""


@dataclass(frozen=True)
class PageSize:
    """A page of at most `megabytes`; `apart` is a folder, its sound beside the page."""

    bitrate_kbps: int
    megabytes: float
    apart: bool


def choose_size(sounds: Sequence[PageSound], sample_rate: int, max_mb: float | None) -> PageSize:
    """The best bitrate at which the page has at most `max_mb`, by itself the usual size.

    Where the lowest is too much for that, or the page for one file, it becomes a folder.
    """
    least = LEAST_KBPS if max_mb is None else BITRATES_KBPS[-1]
    offered = [kbps for kbps in BITRATES_KBPS if kbps >= least]
    lengths = [
        math.ceil(Fraction(sound.entry.measures.frames * sample_rate, sound.sample_rate))
        for sound in sounds
    ]
    sizes = {kbps: megabytes(lengths, sample_rate, kbps) for kbps in offered}
    most = USUAL_MB if max_mb is None else max_mb
    chosen = next((kbps for kbps in offered if sizes[kbps] <= most), offered[-1])
    limit = MOST_MB if max_mb is None else min(max_mb, MOST_MB)
    return PageSize(chosen, sizes[chosen], apart=sizes[chosen] > limit)


def megabytes(lengths: Sequence[int], sample_rate: int, bitrate_kbps: int) -> float:
    """The most that a page with sounds of these lengths in frames can have."""
    total = float(_PAGE_BYTES)
    for frames in lengths:
        total += frames / FINE_FRAMES * _PEAK_BYTES
        for encoded in SoundSegments(frames, sample_rate).encoded_frames():
            blocks = math.ceil((encoded + _DECODER_FRAMES) / FRAME) + 2
            coded = blocks * frame_bytes(bitrate_kbps, sample_rate)
            total += 4 * math.ceil(coded / 3) + _SEGMENT_BYTES
    return total / 1e6
