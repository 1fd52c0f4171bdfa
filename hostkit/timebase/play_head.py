"""A play head: the moments of a transport for a device that asks block after block.

`Transport.at` is exact and takes as long as a block takes to play; here what holds between two
changes of tempo or meter is worked out once, and moments come by float64 from there.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction

from hostkit.timebase.meters import MeterChange
from hostkit.timebase.segments import Segment
from hostkit.timebase.transport import Moment, Transport


@dataclass(frozen=True)
class _Stretch:
    """From a frame of the music on: one steady tempo, or one ramp, in one meter."""

    frame: int
    quarters: float
    segment: Segment
    meter: MeterChange


class PlayHead:
    """The moments of a transport at a rate, by a device's own frames."""

    def __init__(self, transport: Transport, sample_rate: int) -> None:
        self._transport, self._rate = transport, sample_rate
        self._stretches = _stretches(transport, sample_rate)
        self._starts = [stretch.frame for stretch in self._stretches]

    def at(self, frame: int) -> Moment:
        """As `Transport.at`, to the millionth of a quarter note.

        >>> from hostkit.timebase.transport import Transport
        >>> PlayHead(Transport(pre_roll_frames=24_000), 48_000).at(96_000).quarters
        3.0
        """
        music = self._transport.frame_of_music(frame)
        stretch = self._stretches[self._index(music)]
        quarters, bpm = self._place(stretch, music)
        meter, a_bar = stretch.meter, float(stretch.meter.quarters_a_bar)
        in_bar = (quarters - float(meter.beats)) % a_bar
        return Moment(
            music,
            quarters,
            quarters - in_bar,
            bpm,
            meter.numerator,
            meter.denominator,
            self._transport.playing,
        )

    def is_steady(self, frame: int, frames: int) -> bool:
        """Whether tempo and meter are the same through a stretch, with no turn of a loop in it."""
        first = self._transport.frame_of_music(frame)
        last = self._transport.frame_of_music(frame + frames - 1)
        if not self._transport.playing:
            return True
        index = self._index(first)
        steady = self._stretches[index].segment.ramp is None or last < 0
        return steady and last - first == frames - 1 and self._index(last) == index

    def _index(self, music: int) -> int:
        return max(0, bisect_right(self._starts, music) - 1)

    def _place(self, stretch: _Stretch, music: int) -> tuple[float, float]:
        """Quarter notes and tempo; before 1|1 in the tempo that the music begins with."""
        segment, bpm = stretch.segment, float(stretch.segment.bpm)
        if segment.ramp is None or music < 0:
            return stretch.quarters + (music - stretch.frame) * bpm / (60 * self._rate), bpm
        seconds = float(Fraction(music, self._rate) - segment.seconds)
        into = segment.ramp.beats_at(seconds)
        return float(segment.beats) + into, segment.ramp.bpm_at(into)


def _stretches(transport: Transport, sample_rate: int) -> list[_Stretch]:
    tempo_map = transport.tempo_map
    segments, meters = tempo_map.segments, tempo_map.meters.changes
    tempos_at = [segment.seconds for segment in segments]
    meters_at = [tempo_map.seconds_at(meter.beats) for meter in meters]
    made = []
    for seconds in sorted({*tempos_at, *meters_at}):
        frame = math.ceil(seconds * sample_rate)
        now = Fraction(frame, sample_rate)
        # By time: in ramps, which go to the billionth, beats may fall short of a change.
        segment = segments[bisect_right(tempos_at, now) - 1]
        meter = meters[bisect_right(meters_at, now) - 1]
        made.append(_Stretch(frame, float(tempo_map.beats_at_seconds(now)), segment, meter))
    return made
