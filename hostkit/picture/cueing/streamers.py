"""Streamers: lines that cross the picture and reach its edge on the frame of a hit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from hostkit.picture.cueing.click import count_in
from hostkit.picture.hits import hit_points
from hostkit.session.load import LoadedSession
from hostkit.session.model.click import ClickTrack
from hostkit.timebase.picture import frames_per_second
from hostkit.timebase.tempo_map import TempoMap
from hostkit.timebase.timecode import frame_count, label_on_screen

COLOURS = {"downbeat": (60, 220, 90), "hit": (255, 210, 40), "end": (235, 50, 45)}
"""Green into the first downbeat, yellow into hits, red into the end."""
AFTER_SECONDS = 1


@dataclass(frozen=True)
class Streamer:
    """A line that reaches the edge on `frame`, counted from that of 1|1; a punch is there."""

    frame: int
    kind: str
    name: str


@dataclass(frozen=True)
class Cueing:
    """What is shown over the picture, from `first_frame` to before `end_frame`.

    A streamer takes `length_frames`. Frame n is on screen from n to n + 1 frames after 1|1.
    """

    tempo_map: TempoMap
    frames_per_second: Fraction
    streamers: tuple[Streamer, ...]
    first_frame: int
    end_frame: int
    length_frames: int
    punch_frames: int

    def lines_at(self, frame: int) -> Iterator[tuple[Fraction, str]]:
        """Streamers under way: how far across each is, 0 … 1, and its kind."""
        for one in self.streamers:
            if one.frame - self.length_frames <= frame <= one.frame:
                yield 1 - Fraction(one.frame - frame, self.length_frames), one.kind

    def is_punched(self, frame: int) -> bool:
        return any(0 <= frame - one.frame < self.punch_frames for one in self.streamers)

    def next_at(self, frame: int) -> Streamer | None:
        """The streamer that comes next, or is on this frame."""
        return next((one for one in self.streamers if one.frame >= frame), None)

    def timecode_at(self, frame: int) -> str:
        """The frame on screen; seconds from 1|1 without a picture."""
        picture = self.tempo_map.picture
        if picture is None:
            return f"{float(frame / self.frames_per_second):.2f}"
        start = frame_count(picture.start, picture.frame_rate)
        return str(label_on_screen(start + frame, picture.frame_rate, picture.start.drop))

    def bar_beat_at(self, frame: int) -> str:
        """Bar and beat that sound when the frame begins; bars before 1|1 count down to -1."""
        seconds = frame / self.frames_per_second
        first = self.tempo_map.meters.changes[0]
        if seconds < 0:
            beats = seconds * self.tempo_map.segments[0].bpm / 60
            bar = beats // first.quarters_a_bar
            return f"{bar}|{int((beats - bar * first.quarters_a_bar) / first.quarters_a_beat) + 1}"
        place = self.tempo_map.bar_beat_at(self.tempo_map.beats_at_seconds(seconds))
        return f"{place.bar}|{int(place.beat)}"


def cueing_of(
    loaded: LoadedSession, tempo_map: TempoMap, end_seconds: Fraction, streamer_seconds: Fraction
) -> Cueing:
    """The streamers of a session, with room for its count-in and the first of them before 1|1.

    Hits of weight 0 have none. Raises InvalidInput with every hit that has no place.
    """
    rate = frames_per_second(tempo_map.picture)
    length = max(1, round(streamer_seconds * rate))
    bars = count_in(tempo_map, loaded.session.click or ClickTrack())
    before = max(length, math.ceil(-bars[0][0].seconds * rate) if bars else 0)
    picture = tempo_map.picture
    if picture is not None:  # nothing is before midnight
        before = min(before, frame_count(picture.start, picture.frame_rate))
    end = math.floor(end_seconds * rate)
    hits = [point for point in hit_points(loaded, tempo_map) if point.weight]
    streamers = [
        Streamer(0, "downbeat", "1|1"),
        *(Streamer(math.floor(hit.seconds * rate), "hit", hit.name) for hit in hits),
        Streamer(end, "end", "end"),
    ]
    return Cueing(
        tempo_map=tempo_map,
        frames_per_second=rate,
        streamers=tuple(sorted(streamers, key=lambda one: one.frame)),
        first_frame=-before,
        end_frame=max(one.frame for one in streamers) + math.ceil(AFTER_SECONDS * rate),
        length_frames=length,
        punch_frames=max(1, round(rate / 24)),
    )
