"""A stem with its curves applied: an audio source like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.block import BLOCK_FRAMES, Audio
from hostkit.audio.formats import SampleFormat
from hostkit.audio.quantise import dither
from hostkit.ducking.gain.curve import GainCurve
from hostkit.ducking.gain.speech_band import band_of, half_length, with_context
from hostkit.ducking.listening.stem import Clock, MusicStem


@dataclass(frozen=True)
class Curves:
    """The curve of the rest of the spectrum and that of the speech band; one, if equal."""

    rest: GainCurve
    band: GainCurve

    @property
    def splits(self) -> bool:
        return self.rest is not self.band

    def named(self) -> Mapping[str, GainCurve]:
        """The curves there are, by the name of what they move."""
        return (
            {"rest": self.rest, "speech_band": self.band} if self.splits else {"music": self.rest}
        )

    def unmoved(self, start: float, stop: float) -> bool:
        """Whether nothing is lowered from one frame of the clock to another, both included."""
        return all(
            db == 0.0 for curve in self.named().values() for _, _, db in curve.runs(start, stop)
        )


class Ducked:
    """A stem as it is after ducking; reads its source anew each time `blocks` is called.

    Where the curves are at 0 dB the samples are the source's own, bit for bit. Elsewhere
    they are the source times the gain in double precision, rounded to `sample_format`.
    All channels take the same gain, so the stereo image stays. `dither_seed` is for formats
    that are dithered: stems that will be summed each have their own.
    """

    def __init__(
        self,
        stem: MusicStem,
        curves: Curves,
        weight: float,
        clock: Clock,
        sample_format: SampleFormat,
        dither_seed: int = 0,
    ) -> None:
        self.path: Path = stem.source.path
        self.sample_rate = stem.source.sample_rate
        self.channels = stem.source.channels
        self.frames = stem.source.frames
        self._source = stem.source
        self._curves = curves
        self._weight = weight
        self.sample_format = sample_format
        self._dither_seed = dither_seed
        self._per_frame = clock.sample_rate / self.sample_rate
        exact = (stem.start_seconds - clock.start_seconds) * clock.sample_rate
        self._first = float(exact) if exact.denominator != 1 else int(exact)

    def blocks(self, block_frames: int = BLOCK_FRAMES) -> Iterator[Audio]:
        """Float32 blocks `(channels, frames)`, all samples values the format can hold."""
        if self._weight == 0.0:
            yield from self._source.blocks(block_frames)
            return
        done = 0
        context = half_length(self.sample_rate) if self._curves.splits else 0
        blocks = self._source.blocks(block_frames)
        for padded in with_context(blocks, context) if context else blocks:
            frames = padded.shape[1] - 2 * context
            yield self._lowered(padded, context, done, frames)
            done += frames

    def _lowered(self, padded: Audio, context: int, start: int, frames: int) -> Audio:
        block = padded[:, context : context + frames]
        place = self._place(start), self._place(start + frames)
        if self._curves.unmoved(*place):
            return block
        lowered = block.copy()
        band = band_of(padded, self.sample_rate) if context else None
        for first, last in self._moved(start, frames):
            piece = block[:, first:last].astype(np.float64)
            gain = self._gain(self._curves.rest, start + first, start + last)
            if band is None:
                piece *= gain
            else:
                in_band = self._gain(self._curves.band, start + first, start + last)
                piece = piece * gain + band[:, first:last] * (in_band - gain)
            lowered[:, first:last] = self._rounded(piece, start + first)
        return lowered

    def _moved(self, start: int, frames: int) -> Iterator[tuple[int, int]]:
        """The parts of a block (half-open) that are not, or not all, at 0 dB."""
        edges = {0, frames}
        for curve in self._curves.named().values():
            for first, last, flat_db in curve.runs(self._place(start), self._place(start + frames)):
                # A flat run is flat up to and with its last point.
                after = self._frame(last) + (flat_db is not None)
                edges |= {self._frame(first) + (flat_db is None) - start, after - start}
        cuts = sorted(edge for edge in edges if 0 <= edge <= frames)
        for first, last in pairwise(cuts):
            if not self._curves.unmoved(self._place(start + first), self._place(start + last - 1)):
                yield first, last

    def _gain(self, curve: GainCurve, first: int, last: int) -> NDArray[np.float64] | float:
        """Linear gains of some frames; a single number where they are all the same."""
        runs = list(curve.runs(self._place(first), self._place(last - 1)))
        if len(runs) == 1 and runs[0][2] is not None:
            return float(np.power(10.0, np.float64(runs[0][2] * self._weight / 20.0)))
        places = np.arange(first, last) * self._per_frame + self._first
        gains: NDArray[np.float64] = np.power(10.0, curve.at(places) * (self._weight / 20.0))
        return gains

    def _place(self, frame: int) -> float:
        """The clock's frame at a frame of the stem."""
        return frame * self._per_frame + self._first

    def _frame(self, place: float) -> int:
        """The first frame of the stem that does not lie before a place on the clock."""
        return int(np.ceil((place - self._first) / self._per_frame))

    def _rounded(self, piece: NDArray[np.float64], start: int) -> Audio:
        """To the format's nearest values; 16-bit with the dither of its place in the file."""
        if self.sample_format.is_float:
            return piece.astype(np.float32)
        piece *= self.sample_format.full_scale
        if self.sample_format.dithered:
            piece += dither(piece.shape[0], start, piece.shape[1], self._dither_seed)
        np.rint(piece, out=piece)
        np.clip(piece, self.sample_format.lowest, self.sample_format.highest, out=piece)
        piece /= self.sample_format.full_scale
        return piece.astype(np.float32)
