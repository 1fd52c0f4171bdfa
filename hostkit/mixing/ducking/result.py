"""What a pass achieved, measured on what was written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.loudness.energies import Energies
from hostkit.mixing.ducking.plan import DuckPlan, SpokenPhrase, span

TOLERANCE_LU = 0.5
"""A phrase passes this far under its target, or anywhere above it."""


class Status(StrEnum):
    """How a phrase came out; protected: it misses the target beside a protected span."""

    PASS = "pass"
    FAIL = "fail"
    PROTECTED = "protected"


@dataclass(frozen=True)
class PhraseResult:
    """One phrase, before and after. Differences are speech over music, +inf over silence.

    `gain_db` is the deepest the music goes in the phrase, of rest and speech band.
    `needed_db` is None, or the `max_depth_db` that the target would have taken.
    """

    spoken: SpokenPhrase
    music_after_lufs: float
    gain_db: tuple[float, ...]
    slope_db_per_s: float
    status: Status

    @property
    def difference_before_lu(self) -> float:
        return self.spoken.speech_lufs - self.spoken.music_lufs

    @property
    def difference_after_lu(self) -> float:
        return self.spoken.speech_lufs - self.music_after_lufs

    @property
    def needed_db(self) -> float | None:
        return self.spoken.depth.needed_db


@dataclass(frozen=True)
class DuckResult:
    """A pass and its proof. Losses are how much less energy there is, in LU ≥ 0."""

    plan: DuckPlan
    phrases: tuple[PhraseResult, ...]
    music_after: Energies
    loss_in_speech_lu: float
    loss_outside_lu: float

    def count(self, status: Status) -> int:
        return sum(phrase.status is status for phrase in self.phrases)

    @property
    def max_slope_db_per_s(self) -> float:
        curves = self.plan.curves.named().values()
        return max(curve.max_slope_db_per_s(0.0, self.plan.clock.seconds) for curve in curves)


def judged(plan: DuckPlan, music_after: Energies) -> DuckResult:
    """Holds the plan against the energies of the music as it was written."""
    phrases = tuple(_phrase(plan, number, music_after) for number in range(len(plan.phrases)))
    spoken = _spoken_hops(plan)
    return DuckResult(
        plan=plan,
        phrases=phrases,
        music_after=music_after,
        loss_in_speech_lu=_loss_lu(plan.music, music_after, spoken),
        loss_outside_lu=_loss_lu(plan.music, music_after, ~spoken),
    )


def _phrase(plan: DuckPlan, number: int, music_after: Energies) -> PhraseResult:
    spoken = plan.phrases[number]
    phrase, depth = spoken.phrase, spoken.depth
    after_lufs = span(music_after, phrase).phrase_lufs()
    curves = tuple(plan.curves.named().values())
    reached = [curve.range_db(phrase.onset_seconds, phrase.offset_seconds) for curve in curves]
    wished = (depth.rest_db, depth.band_db)[: len(curves)]
    held_up = any(top > -db + 0.01 for (_, top), db in zip(reached, wished, strict=True))
    status = Status.PASS
    if spoken.speech_lufs - after_lufs < plan.settings.target_lu - TOLERANCE_LU:
        status = Status.PROTECTED if held_up and depth.needed_db is None else Status.FAIL
    around = _around(plan, number)
    return PhraseResult(
        spoken=spoken,
        music_after_lufs=after_lufs,
        gain_db=tuple(lowest for lowest, _ in reached),
        slope_db_per_s=max(curve.max_slope_db_per_s(*around) for curve in curves),
        status=status,
    )


def _around(plan: DuckPlan, number: int) -> tuple[float, float]:
    """From the middle of the pause before a phrase to the middle of that after it."""
    edges = [0.0, *(edge for p in plan.phrases for edge in _edges(p)), plan.clock.seconds]
    before, after = edges[2 * number : 2 * number + 2], edges[2 * number + 2 : 2 * number + 4]
    start = 0.0 if number == 0 else sum(before) / 2
    stop = plan.clock.seconds if number == len(plan.phrases) - 1 else sum(after) / 2
    return start, stop


def _edges(spoken: SpokenPhrase) -> tuple[float, float]:
    return spoken.phrase.onset_seconds, spoken.phrase.offset_seconds


def _spoken_hops(plan: DuckPlan) -> NDArray[np.bool_]:
    """Which of the music's hops are wholly or partly inside a phrase."""
    mask = np.zeros(plan.music.powers.size, dtype=np.bool_)
    hops_per_second = plan.music.sample_rate / plan.music.hop_frames
    for spoken in plan.phrases:
        onset, offset = _edges(spoken)
        mask[math.floor(onset * hops_per_second) : math.ceil(offset * hops_per_second)] = True
    return mask


def _loss_lu(before: Energies, after: Energies, where: NDArray[np.bool_]) -> float:
    was, is_now = float(before.powers[where].sum()), float(after.powers[where].sum())
    return 10.0 * math.log10(was / is_now) if was > 0.0 and is_now > 0.0 else 0.0
