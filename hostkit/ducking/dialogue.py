"""A dialogue as it is heard before there is any music: who speaks when, and how loud."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hostkit.audio.layout import layout_of
from hostkit.audio.loudness.energies import power_to_lufs
from hostkit.ducking.listening.full_scale import FullScaleWatch
from hostkit.ducking.listening.hop_powers import HopPowers, powers_of
from hostkit.ducking.listening.stem import Clock, MusicStem
from hostkit.ducking.listening.survey import Survey, survey
from hostkit.ducking.listening.windows import PAUSE_LU, windows_of
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.settings import DuckSettings
from hostkit.ducking.speech.phrase import inside, shifted
from hostkit.ducking.speech.search import FoundPhrases, search
from hostkit.errors import Fault, RequestError


@dataclass(frozen=True)
class HeardPhrase:
    """A phrase and its loudness, and each of its windows that is not a pause with its own."""

    phrase: Phrase
    speech_lufs: float
    windows: tuple[tuple[Phrase, float], ...]


@dataclass(frozen=True)
class HeardDialogue:
    """What a dialogue tells; times are on the music's clock.

    Where there is a `doubt`, speech was looked for and is not told from what else there is:
    then there are no phrases.
    """

    phrases: tuple[HeardPhrase, ...]
    survey: Survey
    warnings: tuple[str, ...]
    doubt: str = ""

    @property
    def spans(self) -> list[Phrase]:
        return [heard.phrase for heard in self.phrases]


HeardElsewhere = Callable[[], HeardDialogue]
"""Waits for a dialogue that another process listens to, while the music is listened to here."""


def hear_dialogue(
    dialogue: MusicStem,
    clock: Clock,
    settings: DuckSettings,
    phrases: Sequence[Phrase] | None = None,
) -> HeardDialogue:
    """Reads a dialogue once, or twice for the neural detector.

    `phrases` (seconds on the music's clock) replace the search for speech. Raises RequestError
    where there is no speech, where it is all outside the music, and for a detector that is
    not installed.
    """
    watch = FullScaleWatch()
    source = dialogue.source
    blocks = watch.over(source.blocks(), f"dialogue {dialogue.name}")
    powers = powers_of(blocks, source.sample_rate, layout_of(source.channels))
    if source.channels == 1 and settings.dialogue_channel == "both":
        powers = powers.from_both_sides()
    start = float(dialogue.start_seconds - clock.start_seconds)
    if phrases is None:
        found = search(dialogue, powers, settings)
        spoken = shifted(found.phrases, start)
    else:
        found, spoken = FoundPhrases(list(phrases)), list(phrases)
    if not found.doubt:
        spoken = _within(dialogue.name, spoken, clock, powers)
    lost = len(found.phrases) - len(spoken)
    beyond = f"{dialogue.name}: {lost} of {len(found.phrases)} phrases lie outside the music"
    return HeardDialogue(
        tuple(_levels(phrase, powers, start) for phrase in spoken if not found.doubt),
        survey(powers, start, clock.seconds, spoken),
        (*watch.warnings(), *found.warnings, *([beyond] if lost else [])),
        found.doubt,
    )


def _within(name: str, spoken: Sequence[Phrase], clock: Clock, powers: HopPowers) -> list[Phrase]:
    """The phrases that lie in the music. Raises RequestError where none does."""
    if not spoken:
        raise RequestError(*_no_speech(name, powers))
    within = inside(spoken, clock.seconds)
    if not within:
        raise RequestError(*_elsewhere(name, spoken, clock))
    return within


def _levels(phrase: Phrase, powers: HopPowers, start_seconds: float) -> HeardPhrase:
    speech_lufs = powers.during(phrase, start_seconds).phrase_lufs()
    if not np.isfinite(speech_lufs):
        raise RequestError(
            f"the phrase from {phrase.onset_seconds:g} s to {phrase.offset_seconds:g} s holds no "
            "speech: the dialogue is silent there (under −70 LUFS)",
            cure="take it off the list or check where the dialogue starts",
        )
    windows = [
        (window, powers.during(window, start_seconds).phrase_lufs())
        for window in windows_of(phrase)
    ]
    spoken = tuple(each for each in windows if each[1] >= speech_lufs - PAUSE_LU)
    return HeardPhrase(phrase, speech_lufs, spoken or ((phrase, speech_lufs),))


def _no_speech(name: str, powers: HopPowers) -> Fault:
    loudest = float(powers.powers.max(initial=0.0))
    level = f"{power_to_lufs(loudest):.1f} LUFS" if loudest > 0.0 else "silence"
    return Fault(
        f"{name}: no speech was found (loudest moment: {level})",
        cure="check the file and its level, try the neural detector (--vad neural; vad: neural), "
        "or list the phrases yourself (--phrases; phrases: FILE)",
    )


def _elsewhere(name: str, found: Sequence[Phrase], clock: Clock) -> Fault:
    first, last = found[0].onset_seconds, found[-1].offset_seconds
    return Fault(
        f"{name}: all its speech ({first:.1f} s to {last:.1f} s from the start of the music) "
        f"lies outside the music (0 s to {clock.seconds:.1f} s)",
        cure="say where it belongs (--dialogue-at; dialogue: {at: …})",
    )
