"""The loudness of music as a function of the gains of its parts.

Music is taken apart into what moves together: stems of one weight, and in the modes that
split it, their speech band and the rest. With the energies of every part and of every
pair's sum, the loudness at any gains follows without touching the audio again:
|a+b|² at gains g, h is g²·|a|² + h²·|b|² + g·h·(|a+b|² − |a|² − |b|²).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from hostkit.audio.block import Audio
from hostkit.audio.loudness.energies import Energies, Series
from hostkit.audio.loudness.meter import Meter
from hostkit.levels import db_to_gain
from hostkit.mixing.ducking.settings import DuckSettings
from hostkit.mixing.ducking.speech_band import band_of, half_length, with_context
from hostkit.mixing.ducking.stem import Clock, Stem, summed


@dataclass(frozen=True)
class Part:
    """What moves together: all stems of one weight, wholly or one side of the split."""

    weight: float
    in_band: bool

    def gain(self, rest_db: float, band_db: float) -> float:
        """The linear gain at depths ≥ 0 of the rest and the speech band."""
        return db_to_gain(-self.weight * (band_db if self.in_band else rest_db))


@dataclass(frozen=True)
class MusicEnergies:
    """Energies of parts, alone and together: `together[i, j]` is their cross term."""

    parts: tuple[Part, ...]
    alone: tuple[Energies, ...]
    together: Mapping[tuple[int, int], Series]

    def span(self, start_frame: int, end_frame: int) -> MusicEnergies:
        """The part of the time between two frames, widened to whole hops."""
        alone = tuple(energies.span(start_frame, end_frame) for energies in self.alone)
        hop = self.alone[0].hop_frames
        first = max(0, start_frame // hop)
        there = slice(first, first + alone[0].powers.size)
        return MusicEnergies(self.parts, alone, {k: v[there] for k, v in self.together.items()})

    def at(self, rest_db: float = 0.0, band_db: float = 0.0) -> Energies:
        """The energies of the sum with rest and speech band lowered by so much (dB ≥ 0)."""
        gains = [part.gain(rest_db, band_db) for part in self.parts]
        first = self.alone[0]
        if len(gains) == 1 and gains[0] == 1.0:
            return first
        powers = np.zeros_like(first.powers)
        for gain, energies in zip(gains, self.alone, strict=True):
            powers += gain * gain * energies.powers
        for (one, other), cross in self.together.items():
            powers += gains[one] * gains[other] * cross
        np.maximum(powers, 0.0, out=powers)  # rounding, where parts cancel
        return Energies(first.sample_rate, first.hop_frames, first.frames, powers)


def energies_of(blocks: Iterable[Audio], sample_rate: int, channels: int) -> Energies:
    """The K-weighted energy over time of a stream of blocks."""
    meter = Meter(sample_rate, channels, peaks=False)
    for block in blocks:
        meter.push(block)
    return meter.energies()


def music_energies(stems: Sequence[Stem], clock: Clock, settings: DuckSettings) -> MusicEnergies:
    """Reads the stems once and measures every part and every pair of parts."""
    groups = {
        weight: [stem for stem in stems if settings.weight(stem.name) == weight]
        for weight in sorted({settings.weight(stem.name) for stem in stems}, reverse=True)
    }
    splits = settings.shape.splits
    parts = tuple(
        Part(weight, in_band)
        for weight in groups
        for in_band in ((False, True) if splits and weight else (False,))
    )
    meters = [Meter(clock.sample_rate, clock.channels, peaks=False) for _ in parts]
    pairs = {
        pair: Meter(clock.sample_rate, clock.channels, peaks=False)
        for pair in combinations(range(len(parts)), 2)
    }
    streams = [
        _parts(summed(group, clock), clock.sample_rate, bool(splits and weight))
        for weight, group in groups.items()
    ]
    for blocks in zip(*streams, strict=True):
        pieces = [piece for group in blocks for piece in group]
        for piece, meter in zip(pieces, meters, strict=True):
            meter.push(piece)
        for (one, other), meter in pairs.items():
            meter.push(pieces[one] + pieces[other])
    alone = tuple(meter.energies() for meter in meters)
    together = {
        (one, other): meter.energies().powers - alone[one].powers - alone[other].powers
        for (one, other), meter in pairs.items()
    }
    return MusicEnergies(parts, alone, together)


def _parts(blocks: Iterator[Audio], sample_rate: int, splits: bool) -> Iterator[tuple[Audio, ...]]:
    """Each block as it is, or as (rest, speech band)."""
    if not splits:
        for block in blocks:
            yield (block,)
        return
    context = half_length(sample_rate)
    for padded in with_context(blocks, context):
        band = band_of(padded, sample_rate)
        rest = padded[:, context : padded.shape[1] - context] - band
        yield rest.astype(np.float32), band.astype(np.float32)
