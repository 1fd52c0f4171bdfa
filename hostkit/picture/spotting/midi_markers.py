"""Markers of MIDI files, at their time from the file's start or, by its SMPTE offset, timecode."""

from __future__ import annotations

from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.midi.midi_file import MidiFile, SecondsPerTick
from hostkit.midi.reading.file import AGAIN, midi_from_bytes
from hostkit.midi.tempo import tempo_map_of
from hostkit.midi.write import midi_bytes
from hostkit.picture.spotting.labels import Timecodes
from hostkit.picture.spotting.marker import Given, Marker, Outgoing, Refused, SpottingList
from hostkit.picture.spotting.rows import Rows
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.position import Seconds
from hostkit.timebase.timecode import TimecodeLabel, frame_count


def is_midi(data: bytes) -> bool:
    """Whether that is a Standard MIDI File, or one in RIFF."""
    return data.startswith(b"MThd") or (data.startswith(b"RIFF") and data[8:12] == b"RMID")


def read_midi_markers(data: bytes, given: Given) -> SpottingList:
    """Markers and cue points. Raises Refused for what is no MIDI file.

    An offset of 0 is none, as programs write it without being asked.
    """
    try:
        file = midi_from_bytes(data, "")
    except ValueError as error:
        raise Refused(str(error), cure=AGAIN) from None
    rows, offset = Rows(), _offset(file, given)
    for tick, name in file.markers:
        seconds, half_a_tick = _time(file, tick)
        with rows.reading(0, name):
            if offset is None:
                rows.add(Marker(Seconds(seconds), name or "marker"))
            else:
                timecodes, start = offset
                label, part = timecodes.after(start, seconds, half_a_tick)
                rows.add(Marker(label, name or "marker", part))
    found = tuple(rows.markers), tuple(rows.skipped)
    return (
        SpottingList(*found) if offset is None else SpottingList(*found, offset[0].rate, offset[1])
    )


def write_midi_markers(hits: Outgoing) -> bytes:
    """Tempo, meters, the picture's start and a marker for each hit."""
    marks = [(mark.beats, mark.name) for mark in hits.marks]
    return midi_bytes(hits.tempo_map, (), marks, name=hits.title)


def _offset(file: MidiFile, given: Given) -> tuple[Timecodes, TimecodeLabel] | None:
    """The timecode of tick 0.

    The file knows 24, 25, 29.97 and 30 alone: 23.976 is written as 24, and so is 48.
    """
    said = file.smpte_offset
    if said is None or (said.hours, said.minutes, said.seconds, said.frames) == (0, 0, 0, 0):
        return None
    written = FrameRate.parse(said.rate)
    rate = given.frame_rate or written
    if rate.nominal % written.nominal:
        raise Refused(f"its SMPTE offset is at {written}, not {rate}", "leave --frame-rate out")
    times = rate.nominal // written.nominal
    frames = said.frames * times + round(Fraction(said.hundredths * times, 100))
    drop = written.drops > 0 and rate.drops > 0
    label = TimecodeLabel(said.hours, said.minutes, said.seconds, frames, drop)
    try:
        frame_count(label, rate)
    except BadValue as error:
        raise Refused(f"its SMPTE offset is none: {error.fault.message}") from None
    return Timecodes(rate), label


def _time(file: MidiFile, tick: int) -> tuple[Fraction, Fraction]:
    """Seconds from tick 0, and how far rounding to a tick can have moved them."""
    if isinstance(file.division, SecondsPerTick):
        return tick * file.division.seconds, file.division.seconds / 2
    beats, tempo_map = Fraction(tick, file.division.count), tempo_map_of(file)
    a_tick = Fraction(60) / Fraction(tempo_map.tempo_at(beats)) / file.division.count
    return tempo_map.seconds_at(beats), a_tick / 2
