"""How far recorded regions drift from their beats when the tempo map under them changes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from hostkit.plan.environment import Environment
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.nodes.recorded import Region
from hostkit.plan.tracks.recordings import HEARD_DRIFT_SECONDS, RegionReader
from hostkit.session.load import LoadedSession
from hostkit.timebase.tempo_map import TempoMap

MOST_BEATS = 512
"""At so many of its beats a region is looked at; a long one at every second or third."""


@dataclass(frozen=True)
class ChangedTempo:
    """The tempo map that a session's recordings were placed by, and the one that follows it."""

    loaded: LoadedSession
    old: TempoMap
    new: TempoMap

    def drifts(self, environment: Environment) -> Iterator[tuple[str, Fraction]]:
        """Tracks whose recordings are heard off their beats, and by how many seconds at most.

        Regions that cannot be read or placed are for `check` to tell.
        """
        for name, track in self.loaded.session.tracks.items():
            key = "live" if track.audio is None else "audio"
            furthest = Fraction(0)
            for index, written in enumerate(track.audio or track.live or ()):
                places = [
                    RegionReader(self.loaded, environment, Timeline(tempo_map, self._rate))
                    .regions([written], ("tracks", name, key, index))
                    .value
                    for tempo_map in (self.old, self.new)
                ]
                if places[0] and places[1]:
                    furthest = max(furthest, self._drift(places[0][0], places[1][0]))
            if furthest >= HEARD_DRIFT_SECONDS:
                yield name, furthest

    @property
    def _rate(self) -> int:
        return self.loaded.session.sample_rate

    def _drift(self, was: Region, now: Region) -> Fraction:
        """Seconds by which the beats of a region leave it, where they do so most."""
        moved = Fraction(now.start - was.start, self._rate)
        first, last = (
            self.old.beats_at_seconds(Fraction(at, self._rate)) for at in (was.start, was.stop)
        )
        step = max(1, math.ceil((last - first) / MOST_BEATS))
        beats = (first, *range(math.ceil(first), math.ceil(last), step), last)
        return max(
            abs(self.new.seconds_at(Fraction(beat)) - self.old.seconds_at(Fraction(beat)) - moved)
            for beat in beats
        )
