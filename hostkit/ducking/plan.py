"""The ducking pass before a sample is changed: who speaks when, and how deep to go.

dialogue → phrases → levels of speech and music → depths → curves, each step a value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hostkit.ducking.dialogue import HeardElsewhere, hear_dialogue
from hostkit.ducking.ducked import Curves
from hostkit.ducking.gain.curve import GainCurve, build_curve
from hostkit.ducking.gain.protection import Wish
from hostkit.ducking.gain.ramps import Level, RampTimes
from hostkit.ducking.gain.solve import Depth
from hostkit.ducking.listening.full_scale import FullScaleWatch
from hostkit.ducking.listening.music_powers import MusicPowers, music_powers
from hostkit.ducking.listening.stem import Clock, MusicStem
from hostkit.ducking.listening.survey import Survey, survey
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.settings import DuckSettings
from hostkit.ducking.speech.search import require_told_apart
from hostkit.ducking.spoken import SpokenPhrase, spoken_over
from hostkit.errors import RequestError

SETTLE_SECONDS = 0.03
"""The music is down this long before an onset, so that the meter's filters are too."""
MOVE_DB = 1.0
"""Within a phrase the gain moves in steps of this: for less it is not worth moving."""


@dataclass(frozen=True)
class DuckPlan:
    """All that is known before the music is written. Times are on `clock`.

    The dialogue begins `dialogue_start_seconds` after the clock's zero (before it, if
    negative).
    """

    settings: DuckSettings
    clock: Clock
    phrases: tuple[SpokenPhrase, ...]
    curves: Curves
    dialogue: Survey
    dialogue_start_seconds: Fraction
    music: Survey
    warnings: tuple[str, ...]


def plan_duck(
    dialogue: MusicStem,
    stems: Sequence[MusicStem],
    settings: DuckSettings,
    phrases: Sequence[Phrase] | None = None,
    elsewhere: HeardElsewhere | None = None,
) -> DuckPlan:
    """Listens to dialogue and music, and decides the curve that all stems will follow.

    The target is met by the sum of the stems, in every 3 s of speech. `phrases` (seconds on
    the music's clock) replace the search for speech; `elsewhere` gives the dialogue as it was
    heard with them. Raises RequestError where there is no speech, no music, or the two never
    meet, QualityError where speech is not told from noise or music.
    """
    clock = Clock.of(stems)
    music, clipped = _music(stems, clock, settings)
    told = elsewhere() if elsewhere else hear_dialogue(dialogue, clock, settings, phrases)
    names = ", ".join(stem.name for stem in stems)
    require_told_apart(told.doubt, dialogue.name, music.whole, names)
    spoken = tuple(spoken_over(heard, music, settings) for heard in told.phrases)
    return DuckPlan(
        settings=settings,
        clock=clock,
        phrases=spoken,
        curves=_curves(spoken, clock, settings),
        dialogue=told.survey,
        dialogue_start_seconds=dialogue.start_seconds - clock.start_seconds,
        music=survey(music.whole, 0.0, clock.seconds, told.spans),
        warnings=(*told.warnings, *clipped),
    )


def _music(
    stems: Sequence[MusicStem], clock: Clock, settings: DuckSettings
) -> tuple[MusicPowers, tuple[str, ...]]:
    """The music as it is heard, and what to say where it is clipped. Raises RequestError."""
    watch = FullScaleWatch()
    watched = [
        MusicStem(s.name, watch.source(s.source, f"music {s.name}"), s.start_seconds) for s in stems
    ]
    music = music_powers(watched, clock, settings)
    if not music.whole.powers.any():
        names = ", ".join(stem.name for stem in stems)
        raise RequestError(
            f"{names}: the music is silent from start to end, so there is nothing to duck",
            cure="check that the right files were given",
        )
    return music, watch.warnings()


def _curves(spoken: Sequence[SpokenPhrase], clock: Clock, settings: DuckSettings) -> Curves:
    rest = _curve(spoken, lambda depth: depth.rest_db, clock, settings)
    if not settings.shape.splits:
        return Curves(rest, rest)
    return Curves(rest, _curve(spoken, lambda depth: depth.band_db, clock, settings))


def _curve(
    spoken: Sequence[SpokenPhrase],
    depth_db: Callable[[Depth], float],
    clock: Clock,
    settings: DuckSettings,
) -> GainCurve:
    rate = clock.sample_rate
    times = RampTimes(
        rate, settings.attack_ms / 1000, settings.release_ms / 1000, settings.slope_db_per_s
    )
    wishes = [
        _wish(span, item.phrase, gain_db, times, settings)
        for item in spoken
        for span, gain_db in _levels(item, depth_db)
    ]
    protected = [
        (round(piece.start_seconds * rate), round(piece.end_seconds * rate))
        for piece in settings.protect
    ]
    return build_curve(wishes, protected, times, clock.frames)


def _levels(
    item: SpokenPhrase, depth_db: Callable[[Depth], float]
) -> Iterator[tuple[Phrase, float]]:
    """The phrase at the least depth of its windows, and each window at its own.

    Depths hang from the deepest in steps of `MOVE_DB`, rounded to more.
    """
    depths = [depth_db(window.depth) for window in item.windows]
    deepest = max(depths)
    stepped = [deepest - MOVE_DB * math.floor((deepest - depth) / MOVE_DB) for depth in depths]
    yield item.phrase, -round(min(stepped), 6)
    for window, depth in zip(item.windows, stepped, strict=True):
        yield window.span, -round(depth, 6)


def _wish(
    span: Phrase, phrase: Phrase, gain_db: float, times: RampTimes, settings: DuckSettings
) -> Wish:
    """Down for a span of a phrase; before and after the phrase, for lookahead and hold too."""
    rate = times.sample_rate
    start, stop = span.onset_seconds, span.offset_seconds
    if start == phrase.onset_seconds:
        early = settings.lookahead_ms / 1000 - times.frames(0.0, gain_db) / rate
        start -= max(early, SETTLE_SECONDS)
    if stop == phrase.offset_seconds:
        stop += max(settings.hold_ms / 1000, SETTLE_SECONDS)
    level = Level(round(start * rate), round(stop * rate), gain_db)
    return Wish(level, round(span.onset_seconds * rate), round(span.offset_seconds * rate))
