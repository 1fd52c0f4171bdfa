"""A play head: the moments of a transport for a device that asks block after block.

`Transport.at` is exact and takes as long as a block takes to play; here what holds between two
changes of tempo or meter is worked out once, and moments come by float64 from there.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction

from hostkit.timebase.curves.ramps import Ramp
from hostkit.timebase.meters import MeterChange
from hostkit.timebase.transport import Moment, Transport


@dataclass(frozen=True)
class _Stretch:
    """From a frame of the music on: one steady tempo, or one ramp from `ramp_start`, in one meter.

    `quarters` are those at the frame, of a ramp at its start.
    """

    frame: int
    quarters: float
    bpm: float
    ramp: Ramp | None
    ramp_start: float
    meter: MeterChange
    meter_start: float
    bar_quarters: float


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
        if stretch.ramp is None or music < 0:
            bpm = stretch.bpm
            quarters = stretch.quarters + (music - stretch.frame) * bpm / (60 * self._rate)
        else:
            into = stretch.ramp.beats_at(music / self._rate - stretch.ramp_start)
            quarters, bpm = stretch.quarters + into, stretch.ramp.bpm_at(into)
        in_bar = (quarters - stretch.meter_start) % stretch.bar_quarters
        meter = stretch.meter
        bar, playing = quarters - in_bar, self._transport.playing
        return Moment(music, quarters, bar, bpm, meter.numerator, meter.denominator, playing)

    def steady_until(self, frame: int) -> float:
        """Up to which frame tempo and meter stay as they are at `frame`, and no loop turns.

        That is `frame` itself in a ramp.
        """
        if not self._transport.playing:
            return math.inf
        music = self._transport.frame_of_music(frame)
        index = self._index(music)
        if self._stretches[index].ramp is not None:
            return frame - music if music < 0 else frame
        turn = self._transport.loop_frames or math.inf
        change = self._starts[index + 1] if index + 1 < len(self._starts) else math.inf
        return frame - music + min(change, turn)

    def _index(self, music: int) -> int:
        return max(0, bisect_right(self._starts, music) - 1)


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
        quarters = segment.beats if segment.ramp else tempo_map.beats_at_seconds(now)
        made.append(
            _Stretch(
                frame,
                float(quarters),
                float(segment.bpm),
                segment.ramp,
                float(segment.seconds),
                meter,
                float(meter.beats),
                float(meter.quarters_a_bar),
            )
        )
    return made
