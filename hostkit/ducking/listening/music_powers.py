"""The loudness of music as a function of the gains of its parts.

Music is taken apart into what moves together: stems of one weight, and in the modes that
split it, their speech band and the rest. With the energies of every part and of every
pair's sum, the loudness at any gains follows without touching the audio again:
|a+b|² at gains g, h is g²·|a|² + h²·|b|² + g·h·(|a+b|² − |a|² − |b|²).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from hostkit.audio.block import Audio
from hostkit.audio.loudness.energies import Energies
from hostkit.ducking.gain.speech_band import band_of, half_length, with_context
from hostkit.ducking.listening.hop_powers import HopLog, HopPowers
from hostkit.ducking.listening.stem import Clock, MusicStem, summed
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.settings import DuckSettings
from hostkit.ground.levels import db_to_gain


@dataclass(frozen=True)
class StemGroup:
    """What moves together: all stems of one weight, wholly or one side of the split."""

    weight: float
    in_band: bool

    def gain(self, rest_db: float, band_db: float) -> float:
        """The linear gain at depths ≥ 0 of the rest and the speech band."""
        return db_to_gain(-self.weight * (band_db if self.in_band else rest_db))


@dataclass(frozen=True)
class PhraseMusic:
    """The music of one phrase: energies of its parts alone, and of the sums of pairs."""

    parts: tuple[StemGroup, ...]
    alone: tuple[Energies, ...]
    pairs: tuple[tuple[int, int, Energies], ...]

    def at(self, rest_db: float = 0.0, band_db: float = 0.0) -> Energies:
        """The energies of the sum with rest and speech band lowered by so much (dB ≥ 0)."""
        gains = [part.gain(rest_db, band_db) for part in self.parts]
        own = [energies.powers for energies in self.alone]
        powers = np.zeros_like(own[0])
        for gain, alone in zip(gains, own, strict=True):
            powers += gain * gain * alone
        for one, other, both in self.pairs:
            powers += gains[one] * gains[other] * (both.powers - own[one] - own[other])
        np.maximum(powers, 0.0, out=powers)  # rounding, where parts cancel
        return replace(self.alone[0], powers=powers)


@dataclass(frozen=True)
class MusicPowers:
    """The same for all of the music; `whole` is its sum as it came."""

    whole: HopPowers
    parts: tuple[StemGroup, ...]
    alone: tuple[HopPowers, ...]
    pairs: tuple[tuple[int, int, HopPowers], ...]

    def during(self, phrase: Phrase) -> PhraseMusic:
        return PhraseMusic(
            self.parts,
            tuple(powers.during(phrase) for powers in self.alone),
            tuple((one, other, both.during(phrase)) for one, other, both in self.pairs),
        )


def music_powers(stems: Sequence[MusicStem], clock: Clock, settings: DuckSettings) -> MusicPowers:
    """Reads the stems once and measures every part and every pair of parts."""
    weights = sorted({settings.weight(stem.name) for stem in stems}, reverse=True)
    splits = [settings.shape.splits and weight > 0.0 for weight in weights]
    parts = tuple(
        StemGroup(weight, in_band)
        for weight, split in zip(weights, splits, strict=True)
        for in_band in ((False, True) if split else (False,))
    )
    pairs = list(combinations(range(len(parts)), 2))
    streams = []
    for weight, split in zip(weights, splits, strict=True):
        group = [stem for stem in stems if settings.weight(stem.name) == weight]
        streams.append(_parts(summed(group, clock), clock.sample_rate, split))

    def log() -> HopLog:
        return HopLog(clock.sample_rate, clock.layout)

    whole, alone, both = log(), [log() for _ in parts], [log() for _ in pairs]
    for blocks in zip(*streams, strict=True):
        pieces = [piece for group in blocks for piece in group]
        if len(parts) > 2:
            whole.push(np.sum(pieces, axis=0))
        for piece, meter in zip(pieces, alone, strict=True):
            meter.push(piece)
        for (one, other), meter in zip(pairs, both, strict=True):
            meter.push(pieces[one] + pieces[other])
    measured = tuple(meter.powers() for meter in alone)
    sums = tuple(
        (one, other, meter.powers()) for (one, other), meter in zip(pairs, both, strict=True)
    )
    # One part, or one pair, is the whole already.
    wholes = {1: measured[:1], 2: tuple(powers for _, _, powers in sums)}
    return MusicPowers(
        whole=wholes[len(parts)][0] if len(parts) in wholes else whole.powers(),
        parts=parts,
        alone=measured,
        pairs=sums,
    )


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
