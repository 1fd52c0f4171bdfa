"""Recorded regions of a plan as audio clips."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from hostkit.exchange.crossfades import fading_over
from hostkit.exchange.project import AudioClip, Media
from hostkit.plan.nodes.recorded import Fade, Region
from hostkit.timebase.tempo_map import TempoMap


def clips_of(
    regions: Iterable[Region], tempo_map: TempoMap, sample_rate: int
) -> tuple[AudioClip, ...]:
    """Each region as a clip, with its fades; where two overlap they fade over."""
    made = (_clip(region, tempo_map, sample_rate) for region in regions)
    return fading_over(made, tempo_map)


def _clip(region: Region, tempo_map: TempoMap, rate: int) -> AudioClip:
    path = region.recording.content.path
    straight = any(fade.shape == "linear" for fade in region.fades if fade.frames)
    return AudioClip(
        media=Media(str(path), path),
        at=tempo_map.beats_at_seconds(Fraction(region.start, rate)),
        length_seconds=Fraction(region.frames, rate),
        start_seconds=Fraction(region.offset, rate),
        gain_db=region.gain_db,
        fade_in_seconds=_longest(region.fades, rate, rises=True),
        fade_out_seconds=_longest(region.fades, rate, rises=False),
        fade="linear" if straight else "equal_power",
        channels=region.channels,
        name=path.stem,
    )


def _longest(fades: Iterable[Fade], rate: int, *, rises: bool) -> float:
    """The longest of the fades that go one way, in seconds."""
    return max((fade.frames / rate for fade in fades if fade.rises == rises), default=0.0)
