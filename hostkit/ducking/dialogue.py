"""A dialogue as it is heard before there is any music: its powers, its phrases, its doubts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hostkit.audio.layout import layout_of
from hostkit.ducking.listening.full_scale import FullScaleWatch
from hostkit.ducking.listening.hop_powers import HopPowers, powers_of
from hostkit.ducking.listening.stem import MusicStem
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.settings import DuckSettings
from hostkit.ducking.speech.search import FoundPhrases, search


@dataclass(frozen=True)
class HeardDialogue:
    """`found` is on the dialogue's own clock, or as somebody listed it."""

    powers: HopPowers
    found: FoundPhrases
    warnings: tuple[str, ...]


HeardElsewhere = Callable[[], HeardDialogue]
"""Waits for a dialogue that somebody else listens to, while the music is listened to here."""


def hear_dialogue(
    dialogue: MusicStem, settings: DuckSettings, phrases: Sequence[Phrase] | None = None
) -> HeardDialogue:
    """Reads a dialogue; `phrases` replace the search for speech.

    Raises RequestError for a detector that is not installed.
    """
    watch = FullScaleWatch()
    source = dialogue.source
    blocks = watch.over(source.blocks(), f"dialogue {dialogue.name}")
    powers = powers_of(blocks, source.sample_rate, layout_of(source.channels))
    if source.channels == 1 and settings.dialogue_channel == "both":
        powers = powers.from_both_sides()
    listed = phrases is not None
    found = FoundPhrases(list(phrases or ())) if listed else search(dialogue, powers, settings)
    return HeardDialogue(powers, found, watch.warnings())
