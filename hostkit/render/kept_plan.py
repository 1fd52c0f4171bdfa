"""What was heard of a mix and decided, in the store of prints: as JSON text, in integer samples.

Four bytes of the text are a sample. Numbers come back exactly as they were. Who proves the mix
reads this in 4 ms; to listen again takes 0.6 s for each minute of three stems and a dialogue.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

import numpy as np

from hostkit.audio.quantise import IntSamples
from hostkit.ducking.ducked import Curves
from hostkit.ducking.gain.curve import GainCurve
from hostkit.ducking.gain.solve import Depth
from hostkit.ducking.listening.stem import Clock
from hostkit.ducking.listening.survey import Survey
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.plan import DuckPlan
from hostkit.ducking.settings import DuckSettings
from hostkit.ducking.spoken import SpokenPhrase, SpokenWindow
from hostkit.jobs.prints import Print

CHANNELS = 1
_WORD_BYTES = 4


def int_samples_of(plan: DuckPlan) -> IntSamples:
    """All of a plan but its settings and clock, which a node knows; shape `(1, words)`."""
    told = {
        "curves": {
            name: [curve.frames.tolist(), curve.gain_db.tolist()]
            for name, curve in plan.curves.named().items()
        },
        "phrases": [asdict(spoken) for spoken in plan.phrases],
        "dialogue": _told(plan.dialogue),
        "dialogue_start_seconds": str(plan.dialogue_start_seconds),
        "music": _told(plan.music),
        "warnings": plan.warnings,
    }
    text = json.dumps(told).encode()
    words = -(-len(text) // _WORD_BYTES)
    return np.frombuffer(text.ljust(words * _WORD_BYTES), dtype="<i4").reshape(CHANNELS, words)


def read_plan(found: Print, settings: DuckSettings, clock: Clock) -> DuckPlan:
    """The plan as it was. Raises LostPrint."""
    told = _read(found)
    return DuckPlan(
        settings=settings,
        clock=clock,
        phrases=tuple(_spoken(phrase) for phrase in told["phrases"]),
        curves=_curves(told["curves"], clock.sample_rate),
        dialogue=_survey(told["dialogue"]),
        dialogue_start_seconds=Fraction(told["dialogue_start_seconds"]),
        music=_survey(told["music"]),
        warnings=tuple(told["warnings"]),
    )


def read_curves(found: Print, sample_rate: int) -> Curves:
    """Its curves alone. Raises LostPrint."""
    return _curves(_read(found)["curves"], sample_rate)


def _read(found: Print) -> dict[str, Any]:
    text = b"".join(block.tobytes() for block in found.int_samples())
    return dict(json.loads(text))


def _curves(told: Mapping[str, Any], sample_rate: int) -> Curves:
    """One curve for all the spectrum, or first the rest's, then the speech band's."""
    curves = [
        GainCurve(sample_rate, np.array(frames, dtype=np.int64), np.array(gain_db, dtype=float))
        for frames, gain_db in told.values()
    ]
    return Curves(curves[0], curves[-1])


def _spoken(told: Mapping[str, Any]) -> SpokenPhrase:
    windows = (
        SpokenWindow(Phrase(**w["span"]), w["speech_lufs"], Depth(**w["depth"]))
        for w in told["windows"]
    )
    return SpokenPhrase(
        Phrase(**told["phrase"]), told["speech_lufs"], told["music_lufs"], tuple(windows)
    )


def _told(survey: Survey) -> dict[str, Any]:
    return {**asdict(survey), "outline": survey.outline.tolist()}


def _survey(told: Mapping[str, Any]) -> Survey:
    outline = np.array(told["outline"], dtype=np.float32)
    return Survey(outline, told["spoken"], told["elsewhere"])
