"""Phrases as they are heard: how loud speech and music are, and how deep the music has to go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hostkit.ducking.gain.solve import Depth, depth_for
from hostkit.ducking.listening.hop_powers import HopPowers
from hostkit.ducking.listening.music_powers import MusicPowers
from hostkit.ducking.listening.windows import PAUSE_LU, windows_of
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.settings import DuckSettings
from hostkit.errors import RequestError


@dataclass(frozen=True)
class SpokenWindow:
    """At most 3 s of a phrase, how loud its speech is, and how deep the music has to go."""

    span: Phrase
    speech_lufs: float
    depth: Depth


@dataclass(frozen=True)
class SpokenPhrase:
    """A phrase, how loud its speech and its music are, and what each of its windows needs."""

    phrase: Phrase
    speech_lufs: float
    music_lufs: float
    windows: tuple[SpokenWindow, ...]

    @property
    def depth(self) -> Depth:
        """That of the window that needs most."""
        depths = [window.depth for window in self.windows]
        needed = [depth.needed_db for depth in depths if depth.needed_db is not None]
        return Depth(
            max(depth.rest_db for depth in depths),
            max(depth.band_db for depth in depths),
            max(needed, default=None),
        )


def measure_spoken(
    phrase: Phrase,
    speech: HopPowers,
    start_seconds: float,
    music: MusicPowers,
    settings: DuckSettings,
) -> SpokenPhrase:
    """Measures a phrase, and solves each of its windows that is not a pause."""
    speech_lufs = _level_lufs(speech, phrase, start_seconds)
    levels = [
        (window, speech.during(window, start_seconds).phrase_lufs())
        for window in windows_of(phrase)
    ]
    spoken = [pair for pair in levels if pair[1] >= speech_lufs - PAUSE_LU]
    return SpokenPhrase(
        phrase,
        speech_lufs,
        music.during(phrase).at().phrase_lufs(),
        tuple(
            SpokenWindow(window, lufs, depth_for(music.during(window), lufs, settings))
            for window, lufs in spoken or [(phrase, speech_lufs)]
        ),
    )


def _level_lufs(speech: HopPowers, phrase: Phrase, start_seconds: float) -> float:
    level = speech.during(phrase, start_seconds).phrase_lufs()
    if not np.isfinite(level):
        raise RequestError(
            f"the phrase from {phrase.onset_seconds:g} s to {phrase.offset_seconds:g} s holds no "
            "speech: the dialogue is silent there (under −70 LUFS)",
            cure="take it off the list or check where the dialogue starts",
        )
    return level
