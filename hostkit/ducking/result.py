"""What a pass achieved, measured on what was written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hostkit.ducking.gain.curve import GainCurve
from hostkit.ducking.listening.hop_powers import HopPowers
from hostkit.ducking.listening.survey import Survey, survey
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.plan import DuckPlan
from hostkit.ducking.spoken import SpokenPhrase, SpokenWindow

TOLERANCE_LU = 0.5
"""A phrase passes where its worst 3 s are this far under its target, or anywhere above."""


class Status(StrEnum):
    """How a phrase came out; protected: it misses the target beside a protected span."""

    PASS = "pass"
    FAIL = "fail"
    PROTECTED = "protected"


@dataclass(frozen=True)
class WindowResult:
    """At most 3 s of a phrase, and the speech over the music in them, as written."""

    span: Phrase
    difference_after_lu: float


@dataclass(frozen=True)
class PhraseResult:
    """One phrase, before and after. Differences are speech over music, +inf over silence.

    `gain_db` is the deepest the music goes in the phrase, of rest and speech band.
    `needed_db` is None, or the `max_depth_db` that the target would have taken.
    """

    spoken: SpokenPhrase
    music_after_lufs: float
    windows: tuple[WindowResult, ...]
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
    def worst(self) -> WindowResult:
        """The 3 s in which the speech stands out least: these have to meet the target."""
        return min(self.windows, key=lambda window: window.difference_after_lu)

    @property
    def needed_db(self) -> float | None:
        return self.spoken.depth.needed_db


@dataclass(frozen=True)
class DuckResult:
    """A pass and its proof. Losses are how much less energy there is, in LU ≥ 0."""

    plan: DuckPlan
    phrases: tuple[PhraseResult, ...]
    music_after: Survey
    loss_in_speech_lu: float
    loss_outside_lu: float

    def count(self, status: Status) -> int:
        return sum(phrase.status is status for phrase in self.phrases)

    @property
    def in_words(self) -> str:
        """How many phrases are where they should be."""
        protected = self.count(Status.PROTECTED)
        beside = f", {protected} beside a protected hit" if protected else ""
        return (
            f"{self.count(Status.PASS)} of {len(self.phrases)} phrases at "
            f"{self.plan.settings.target_lu:g} LU or more{beside}"
        )

    @property
    def max_slope_db_per_s(self) -> float:
        curves = self.plan.curves.named().values()
        return max(curve.max_slope_db_per_s(0.0, self.plan.clock.seconds) for curve in curves)


def judged(plan: DuckPlan, music_after: HopPowers) -> DuckResult:
    """Holds the plan against the powers of the music as it was written."""
    after = survey(music_after, 0.0, plan.clock.seconds, [spoken.phrase for spoken in plan.phrases])
    return DuckResult(
        plan=plan,
        phrases=tuple(_phrase(plan, number, music_after) for number in range(len(plan.phrases))),
        music_after=after,
        loss_in_speech_lu=_loss_lu(plan.music.spoken, after.spoken),
        loss_outside_lu=_loss_lu(plan.music.elsewhere, after.elsewhere),
    )


def _phrase(plan: DuckPlan, number: int, music_after: HopPowers) -> PhraseResult:
    spoken = plan.phrases[number]
    phrase, depth = spoken.phrase, spoken.depth
    after_lufs = music_after.during(phrase).phrase_lufs()
    curves = tuple(plan.curves.named().values())
    reached = [curve.range_db(phrase.onset_seconds, phrase.offset_seconds) for curve in curves]
    held_up = any(_held_up(window, curves) for window in spoken.windows)
    status = Status.PASS
    windows = tuple(
        WindowResult(w.span, w.speech_lufs - music_after.during(w.span).phrase_lufs())
        for w in spoken.windows
    )
    if (
        min(window.difference_after_lu for window in windows)
        < plan.settings.target_lu - TOLERANCE_LU
    ):
        status = Status.PROTECTED if held_up and depth.needed_db is None else Status.FAIL
    around = _around(plan, number)
    return PhraseResult(
        spoken=spoken,
        music_after_lufs=after_lufs,
        windows=windows,
        gain_db=tuple(lowest for lowest, _ in reached),
        slope_db_per_s=max(curve.max_slope_db_per_s(*around) for curve in curves),
        status=status,
    )


def _held_up(window: SpokenWindow, curves: Sequence[GainCurve]) -> bool:
    """Whether a curve is not where the window would have it, beside a protected span."""
    edges = window.span.onset_seconds, window.span.offset_seconds
    wished = (window.depth.rest_db, window.depth.band_db)[: len(curves)]
    return any(
        curve.range_db(*edges)[1] > -depth_db + 0.01
        for curve, depth_db in zip(curves, wished, strict=True)
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


def _loss_lu(before: float, after: float) -> float:
    return 10.0 * math.log10(before / after) if before > 0.0 and after > 0.0 else 0.0
