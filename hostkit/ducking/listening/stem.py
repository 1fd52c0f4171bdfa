"""Stems of music on one clock, and their sum as a listener hears it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio, silence
from hostkit.audio.files.reader import AudioSource, Resampled
from hostkit.audio.layout import STEREO, ChannelLayout, layout_of
from hostkit.timebase.sampling import sample_of


@dataclass(frozen=True)
class MusicStem:
    """Music under a name; `start_seconds` is where its first sample lies."""

    name: str
    source: AudioSource
    start_seconds: Fraction = Fraction(0)

    @property
    def end_seconds(self) -> Fraction:
        return self.start_seconds + Fraction(self.source.frames, self.source.sample_rate)


@dataclass(frozen=True)
class Clock:
    """The music's own time: 0 is the earliest first sample of its stems.

    `start_seconds` is where that lies for those who placed the stems; `frames` reach to
    the end of the last stem, at the rate of the first. Music is heard in stereo or wider.
    """

    sample_rate: int
    start_seconds: Fraction
    frames: int
    layout: ChannelLayout

    @classmethod
    def of(cls, stems: Sequence[MusicStem]) -> Clock:
        rate = stems[0].source.sample_rate
        start = min(stem.start_seconds for stem in stems)
        end = max(stem.end_seconds for stem in stems)
        widest = max(STEREO.channels, *(stem.source.channels for stem in stems))
        return cls(rate, start, sample_of(end - start, rate), layout_of(widest))

    @property
    def seconds(self) -> float:
        return self.frames / self.sample_rate

    def frame_of(self, seconds: Fraction) -> int:
        """The clock's frame at a time on the clock of those who placed the stems."""
        return sample_of(seconds - self.start_seconds, self.sample_rate)


def summed(stems: Sequence[MusicStem], clock: Clock) -> Iterator[Audio]:
    """The sum of the stems over the whole clock, in blocks `(channels, frames)` of its layout.

    Stems at other rates are resampled, late ones are preceded by silence, short ones
    followed by it. A mono stem sounds on left and right alike at 0 dB; a stem with fewer
    channels than the widest sounds on the first of them.
    """
    streams = [_Stream(stem, clock) for stem in stems]
    for start in range(0, clock.frames, BLOCK_FRAMES):
        stop = min(start + BLOCK_FRAMES, clock.frames)
        if len(streams) == 1 and (alone := streams[0].alone(start, stop, clock)) is not None:
            yield alone
            continue
        total = silence(clock.layout.channels, stop - start)
        for stream in streams:
            stream.add_to(total, start)
        yield total


class _Stream:
    """One stem, read forwards, block by block of the clock."""

    def __init__(self, stem: MusicStem, clock: Clock) -> None:
        source = stem.source
        if source.sample_rate != clock.sample_rate:
            source = Resampled(source, clock.sample_rate)
        self._blocks = source.blocks()
        self._start = clock.frame_of(stem.start_seconds)
        self._ready = silence(source.channels, 0)

    def alone(self, start: int, stop: int, clock: Clock) -> Audio | None:
        """The next block itself where it is exactly what is asked for."""
        if start != self._start or self._ready.shape[1]:
            return None
        block = next(self._blocks, None)
        if block is not None and block.shape == (clock.layout.channels, stop - start):
            self._start = stop
            return block
        if block is not None:
            self._ready = block
        return None

    def add_to(self, total: Audio, start: int) -> None:
        """Add what the stem has between `start` and the end of `total`."""
        stop = start + total.shape[1]
        while self._start + self._ready.shape[1] < stop:
            block = next(self._blocks, None)
            if block is None:
                break
            self._ready = np.concatenate((self._ready, block), axis=1)
            self._drop_before(start)
        frames = min(stop - self._start, self._ready.shape[1])
        if frames <= 0:
            return
        piece, self._ready = self._ready[:, :frames], self._ready[:, frames:]
        place = slice(self._start - start, self._start - start + frames)
        from_both_sides = piece.shape[0] == 1 and total.shape[0] > 1
        heard = STEREO.channels if from_both_sides else piece.shape[0]
        total[:heard, place] += piece
        self._start += frames

    def _drop_before(self, start: int) -> None:
        """Forget what lies before `start`: a stem may begin before the clock does."""
        early = min(start - self._start, self._ready.shape[1])
        if early > 0:
            self._ready = self._ready[:, early:]
            self._start += early
