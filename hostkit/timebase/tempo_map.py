"""The tempo map: between bars, quarter notes, seconds, timecode and samples, exactly."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hostkit.errors import BadValue, Fault
from hostkit.timebase.curves.ramps import CURVES, Ramp
from hostkit.timebase.curves.segments import Segment, to_grid
from hostkit.timebase.meters import COMMON_TIME, MeterMap
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.position import BarBeat, Position, Seconds
from hostkit.timebase.sampling import sample_of

DEFAULT_BPM = Fraction(120)
MIN_BPM, MAX_BPM = 1, 1000
MAX_NUMERATOR = 128
DENOMINATORS = (1, 2, 4, 8, 16, 32, 64)


@dataclass(frozen=True)
class TempoMark:
    """A line of a session's `tempo:`. `bpm` counts quarter notes whatever the meter.

    `meter` None keeps the meter. `ramp_to` and `until` go together.
    """

    at: Position
    bpm: Fraction
    meter: tuple[int, int] | None = None
    ramp_to: Fraction | None = None
    until: Position | None = None
    curve: str = "beats"


class TempoPointError(BadValue):
    """What is wrong with one tempo point, and which (`index` counts from 0)."""

    def __init__(self, index: int, fault: Fault) -> None:
        self.index = index
        super().__init__(*fault)

    def __str__(self) -> str:
        return str(self.fault.of(f"tempo point {self.index + 1}"))


@dataclass(frozen=True)
class TempoMap:
    """Tempo and meters from 1|1 on. "Beats" are quarter notes from 1|1, as fractions.

    All times are exact: `seconds_at` is a fraction everywhere, in ramps and after them to
    the nanosecond, and never decreases. Samples are the nearest to the exact time, halfway
    the later (`sampling.sample_of`). The first segment begins at 0, the last never ends.
    """

    segments: tuple[Segment, ...] = (Segment(Fraction(0), Fraction(0), DEFAULT_BPM),)
    meters: MeterMap = COMMON_TIME
    picture: PictureStart | None = None

    @classmethod
    def build(cls, points: Iterable[TempoMark], picture: PictureStart | None = None) -> TempoMap:
        """The map that the points describe, each read against those before it.

        No points make 120 bpm in 4/4. Raises TempoPointError.

        >>> point = TempoMark(BarBeat(1), Fraction(92), ramp_to=Fraction(120), until=BarBeat(5))
        >>> TempoMap.build([point]).seconds_at(Fraction(16))
        Fraction(364392913, 40000000)
        """
        made = cls(picture=picture)
        for index, point in enumerate(points):
            try:
                made = made._with_point(point, first=index == 0)
            except BadValue as error:
                raise TempoPointError(index, error.fault) from None
        return made

    @classmethod
    def of_steps(
        cls, tempos: Iterable[tuple[Fraction, Fraction]], meters: MeterMap | None = None
    ) -> TempoMap:
        """From (beats, bpm) steps in ascending order, 120 bpm until the first."""
        segments = [Segment(Fraction(0), Fraction(0), DEFAULT_BPM)]
        for beats, bpm in tempos:
            last = segments[-1]
            if bpm == last.bpm:
                continue
            if beats == last.beats:
                segments.pop()
            segments.append(Segment(beats, last.seconds_at(beats), bpm))
        return cls(tuple(segments), meters or COMMON_TIME)

    def beats_at(self, position: Position) -> Fraction:
        """Quarter notes from 1|1 to a position. Raises BadValue when there is no such place."""
        if isinstance(position, BarBeat):
            return self.meters.beats_at(position)
        return self.beats_at_seconds(self.seconds_of(position))

    def seconds_of(self, position: Position) -> Fraction:
        """Seconds from 1|1; a time or timecode does not pass through beats. Raises BadValue."""
        if isinstance(position, BarBeat):
            return self.seconds_at(self.meters.beats_at(position))
        if isinstance(position, Seconds):
            return position.value
        if self.picture is None:
            raise BadValue(
                f"{position} is timecode, and there is no picture to count from",
                cure="say picture: {frame_rate: …, start: …}, or give a bar or seconds",
            )
        seconds = self.picture.seconds_of(position)
        if seconds < 0:
            raise BadValue(
                f"{position} lies before the music's start at {self.picture.start}",
                cure="give a later time, or let the picture start earlier",
            )
        return seconds

    def seconds_at(self, beats: Fraction) -> Fraction:
        """Seconds from 1|1 to quarter note `beats` ≥ 0."""
        return self._segment_at(beats).seconds_at(beats)

    def beats_at_seconds(self, seconds: Fraction) -> Fraction:
        """Quarter notes at `seconds` ≥ 0; exact in steady tempo, in ramps to a billionth."""
        i = max(0, bisect_right(self.segments, seconds, key=lambda s: s.seconds) - 1)
        beats = self.segments[i].beats_at(seconds)
        return min(beats, self.segments[i + 1].beats) if i + 1 < len(self.segments) else beats

    def bar_beat_at(self, beats: Fraction) -> BarBeat:
        """The bar and beat on a quarter note."""
        return self.meters.bar_beat_at(beats)

    def tempo_at(self, beats: Fraction) -> float:
        """Quarter notes per minute on a quarter note; where it jumps, the new tempo."""
        return self._segment_at(beats).bpm_at(beats)

    def sample_at(self, beats: Fraction, sample_rate: int) -> int:
        """The sample on a quarter note."""
        return sample_of(self.seconds_at(beats), sample_rate)

    def samples_at(self, position: Position, sample_rate: int) -> int:
        """The sample at a position, as far as `seconds_of` goes. Raises BadValue."""
        return sample_of(self.seconds_of(position), sample_rate)

    def samples_of_ticks(
        self, ticks: NDArray[np.int64], ticks_per_quarter: int, sample_rate: int
    ) -> NDArray[np.int64]:
        """Samples of ascending MIDI ticks; exactly what `sample_at` gives for each."""
        starts = [_first_tick(s.beats, ticks_per_quarter) for s in self.segments]
        cuts = np.searchsorted(ticks, np.asarray(starts[1:], dtype=np.int64))
        bounds = [0, *cuts.tolist(), len(ticks)]
        parts = [
            segment.samples_of_ticks(ticks[first:last], ticks_per_quarter, sample_rate)
            for segment, first, last in zip(self.segments, bounds, bounds[1:], strict=False)
            if first < last
        ]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)

    def _segment_at(self, beats: Fraction) -> Segment:
        i = bisect_right(self.segments, beats, key=lambda s: s.beats) - 1
        return self.segments[max(0, i)]

    def _with_point(self, point: TempoMark, first: bool) -> TempoMap:
        """With one point more, after all that is there."""
        _check_point(point)
        beats, seconds = self._place(point.at)
        if first and beats != 0:
            raise BadValue(f"the first tempo stands at 1|1, not at {point.at}")
        last = self.segments[-1]
        if not first and (beats < last.beats or seconds < last.seconds):
            what = "the end of the ramp before it" if self._ends_in_ramp() else "the point before"
            raise BadValue(f"{point.at} lies before {what} ({self.bar_beat_at(last.beats)})")
        if not first and beats == last.beats and not self._ends_in_ramp():
            raise BadValue(f"{point.at} has a tempo already", cure="keep one of the two")
        meters = self.meters
        if point.meter is not None:
            if (place := meters.bar_beat_at(beats)).beat != 1:
                raise BadValue(f"a meter begins on a bar line; {point.at} is {place}")
            meters = meters.then(beats, *point.meter)
        kept: Sequence[Segment] = self.segments[: -1 if beats == last.beats else None]
        with_meter = replace(self, meters=meters)
        return replace(
            with_meter, segments=(*kept, *with_meter._segments_of(point, beats, seconds))
        )

    def _segments_of(
        self, point: TempoMark, beats: Fraction, seconds: Fraction
    ) -> tuple[Segment, ...]:
        if point.ramp_to is None or point.until is None:
            return (Segment(beats, seconds, point.bpm),)
        shape = float(point.bpm), float(point.ramp_to)
        if isinstance(point.until, BarBeat):
            length = self.meters.beats_at(point.until) - beats
        else:
            # Over as many beats as fill the time: a ramp's time is proportional to its beats.
            lasts = self.seconds_of(point.until) - seconds
            a_beat = (
                60 / shape[0] if shape[0] == shape[1] else Ramp(*shape, 1.0, point.curve).seconds
            )
            length = to_grid(float(lasts) / a_beat)
        if length <= 0:
            raise BadValue(
                f"the ramp ends at {point.until}, which is not after {point.at}",
                cure="let it end later",
            )
        if shape[0] == shape[1]:
            return (Segment(beats, seconds, point.bpm),)
        ramp = Ramp(*shape, float(length), point.curve)
        if isinstance(point.until, BarBeat):
            lasts = to_grid(ramp.seconds)
        end = Segment(beats + length, seconds + lasts, point.ramp_to)
        return Segment(beats, seconds, point.bpm, ramp, lasts), end

    def _place(self, position: Position) -> tuple[Fraction, Fraction]:
        """Beats and seconds of a position, the one that was given being exact."""
        if isinstance(position, BarBeat):
            beats = self.meters.beats_at(position)
            return beats, self.seconds_at(beats)
        seconds = self.seconds_of(position)
        return self.beats_at_seconds(seconds), seconds

    def _ends_in_ramp(self) -> bool:
        return len(self.segments) > 1 and self.segments[-2].ramp is not None


def _first_tick(beats: Fraction, ticks_per_quarter: int) -> int:
    return math.ceil(beats * ticks_per_quarter)


def _check_point(point: TempoMark) -> None:
    for bpm in (point.bpm, point.ramp_to):
        if bpm is not None and not MIN_BPM <= bpm <= MAX_BPM:
            raise BadValue(f"{float(bpm):g} bpm is not between {MIN_BPM} and {MAX_BPM}")
    if (point.ramp_to is None) != (point.until is None):
        raise BadValue("a ramp needs both ramp_to (its last tempo) and until (where it ends)")
    if point.curve not in CURVES:
        raise BadValue(f"{point.curve!r} is not a curve", cure=f"there are {', '.join(CURVES)}")
    if point.meter is not None:
        numerator, denominator = point.meter
        if not 1 <= numerator <= MAX_NUMERATOR or denominator not in DENOMINATORS:
            raise BadValue(
                f"{numerator}/{denominator} is not a meter",
                cure=(
                    f"beats go from 1 to {MAX_NUMERATOR}, "
                    f"their value is one of {', '.join(map(str, DENOMINATORS))}"
                ),
            )
