"""One moment of the music in every form that a session can write."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.timebase.position import BarBeat, Position
from hostkit.timebase.sampling import sample_of
from hostkit.timebase.tempo_map import TempoMap
from hostkit.timebase.timecode import TimecodeLabel, frame_count, label_at


@dataclass(frozen=True)
class Forms:
    """A moment: its bar and beat, the frame on screen, seconds and samples from 1|1.

    `timecode` is None without a picture, and past its midnight. `sample` is the one
    nearest to the exact time, and the frame is the one that this sample is heard with.
    """

    bar_beat: BarBeat
    timecode: TimecodeLabel | None
    seconds: Fraction
    sample: int


def forms_of(position: Position, tempo_map: TempoMap, sample_rate: int) -> Forms:
    """A position in every form. Raises BadValue where there is no such place.

    >>> from hostkit.timebase.position import parse_position
    >>> forms = forms_of(parse_position("3|1"), TempoMap(), 48_000)
    >>> str(forms.bar_beat), forms.timecode, forms.seconds, forms.sample
    ('3|1', None, Fraction(4, 1), 192000)
    """
    seconds = tempo_map.seconds_of(position)
    bar_beat = (
        position
        if isinstance(position, BarBeat)
        else tempo_map.bar_beat_at(tempo_map.beats_at_seconds(seconds))
    )
    timecode = (
        position
        if isinstance(position, TimecodeLabel)
        else _on_screen(seconds, tempo_map, sample_rate)
    )
    return Forms(bar_beat, timecode, seconds, sample_of(seconds, sample_rate))


def _on_screen(seconds: Fraction, tempo_map: TempoMap, sample_rate: int) -> TimecodeLabel | None:
    picture = tempo_map.picture
    if picture is None:
        return None
    rate, start = picture.frame_rate, picture.start
    frame = int(seconds * rate.frames_per_second)
    next_frame = (frame + 1) / rate.frames_per_second
    if sample_of(next_frame, sample_rate) <= sample_of(seconds, sample_rate):
        frame += 1  # less than half a sample before it begins
    try:
        return label_at(frame_count(start, rate) + frame, rate, start.drop)
    except BadValue:  # past midnight
        return None
