"""Where hits land in a tempo map, and whether that is in sync."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from hostkit.picture.beat import Beat
from hostkit.timebase.meters import MeterChange
from hostkit.timebase.picture import frames_per_second
from hostkit.timebase.position import BarBeat

if TYPE_CHECKING:
    from hostkit.picture.hits import HitPoint
    from hostkit.timebase.tempo_map import TempoMap

NEAR_FRAMES = 2
"""What is no further outside of its tolerance is near."""
ROUNDING_FRAMES = 0.005
"""Outside of it by less is what rounding leaves: ten samples."""


class HitOutcome(StrEnum):
    """Whether a hit is within its tolerance, no more than NEAR_FRAMES outside of it, or further."""

    CAUGHT = "caught"
    NEAR = "near"
    MISSED = "missed"


@dataclass(frozen=True)
class LandedHit:
    """A hit and the place of the music that meets it, or is nearest.

    `frames_off` counts frames of the picture, above 0 where the music is late.
    """

    hit: HitPoint
    lands_at_seconds: Fraction
    landing: BarBeat
    frames_off: float

    @property
    def outcome(self) -> HitOutcome:
        return outcome(self.hit, self.frames_off)


def outcome(hit: HitPoint, frames_off: float) -> HitOutcome:
    """What a hit is when the music is so many frames late."""
    outside = max(frames_off - hit.late_frames, -hit.early_frames - frames_off)
    if outside <= ROUNDING_FRAMES:
        return HitOutcome.CAUGHT
    return HitOutcome.NEAR if outside <= NEAR_FRAMES else HitOutcome.MISSED


def landed(
    hits: Sequence[HitPoint], tempo_map: TempoMap, frame_seconds: Fraction | None = None
) -> tuple[LandedHit, ...]:
    """Every hit on the place of the map that may meet it: where it is caught, else the nearest.

    A frame is that of the map's picture, unless `frame_seconds` says how long one is.
    """
    frame = frame_seconds or 1 / frames_per_second(tempo_map.picture)
    return tuple(
        min(
            _landings(hit, tempo_map, frame),
            key=lambda one: (one.outcome is not HitOutcome.CAUGHT, abs(one.frames_off)),
        )
        for hit in hits
    )


def _landings(hit: HitPoint, tempo_map: TempoMap, frame: Fraction) -> Iterator[LandedHit]:
    beats = tempo_map.beats_at_seconds(hit.seconds)
    for place in _places_around(beats, hit, tempo_map):
        seconds = tempo_map.seconds_at(place)
        off = float((seconds - hit.seconds) / frame)
        yield LandedHit(hit, seconds, tempo_map.bar_beat_at(place), off)


def _places_around(
    beats: Fraction, hit: HitPoint, tempo_map: TempoMap
) -> tuple[Fraction, Fraction]:
    """The places, in quarter notes, between which `beats` is and a hit may land."""
    meter = tempo_map.meters.at(beats)
    bar = beats - (beats - meter.beats) % meter.quarters_a_bar
    step = _step(meter, hit)
    before = bar + (beats - bar) // step * step
    changes = (change.beats for change in tempo_map.meters.changes if change.beats > beats)
    return before, min(before + step, bar + meter.quarters_a_bar, *changes)


def _step(meter: MeterChange, hit: HitPoint) -> Fraction:
    if hit.land_on == "downbeat":
        return meter.quarters_a_bar
    beat = Beat.of((meter.numerator, meter.denominator))
    return beat.quarters / (beat.parts if hit.land_on == "any" else 1)
