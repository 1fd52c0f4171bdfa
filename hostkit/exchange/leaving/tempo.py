"""A tempo map as a project has it: in steps, or in ramps that go evenly in time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from hostkit.exchange.tempo import ProjectMeter, ProjectTempo
from hostkit.timebase.curves.ramps import Ramp
from hostkit.timebase.curves.segments import Segment
from hostkit.timebase.tempo_map import TempoMap

STEP = Fraction(1, 4)
"""Of a quarter note: a ramp is cut this fine."""
_ROUNDS = 4
"""Each brings the length of a ramp in pieces nearer to what it is, by a factor of its pieces."""


def tempos_of(tempo_map: TempoMap, *, ramps: bool) -> tuple[ProjectTempo, ...]:
    """The map in steps, each with the mean tempo of its stretch, so that it ends on time.

    With `ramps` its ramps are ramps, of one piece where they go evenly in time already.

    >>> [(str(t.at), str(t.bpm)) for t in tempos_of(TempoMap(), ramps=False)]
    [('0', '120')]
    """
    made: list[ProjectTempo] = []
    segments = tempo_map.segments
    for segment, after in zip(segments, [*segments[1:], None], strict=True):
        if segment.ramp is None or after is None:
            made.append(ProjectTempo(segment.beats, segment.bpm))
        elif ramps:
            made += _pieces(segment, segment.ramp, after)
        else:
            made += _steps(tempo_map, segment, after)
    return tuple(made)


def meters_of(tempo_map: TempoMap) -> tuple[ProjectMeter, ...]:
    """The meters of a map, each where it begins."""
    changes = tempo_map.meters.changes
    return tuple(ProjectMeter(one.beats, one.numerator, one.denominator) for one in changes)


def _steps(tempo_map: TempoMap, segment: Segment, after: Segment) -> Iterator[ProjectTempo]:
    for start, stop in pairwise(_cuts(segment.beats, after.beats)):
        end = after.seconds if stop == after.beats else tempo_map.seconds_at(stop)
        seconds = end - tempo_map.seconds_at(start)
        yield ProjectTempo(start, 60 * (stop - start) / seconds)


def _pieces(segment: Segment, ramp: Ramp, after: Segment) -> Iterator[ProjectTempo]:
    """A ramp as ramps that go evenly in time, together as long as it is to the nanosecond.

    The tempos between its ends are scaled by a hair, as pieces cut corners.
    """
    cuts = [segment.beats, after.beats]
    if ramp.curve != "time":
        cuts = list(_cuts(*cuts))
    into = [float(at - segment.beats) for at in cuts]
    first, *between, last = (ramp.bpm_at(beats) for beats in into)
    last = ramp.end_bpm
    scale, wanted = 1.0, float(after.seconds - segment.seconds)
    for _ in range(_ROUNDS if between else 0):
        bpm = [first, *(one * scale for one in between), last]
        lasts = sum(
            120 * (stop - start) / (here + there)
            for (start, stop), (here, there) in zip(pairwise(into), pairwise(bpm), strict=True)
        )
        scale *= lasts / wanted
    yield ProjectTempo(segment.beats, segment.bpm, ramps=True)
    for at, one in zip(cuts[1:-1], between, strict=True):
        yield ProjectTempo(at, Fraction(one * scale), ramps=True)
    if last != float(after.bpm):  # the tempo jumps where the ramp ends
        yield ProjectTempo(after.beats, Fraction(last))


def _cuts(start: Fraction, stop: Fraction) -> Iterator[Fraction]:
    """From start to stop, both included, and each STEP of the music between."""
    yield start
    at = (start // STEP + 1) * STEP
    while at < stop:
        yield at
        at += STEP
    yield stop
