"""The ducking pass before a sample is changed: who speaks when, and how deep to go.

dialogue → phrases → levels of speech and music → depths → curves, each step a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from hostkit.audio.loudness.energies import Energies
from hostkit.errors import RequestError
from hostkit.mixing.ducking.curve import GainCurve, build_curve
from hostkit.mixing.ducking.ducked import Curves
from hostkit.mixing.ducking.energies import MusicEnergies, energies_of, music_energies
from hostkit.mixing.ducking.full_scale import FullScaleWatch
from hostkit.mixing.ducking.ramps import Level, RampTimes
from hostkit.mixing.ducking.settings import DuckSettings
from hostkit.mixing.ducking.solve import Depth, depth_for
from hostkit.mixing.ducking.speech.energy_gate import speech_mask
from hostkit.mixing.ducking.speech.neural_gate import neural_mask
from hostkit.mixing.ducking.speech.phrase import Phrase, inside, phrases_of, shifted
from hostkit.mixing.ducking.stem import Clock, Stem

SETTLE_SECONDS = 0.03
"""The music is down this long before an onset, so that the meter's filters are too."""


@dataclass(frozen=True)
class SpokenPhrase:
    """A phrase, how loud its speech and its music are, and how deep the music has to go."""

    phrase: Phrase
    speech_lufs: float
    music_lufs: float
    depth: Depth


@dataclass(frozen=True)
class DuckPlan:
    """All that is known before the music is written. Times are on `clock`.

    `dialogue` and `music` are the energies as they came, the dialogue's beginning
    `dialogue_start_seconds` after the clock's zero (before it, if negative).
    """

    settings: DuckSettings
    clock: Clock
    phrases: tuple[SpokenPhrase, ...]
    curves: Curves
    dialogue: Energies
    dialogue_start_seconds: Fraction
    music: Energies
    warnings: tuple[str, ...]


def plan_duck(
    dialogue: Stem,
    stems: Sequence[Stem],
    settings: DuckSettings,
    phrases: Sequence[Phrase] | None = None,
) -> DuckPlan:
    """Listens to dialogue and music, and decides the curve that all stems will follow.

    The target is met by the sum of the stems. `phrases` (seconds on the music's clock)
    replace the search for speech. Raises RequestError where there is no speech, no music,
    or the two never meet.
    """
    clock = Clock.of(stems)
    offset = dialogue.start_seconds - clock.start_seconds
    watch = FullScaleWatch()
    source = dialogue.source
    speech = energies_of(
        watch.over(source.blocks(), dialogue.name), source.sample_rate, source.channels
    )
    found, warnings = _phrases(dialogue, speech, offset, clock, settings, phrases)
    watched = [Stem(s.name, watch.source(s.source, s.name), s.start_seconds) for s in stems]
    music = music_energies(watched, clock, settings)
    before = music.at()
    if not before.powers.any():
        raise RequestError(
            f"{_names(stems)}: the music is silent from start to end, so there is nothing to "
            "duck; check that the right files were given"
        )
    spoken = tuple(_spoken(phrase, speech, offset, music, clock, settings) for phrase in found)
    return DuckPlan(
        settings=settings,
        clock=clock,
        phrases=spoken,
        curves=_curves(spoken, clock, settings),
        dialogue=speech,
        dialogue_start_seconds=offset,
        music=before,
        warnings=(*watch.warnings(), *warnings),
    )


def _phrases(
    dialogue: Stem,
    speech: Energies,
    offset: Fraction,
    clock: Clock,
    settings: DuckSettings,
    given: Sequence[Phrase] | None,
) -> tuple[list[Phrase], list[str]]:
    """The phrases over the music, and what to say about those that are not."""
    name = dialogue.name
    if given is not None:
        found = list(given)
    else:
        hold_seconds = settings.hold_ms / 1000.0
        if settings.vad == "neural":
            mask, hop_seconds = neural_mask(dialogue.source)
        else:
            mask = speech_mask(speech.powers)
            hop_seconds = speech.hop_frames / speech.sample_rate
        found = shifted(phrases_of(mask, hop_seconds, hold_seconds), float(offset))
    if not found:
        raise RequestError(
            f"{name}: no speech was found (loudest 400 ms: {_loudest(speech)}); check the file "
            "and its level, try the neural detector (--vad neural), or list the phrases yourself "
            "(--phrases)"
        )
    over_music = inside(found, clock.seconds)
    if not over_music:
        first, last = found[0].onset_seconds, found[-1].offset_seconds
        raise RequestError(
            f"{name}: all its speech ({first:.1f} s to {last:.1f} s from the start of the music) "
            f"lies outside the music (0 s to {clock.seconds:.1f} s); say where it belongs "
            "(--dialogue-at)"
        )
    lost = len(found) - len(over_music)
    warnings = [f"{name}: {lost} of {len(found)} phrases lie outside the music"] if lost else []
    return over_music, warnings


def _spoken(
    phrase: Phrase,
    speech: Energies,
    offset: Fraction,
    music: MusicEnergies,
    clock: Clock,
    settings: DuckSettings,
) -> SpokenPhrase:
    speech_lufs = span(speech, phrase, float(offset)).phrase_lufs()
    if not np.isfinite(speech_lufs):
        raise RequestError(
            f"the phrase from {phrase.onset_seconds:g} s to {phrase.offset_seconds:g} s holds no "
            "speech: the dialogue is silent there (under −70 LUFS); take it off the list or "
            "check where the dialogue starts"
        )
    rate = clock.sample_rate
    here = music.span(round(phrase.onset_seconds * rate), round(phrase.offset_seconds * rate))
    return SpokenPhrase(
        phrase, speech_lufs, here.at().phrase_lufs(), depth_for(here, speech_lufs, settings)
    )


def span(energies: Energies, phrase: Phrase, start_seconds: float = 0.0) -> Energies:
    """The energies during a phrase, of a signal that begins at `start_seconds`."""
    rate = energies.sample_rate
    start, stop = (
        max(0, round((seconds - start_seconds) * rate))
        for seconds in (phrase.onset_seconds, phrase.offset_seconds)
    )
    return energies.span(start, stop)


def _curves(spoken: Sequence[SpokenPhrase], clock: Clock, settings: DuckSettings) -> Curves:
    rest = _curve(spoken, [-item.depth.rest_db for item in spoken], clock, settings)
    if not settings.shape.splits:
        return Curves(rest, rest)
    return Curves(rest, _curve(spoken, [-item.depth.band_db for item in spoken], clock, settings))


def _curve(
    spoken: Sequence[SpokenPhrase], gains_db: Sequence[float], clock: Clock, settings: DuckSettings
) -> GainCurve:
    rate = clock.sample_rate
    times = RampTimes(
        rate, settings.attack_ms / 1000, settings.release_ms / 1000, settings.slope_db_per_s
    )
    early = settings.lookahead_ms / 1000
    hold = settings.hold_ms / 1000
    wishes = []
    for item, gain_db in zip(spoken, gains_db, strict=True):
        gain_db = round(gain_db, 6)
        down_before = max(early - times.frames(0.0, gain_db) / rate, SETTLE_SECONDS)
        start = item.phrase.onset_seconds - down_before
        stop = item.phrase.offset_seconds + max(hold, SETTLE_SECONDS)
        wishes.append(Level(round(start * rate), round(stop * rate), gain_db))
    protected = [
        (round(piece.start_seconds * rate), round(piece.end_seconds * rate))
        for piece in settings.protect
    ]
    return build_curve(wishes, protected, times, clock.frames)


def _loudest(speech: Energies) -> str:
    loudest = float(speech.momentary_lufs().max(initial=-np.inf))
    return f"{loudest:.1f} LUFS" if np.isfinite(loudest) else "silence"


def _names(stems: Sequence[Stem]) -> str:
    return ", ".join(stem.name for stem in stems)
