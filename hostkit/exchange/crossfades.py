"""Clips that overlap: the later one fades over from the one before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from hostkit.exchange.project import AudioClip
from hostkit.timebase.tempo_map import TempoMap


def fading_over(clips: Iterable[AudioClip], tempo_map: TempoMap) -> tuple[AudioClip, ...]:
    """The clips in order of time, with the crossfades that their fades and overlaps make."""
    made: list[AudioClip] = []
    ended = Fraction(0)
    for clip in sorted(clips, key=lambda clip: clip.at):
        start = tempo_map.seconds_at(clip.at)
        overlap = min(ended - start, clip.length_seconds)
        if made and overlap > 0 and clip.fade_in_seconds:
            clip = replace(clip, crossfade_seconds=float(overlap))
        made.append(clip)
        ended = max(ended, start + clip.length_seconds)
    return tuple(made)
