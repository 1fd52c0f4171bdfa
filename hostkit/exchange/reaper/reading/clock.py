"""Tempo and meters of a project, and where its seconds lie in the music."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hostkit.exchange.project import Loss
from hostkit.exchange.reaper.reading.values import exact, whole
from hostkit.exchange.reaper.tree import Block
from hostkit.exchange.tempo import (
    ProjectMeter,
    ProjectTempo,
    TimedTempo,
    in_quarters,
    tempo_map_of,
)
from hostkit.timebase.sampling import sample_of
from hostkit.timebase.tempo_map import DEFAULT_BPM, MAX_BPM, MIN_BPM, TempoMap

MOST_POINTS = 100_000
MOST_SECONDS = 24 * 3600
_GRID = 15_360
_NEAR = Fraction(1, 100_000)
"""Quarter notes, 5 µs at 120 bpm: what seconds as decimals are off by at most."""
_LINEAR = 0
_PARTS = 10**9
"""Of a quarter note: what places off the grid are rounded to."""
DEFAULT_RATE = 48_000
_LEAST_RATE, _MOST_RATE = 8_000, 192_000


@dataclass(frozen=True)
class ReaperClock:
    """Tempos, meters and the map that they make."""

    tempos: tuple[ProjectTempo, ...]
    meters: tuple[ProjectMeter, ...]
    tempo_map: TempoMap
    losses: tuple[Loss, ...] = ()
    sample_rate: int = DEFAULT_RATE

    @classmethod
    def of(cls, root: Block) -> ReaperClock:
        """What `TEMPO` and, where it is on, the tempo envelope say."""
        words = root.words("TEMPO")
        bpm = _bpm(words, 0) or DEFAULT_BPM
        losses: list[Loss] = []
        timed = [TimedTempo(Fraction(0), bpm)]
        meters = [(Fraction(0), *(_meter(whole(words, 1, 4), whole(words, 2, 4)) or (4, 4)))]
        envelope = root.block("TEMPOENVEX")
        if envelope is not None and whole(envelope.words("ACT"), 0):
            points = [row.words[1:] for row in envelope.rows if row.name == "PT"][:MOST_POINTS]
            points.sort(key=lambda point: exact(point, 0))
            read = [_timed(point) for point in points]
            if lost := read.count(None):
                losses.append(Loss("", "a point of the tempo envelope that has no tempo", lost))
            timed = [tempo for tempo in read if tempo is not None] or timed
            meters += _meters(points, losses)
        tempos = tuple(tempo._replace(at=near_tick(tempo.at)) for tempo in in_quarters(timed))
        plain = tempo_map_of(tempos)
        placed = {
            near_tick(plain.beats_at_seconds(max(at, Fraction(0)))): (numerator, denominator)
            for at, numerator, denominator in meters
        }
        measured = tuple(ProjectMeter(at, *meter) for at, meter in sorted(placed.items()))
        tempo_map = tempo_map_of(tempos, measured)
        rate = rate_of(root) or DEFAULT_RATE
        return cls(tempos, measured, tempo_map, tuple(losses), rate)

    def quarters(self, seconds: Fraction) -> Fraction:
        """The quarter note at a time of the first day; on the tick that it all but meets."""
        inside = min(max(seconds, Fraction(0)), Fraction(MOST_SECONDS))
        return near_tick(self.tempo_map.beats_at_seconds(inside))

    def on_sample(self, seconds: Fraction) -> Fraction:
        """The quarter note at a time; on a tick only where that is the same sample."""
        near = self.quarters(seconds)
        if sample_of(self.seconds(near), self.sample_rate) == sample_of(seconds, self.sample_rate):
            return near
        exact_place = self.tempo_map.beats_at_seconds(seconds)
        return Fraction(round(exact_place * _PARTS), _PARTS)

    def seconds(self, quarters: Fraction) -> Fraction:
        """When a quarter note is."""
        return self.tempo_map.seconds_at(max(quarters, Fraction(0)))


def rate_of(root: Block) -> int | None:
    """The sample rate of a project, where it has one of its own."""
    rate = whole(root.words("SAMPLERATE"), 0)
    return rate if _LEAST_RATE <= rate <= _MOST_RATE else None


def near_tick(quarters: Fraction) -> Fraction:
    """The tick that a place is at, if it is as near as decimals of seconds can tell.

    >>> near_tick(Fraction(1, 3) + Fraction(1, 10**7)), near_tick(Fraction(1, 16))
    (Fraction(1, 3), Fraction(1, 16))
    """
    tick = on_grid(quarters)
    near = abs(tick - quarters) < _NEAR
    return tick if near else Fraction(round(quarters * _PARTS), _PARTS)


def on_grid(quarters: Fraction) -> Fraction:
    """The nearest tick, 0.03 ms apart at 120 bpm: near enough for what moves slowly."""
    return Fraction(round(quarters * _GRID), _GRID)


def _timed(point: list[str]) -> TimedTempo | None:
    bpm = _bpm(point, 1)
    if bpm is None:
        return None
    seconds = min(max(exact(point, 0), Fraction(0)), Fraction(MOST_SECONDS))
    return TimedTempo(seconds, bpm, whole(point, 2, 1) == _LINEAR)


def _bpm(words: list[str], index: int) -> Fraction | None:
    bpm = exact(words, index)
    return bpm if MIN_BPM <= bpm <= MAX_BPM else None


def _meters(points: list[list[str]], losses: list[Loss]) -> list[tuple[Fraction, int, int]]:
    found = []
    for point in points:
        if not (packed := whole(point, 3)):
            continue
        if meter := _meter(packed & 0xFFFF, packed >> 16):
            found.append((exact(point, 0), *meter))
        else:
            losses.append(Loss("", "a meter that no music has is left out"))
    return found


def _meter(numerator: int, denominator: int) -> tuple[int, int] | None:
    there_is = 1 <= numerator <= 64 and denominator in (1, 2, 4, 8, 16, 32, 64)
    return (numerator, denominator) if there_is else None
