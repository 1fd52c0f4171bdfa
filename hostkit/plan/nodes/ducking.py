"""The steps of a ducked mix: one that works out the curve, one for each stem it lowers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from hostkit.devices.spec import UNHEARD, ContentFile
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.settings import DuckSettings


@dataclass(frozen=True)
class DialogueSpec:
    """The dialogue of a form; its first sample lies on sample `start` of the form, or before.

    `phrases` are those that somebody listed; None looks for speech with `detector`, which
    names what does it and its version. `aligned_by` says what `start` was taken from.
    """

    file: ContentFile
    start: int
    detector: str
    phrases: tuple[Phrase, ...] | None = None
    aligned_by: str = field(default="", metadata=UNHEARD)


@dataclass(frozen=True)
class Ducking:
    """The dialogue that a session's music is under, and how its ducked mixes are made."""

    dialogue: DialogueSpec
    settings: DuckSettings

    def settings_for(self, stems: Iterable[str]) -> DuckSettings:
        """The settings, with the weights of these stems."""
        here = set(stems)
        weights = tuple((name, w) for name, w in self.settings.weights if name in here)
        return replace(self.settings, weights=weights)


@dataclass(frozen=True)
class CurvePlan:
    """The gain that brings the sum of a mix's stems under the dialogue.

    `sources` are the stems by name, with the fingerprints of their integer samples. What is kept
    is all that was heard and decided (`hostkit.render.kept_plan`).
    """

    sources: tuple[tuple[str, str], ...]
    dialogue: DialogueSpec
    settings: DuckSettings
    sample_rate: int
    sample_format: str


@dataclass(frozen=True)
class DuckedPlan:
    """A stem lowered by a curve; `weight` is how much of it in dB the stem takes."""

    source: str
    curve: str
    weight: float
    sample_rate: int
    sample_format: str
    dither_seed: int = 0
