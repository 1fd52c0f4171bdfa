"""The session's tempo map, from its own points or from its MIDI file."""

from __future__ import annotations

from fractions import Fraction

from hostkit.errors import BadValue, InvalidInput
from hostkit.midi.midi_file import MidiFile
from hostkit.midi.tempo import tempo_map_of
from hostkit.session.load import LoadedSession
from hostkit.session.model.music import TempoPoint as WrittenPoint
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.tempo_map import DEFAULT_BPM, TempoMap, TempoMark, TempoPointError
from hostkit.timebase.timecode import TimecodeLabel


def session_tempo_map(loaded: LoadedSession, midi: MidiFile | None) -> TempoMap:
    """The map all positions and events go through. Raises InvalidInput at the point at fault."""
    picture = _picture(loaded)
    written = loaded.session.tempo
    if written is None:
        own = tempo_map_of(midi) if midi is not None else TempoMap()
        return TempoMap(own.segments, own.meters, picture)
    try:
        return TempoMap.build(_points(written), picture)
    except TempoPointError as error:
        path = ("tempo", error.index)
        raise InvalidInput([loaded.problem(path, *error.fault)]) from None


def _points(written: list[WrittenPoint]) -> list[TempoMark]:
    """A point that gives only a meter keeps the tempo before it, or where a ramp led."""
    points: list[TempoMark] = []
    bpm = DEFAULT_BPM
    for point in written:
        start = _exact(point.bpm) if point.bpm is not None else bpm
        ramp_to = _exact(point.ramp_to) if point.ramp_to is not None else None
        points.append(
            TempoMark(point.at, start, _meter(point.meter), ramp_to, point.until, point.curve)
        )
        bpm = ramp_to or start
    return points


def _exact(bpm: float) -> Fraction:
    """The number as it was written: 92.1 is 921/10, not its binary neighbour."""
    return Fraction(repr(bpm))


def _meter(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    numerator, denominator = text.split("/")
    return int(numerator), int(denominator)


def _picture(loaded: LoadedSession) -> PictureStart | None:
    picture = loaded.session.picture
    if picture is None:
        return None
    if not isinstance(picture.start, TimecodeLabel):
        raise InvalidInput(
            [loaded.problem(("picture", "start"), "write the start as timecode: 01:00:42:10")]
        )
    try:
        return PictureStart(picture.frame_rate, picture.start)
    except BadValue as error:
        raise InvalidInput([loaded.problem(("picture", "start"), *error.fault)]) from None
