"""STOI and ESTOI: how much of the speech comes through, as far as a model can tell.

Taal et al., IEEE TASLP 19(7), 2011; Jensen and Taal, IEEE/ACM TASLP 24(11), 2016; computed
by pystoi. Both lie near 0 (nothing) to 1 (everything).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from hostkit.audio.block import Audio
from hostkit.audio.formats import FLOAT32
from hostkit.audio.layout import layout_of
from hostkit.ducking.ducked import Ducked
from hostkit.ducking.listening.stem import Clock, MusicStem, summed
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.plan import DuckPlan, plan_duck
from hostkit.errors import RequestError
from hostkit.ground.installed import install_line

Stoi: TypeAlias = Callable[[Audio, Audio, int, bool], float]

MODEL_RATE = 10_000
"""The rate at which both models are defined."""

MIN_SECONDS = 0.5
"""A shorter phrase holds too few of the models' 384 ms stretches to be judged."""

LONGEST_SECONDS = 60.0
"""Of a longer phrase the beginning is judged, which keeps memory flat."""


@dataclass(frozen=True)
class Intelligibility:
    """STOI and ESTOI of a phrase before and after; None where it is too short to judge."""

    stoi_before: float | None = None
    stoi_after: float | None = None
    estoi_before: float | None = None
    estoi_after: float | None = None


def intelligibility(
    plan: DuckPlan, dialogue: MusicStem, before: Sequence[MusicStem], after: Sequence[MusicStem]
) -> list[Intelligibility]:
    """One entry a phrase, from the dialogue alone and with the music added as it stands.

    Reads all files once more, resampled to 10 kHz; dialogue and music are heard in mono,
    as the mean of their channels. Raises RequestError without pystoi.
    """
    stoi = _stoi()
    phrases = [item.phrase for item in plan.phrases]
    heard = [
        _phrases_of(_mono(stems, plan.clock), phrases) for stems in ([dialogue], before, after)
    ]
    return [_judged(stoi, *parts) for parts in zip(*heard, strict=True)]


BETTER_BY = 0.01
"""Differences of ESTOI under this are not worth another mode."""


def better_broadband(
    plan: DuckPlan,
    dialogue: MusicStem,
    stems: Sequence[MusicStem],
    scores: Sequence[Intelligibility],
) -> str:
    """What to say where the music ducked as one would leave more of the speech; else nothing.

    Works out the broadband pass to the same target and judges it by ESTOI, without writing it.
    """
    if not plan.settings.shape.splits:
        return ""
    settings = replace(plan.settings, mode="broadband")
    other = plan_duck(dialogue, stems, settings, [item.phrase for item in plan.phrases])
    after = [
        replace(
            stem,
            source=Ducked(stem, other.curves, settings.weight(stem.name), other.clock, FLOAT32),
        )
        for stem in stems
    ]
    mean = _mean_estoi(scores)
    broadband = _mean_estoi(intelligibility(other, dialogue, stems, after))
    if mean is None or broadband is None or broadband <= mean + BETTER_BY:
        return ""
    return (
        f"broadband would leave the speech more intelligible here (mean ESTOI {broadband:.2f} "
        f"against {mean:.2f}); try --mode broadband (mode: broadband)"
    )


def _mean_estoi(scores: Sequence[Intelligibility]) -> float | None:
    values = [score.estoi_after for score in scores if score.estoi_after is not None]
    return sum(values) / len(values) if values else None


def _judged(stoi: Stoi, speech: Audio, before: Audio, after: Audio) -> Intelligibility:
    if speech.size < MIN_SECONDS * MODEL_RATE:
        return Intelligibility()
    with warnings.catch_warnings():
        # pystoi warns, and returns 1e-5, where too little is left without the silences
        warnings.simplefilter("error", RuntimeWarning)
        try:
            values = [
                float(stoi(speech, speech + music, MODEL_RATE, extended))
                for extended in (False, True)
                for music in (before, after)
            ]
        except RuntimeWarning:
            return Intelligibility()
    return Intelligibility(*(round(value, 4) for value in values))


def _mono(stems: Sequence[MusicStem], clock: Clock) -> Iterator[Audio]:
    """The stems' sum over the clock at the models' rate, `(frames,)`."""
    layout = layout_of(max(stem.source.channels for stem in stems))
    frames = math.ceil(clock.seconds * MODEL_RATE)
    for block in summed(stems, Clock(MODEL_RATE, clock.start_seconds, frames, layout)):
        yield block.mean(axis=0)


def _phrases_of(blocks: Iterator[Audio], phrases: Sequence[Phrase]) -> Iterator[Audio]:
    """The stretch of each phrase, in order, out of a stream of mono blocks."""
    ready, start = np.zeros(0, dtype=np.float32), 0
    for phrase in phrases:
        onset = round(phrase.onset_seconds * MODEL_RATE)
        offset = onset + round(min(phrase.seconds, LONGEST_SECONDS) * MODEL_RATE)
        while start + ready.size < offset and (block := next(blocks, None)) is not None:
            if start + ready.size <= onset:
                start, ready = start + ready.size, block
            else:
                ready = np.concatenate((ready, block))
        ready, start = ready[max(0, onset - start) :], max(start, onset)
        yield ready[: offset - start]


def _stoi() -> Stoi:
    try:
        from pystoi import stoi
    except ImportError:
        raise RequestError(
            "STOI is not installed",
            cure=f"run: {install_line('intelligibility')}, or leave out --intelligibility",
        ) from None
    model: Stoi = stoi
    return model
