"""The click of a tempo map: where it sounds, and what each click means."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from hostkit.picture.beat import Beat
from hostkit.picture.landing import HitOutcome, LandedHit
from hostkit.timebase.meters import MeterMap
from hostkit.timebase.tempo_map import TempoMap

if TYPE_CHECKING:
    from hostkit.session.model.click import ClickTrack

ClickKind = Literal["downbeat", "beat", "subdivision", "warning"]


@dataclass(frozen=True)
class Click:
    """One click, in quarter notes and seconds from 1|1; both are below 0 in a count-in."""

    beats: Fraction
    seconds: Fraction
    kind: ClickKind


def clicks(
    tempo_map: TempoMap, wishes: ClickTrack, end_seconds: Fraction, hits: Sequence[LandedHit] = ()
) -> tuple[Click, ...]:
    """The clicks from 1|1 to before `end_seconds`, in order of time.

    Beats are those that are felt: dotted quarters in 6/8. The last beats before a hit of enough
    weight warn of it; where music meets the hit they lead to where it does.
    """
    found = list(_grid(tempo_map, wishes, end_seconds))
    beats = [number for number, click in enumerate(found) if click.kind != "subdivision"]
    times = [found[number].seconds for number in beats]
    for landed in hits:
        if landed.hit.weight < wishes.warning_weight:
            continue
        missed = landed.outcome is HitOutcome.MISSED
        aim = landed.hit.seconds if missed else landed.lands_at_seconds
        first_after = bisect_left(times, aim)
        for number in beats[max(0, first_after - wishes.warnings) : first_after]:
            found[number] = replace(found[number], kind="warning")
    return tuple(found)


def count_in(tempo_map: TempoMap, wishes: ClickTrack) -> tuple[tuple[Click, ...], ...]:
    """The bars before 1|1, in the tempo and meter that the music begins with."""
    meter, bpm = tempo_map.meters.changes[0], tempo_map.segments[0].bpm
    steady = TempoMap.of_steps([(Fraction(0), bpm)], MeterMap((meter,)))
    bars = []
    for number in range(-wishes.count_in_bars, 0):
        start = number * meter.quarters_a_bar
        lasts = steady.seconds_at(meter.quarters_a_bar)
        bars.append(
            tuple(
                replace(click, beats=click.beats + start, seconds=click.seconds + number * lasts)
                for click in _grid(steady, wishes, lasts)
            )
        )
    return tuple(bars)


def _grid(tempo_map: TempoMap, wishes: ClickTrack, end_seconds: Fraction) -> Iterator[Click]:
    """Bar by bar in order of time; a bar that a meter change cuts short has what fits."""
    for bar, next_bar in pairwise(_bar_lines(tempo_map, end_seconds)):
        meter = tempo_map.meters.at(bar)
        beat = Beat.of((meter.numerator, meter.denominator))
        place = bar
        while place < next_bar:
            felt_bpm = tempo_map.tempo_at(place) / beat.quarters
            parts = beat.parts if felt_bpm < wishes.subdivide_below_bpm else 1
            for part in range(parts):
                beats = place + part * beat.quarters / parts
                seconds = tempo_map.seconds_at(beats)
                if beats < next_bar and seconds < end_seconds:
                    first: ClickKind = "downbeat" if beats == bar else "beat"
                    yield Click(beats, seconds, "subdivision" if part else first)
            place += beat.quarters


def _bar_lines(tempo_map: TempoMap, end_seconds: Fraction) -> Iterator[Fraction]:
    """The quarter notes on which bars begin, up to the first at or after the end."""
    changes = tempo_map.meters.changes
    for meter, after in zip(changes, (*changes[1:], None), strict=True):
        bar = meter.beats
        while after is None or bar < after.beats:
            yield bar
            if tempo_map.seconds_at(bar) >= end_seconds:
                return
            bar += meter.quarters_a_bar
