"""The transport that a device may follow: the music's tempo, meter and position at every frame."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from hostkit.timebase.tempo_map import TempoMap


@dataclass(frozen=True)
class Moment:
    """What a play head tells at one frame.

    `frame` and `quarters` (quarter notes) count from 1|1, and are below 0 in the pre-roll;
    `bar_quarters` is where the bar began. `bpm` are quarter notes a minute.
    """

    frame: int
    quarters: float
    bar_quarters: float
    bpm: float
    numerator: int
    denominator: int
    playing: bool


@dataclass(frozen=True)
class Transport:
    """The time of one form of the music, for devices that follow it.

    A device's own count of the frames that it was given is all that it takes to look it up.
    It begins `pre_roll_frames` before 1|1 (below 0: after it), and in a loop comes back to 1|1
    after `loop_frames`. One that is not `playing` stays on 1|1.
    """

    tempo_map: TempoMap = field(default_factory=TempoMap)
    pre_roll_frames: int = 0
    loop_frames: int | None = None
    playing: bool = True

    def at(self, frame: int, sample_rate: int) -> Moment:
        """Where the music is at the frame that is the device's `frame`-th, from 0.

        >>> moment = Transport(pre_roll_frames=24_000).at(96_000, 48_000)
        >>> moment.frame, moment.quarters, moment.bpm
        (72000, 3.0, 120.0)
        """
        at = self.frame_of_music(frame)
        quarters = self._quarters_at(Fraction(at, sample_rate))
        meter = self.tempo_map.meters.at(quarters)
        in_bar = (quarters - meter.beats) % meter.quarters_a_bar
        return Moment(
            at,
            float(quarters),
            float(quarters - in_bar),
            self.tempo_map.tempo_at(max(quarters, Fraction(0))),
            meter.numerator,
            meter.denominator,
            self.playing,
        )

    def begun_at(self, frame: int) -> Transport:
        """As a device needs it that is begun on what was its `frame`-th, which may be below 0.

        >>> Transport().begun_at(96_000).at(0, 48_000).quarters
        4.0
        """
        if not self.playing:
            return self
        return replace(self, pre_roll_frames=self.pre_roll_frames - frame)

    def frame_of_music(self, frame: int) -> int:
        """The frame of the music, from 1|1, that is the device's `frame`-th."""
        if not self.playing:
            return 0
        frame -= self.pre_roll_frames
        return frame if self.loop_frames is None or frame < 0 else frame % self.loop_frames

    def _quarters_at(self, seconds: Fraction) -> Fraction:
        """Quarter notes; before 1|1 in the tempo that the music begins with."""
        if seconds < 0:
            return seconds * self.tempo_map.segments[0].bpm / 60
        return self.tempo_map.beats_at_seconds(seconds)


STILL = Transport(playing=False)
"""Without music: 120 bpm in 4/4, on 1|1 for ever. It is what pedalboard tells every plug-in."""
