"""A tempo map as the steps that a Standard MIDI File can hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.timebase.curves.segments import Segment
from hostkit.timebase.tempo_map import TempoMap

_STEPS_A_QUARTER = 4
_KEPT_QUARTERS = 100
"""The longest step that is kept in time: half a microsecond a quarter note is 0.05 ms over it."""
_MAX_MICROSECONDS = 0xFFFFFF  # three bytes: 3.58 bpm is the slowest there is


@dataclass(frozen=True)
class TempoStep:
    """From `tick` on a quarter note takes so many microseconds."""

    tick: int
    microseconds_per_quarter: int


def tempo_steps(
    tempo_map: TempoMap, ticks_per_quarter: int, until: Fraction | None = None
) -> tuple[TempoStep, ...]:
    """The map as steps: steady tempos as they are, ramps a step each quarter of a beat.

    A step of a ramp has the mean tempo that brings its end to where the ramp is then, with
    what rounding to ticks and microseconds lost so far made up for: between such ends the
    steps are never more than about 0.4 ms off, where one step a beat at the beat's tempo was
    163 ms off. `until` is a quarter note up to which steady tempos are kept in time, too: one that
    is no whole number of microseconds changes by one every hundred quarter notes. Raises BadValue
    for a tempo slower than 3.58 bpm.
    """
    steps: list[TempoStep] = []
    written_seconds = Fraction(0)
    cuts = list(_cuts(tempo_map, ticks_per_quarter, until))
    for (tick, segment), (next_tick, _) in zip(cuts, [*cuts[1:], (None, None)], strict=True):
        microseconds = 60_000_000 / segment.bpm
        kept = segment.ramp is not None or until is not None
        if kept and next_tick is not None:
            aim = tempo_map.seconds_at(Fraction(next_tick, ticks_per_quarter))
            microseconds = (
                (aim - written_seconds) * 1_000_000 * ticks_per_quarter / (next_tick - tick)
            )
        rounded = max(1, round(microseconds))
        if rounded > _MAX_MICROSECONDS:
            raise BadValue(f"{60e6 / rounded:.2f} bpm is slower than a MIDI file can say")
        if not steps or steps[-1].microseconds_per_quarter != rounded:
            steps.append(TempoStep(tick, rounded))
        if next_tick is not None:
            quarters = Fraction(next_tick - tick, ticks_per_quarter)
            written_seconds += quarters * rounded / 1_000_000
    return tuple(steps)


def _cuts(
    tempo_map: TempoMap, ticks_per_quarter: int, until: Fraction | None
) -> Iterator[tuple[int, Segment]]:
    """Ticks at which a step may begin, ascending without repeats, and the segment there."""
    segments = tempo_map.segments
    found: dict[int, Segment] = {}
    for segment, after in zip(segments, [*segments[1:], None], strict=True):
        found[round(segment.beats * ticks_per_quarter)] = segment
        if segment.ramp is None or after is None:
            last = after.beats if after is not None else until
            beats = segment.beats + _KEPT_QUARTERS
            while until is not None and last is not None and beats < last:
                found.setdefault(round(beats * ticks_per_quarter), segment)
                beats += _KEPT_QUARTERS
            continue
        step = int(segment.beats * _STEPS_A_QUARTER) + 1
        while (beats := Fraction(step, _STEPS_A_QUARTER)) < after.beats:
            found.setdefault(round(beats * ticks_per_quarter), segment)
            step += 1
    return iter(found.items())
