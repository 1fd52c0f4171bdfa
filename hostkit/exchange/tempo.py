"""Tempo and meters of a project, and the tempo map that they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from hostkit.timebase.curves.ramps import Ramp
from hostkit.timebase.curves.segments import Segment, to_grid
from hostkit.timebase.meters import MeterMap
from hostkit.timebase.tempo_map import DEFAULT_BPM, TempoMap

_LONG = 10**15


class ProjectTempo(NamedTuple):
    """Quarter notes a minute; `ramps` where it moves to the next point's tempo, evenly in time."""

    at: Fraction
    bpm: Fraction
    ramps: bool = False


class ProjectMeter(NamedTuple):
    """A meter, which begins a bar; one that falls into a bar cuts that short."""

    at: Fraction
    numerator: int
    denominator: int


class TimedTempo(NamedTuple):
    """A tempo at seconds from the start, for a file that counts in them."""

    seconds: Fraction
    bpm: Fraction
    ramps: bool = False


def tempo_map_of(tempos: Sequence[ProjectTempo], meters: Iterable[ProjectMeter] = ()) -> TempoMap:
    """The map; 120 bpm in 4/4 where nothing is said, and before the first tempo the first one's.

    >>> slow, quick = (ProjectTempo(Fraction(0), Fraction(60), True), ProjectTempo(Fraction(3),
    ... Fraction(120)))
    >>> tempo_map_of([slow, quick]).seconds_at(Fraction(3))
    Fraction(2, 1)
    """
    first = tempos[0].bpm if tempos else DEFAULT_BPM
    segments = [Segment(Fraction(0), Fraction(0), first)]
    for here, after in zip(tempos, [*tempos[1:], None], strict=False):
        at = max(here.at, Fraction(0))
        seconds = _short(segments[-1].seconds_at(at))
        if segments[-1].beats == at:
            segments.pop()
        ramps = here.ramps and after is not None and after.bpm != here.bpm and after.at > at
        if not ramps or after is None:
            segments.append(Segment(at, seconds, here.bpm))
            continue
        ramp = Ramp(float(here.bpm), float(after.bpm), float(after.at - at), "time")
        segments.append(Segment(at, seconds, here.bpm, ramp, to_grid(ramp.seconds)))
    return TempoMap(tuple(segments), MeterMap.of(meters))


def _short(seconds: Fraction) -> Fraction:
    """The time as it is; to the nanosecond where many odd tempos have made it a long number."""
    return seconds if seconds.denominator < _LONG else Fraction(round(seconds * 10**9), 10**9)


def in_quarters(tempos: Iterable[TimedTempo]) -> tuple[ProjectTempo, ...]:
    """Tempos at seconds as tempos at quarter notes: a ramp's mean tempo is that of its ends.

    >>> [str(t.at) for t in in_quarters([TimedTempo(Fraction(0), Fraction(60), True),
    ...                                  TimedTempo(Fraction(2), Fraction(120))])]
    ['0', '3']
    """
    made: list[ProjectTempo] = []
    before: TimedTempo | None = None
    quarters = Fraction(0)
    for tempo in tempos:
        if before is None:
            quarters += tempo.seconds * tempo.bpm / 60
        else:
            mean = (before.bpm + tempo.bpm) / 2 if before.ramps else before.bpm
            quarters += (tempo.seconds - before.seconds) * mean / 60
        made.append(ProjectTempo(quarters, tempo.bpm, tempo.ramps))
        before = tempo
    return tuple(made)
