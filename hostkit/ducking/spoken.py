"""Phrases as they are heard: how loud speech and music are, and how deep the music has to go."""

from __future__ import annotations

from dataclasses import dataclass

from hostkit.ducking.dialogue import HeardPhrase
from hostkit.ducking.gain.solve import Depth, depth_for
from hostkit.ducking.listening.music_powers import MusicPowers
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.settings import DuckSettings


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


def spoken_over(heard: HeardPhrase, music: MusicPowers, settings: DuckSettings) -> SpokenPhrase:
    """Measures the music of a phrase, and solves each of its windows."""
    return SpokenPhrase(
        heard.phrase,
        heard.speech_lufs,
        music.during(heard.phrase).at().phrase_lufs(),
        tuple(
            SpokenWindow(window, lufs, depth_for(music.during(window), lufs, settings))
            for window, lufs in heard.windows
        ),
    )
