"""A project as a MIDI file: tempo, meters and markers first, then a track for each part."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain

from hostkit.exchange.project import (
    CurvePoint,
    Loss,
    Project,
    ProjectController,
    ProjectTrack,
)
from hostkit.midi.channels import channel_message
from hostkit.midi.controllers import BANK_LSB, BANK_MSB
from hostkit.midi.drums import DRUM_CHANNEL
from hostkit.midi.general import DRUM_KITS_BANK
from hostkit.midi.write import TrackEvents, midi_bytes

DIVISION = 960
MOST_DIVISION = 32_767
"""Fifteen bits."""
_STATUS = {
    "poly pressure": 0xA0,
    "cc": 0xB0,
    "program": 0xC0,
    "channel pressure": 0xD0,
    "pitch bend": 0xE0,
}
_CENTRE = 8192
_ENDS, _SETS, _BEGINS = range(3)  # what comes first at one tick
Event = tuple[int, bytes]


def to_midi(project: Project) -> tuple[bytes, tuple[Loss, ...]]:
    """The bytes of the file, and what it cannot hold.

    Raises BadValue for a tempo that is too slow for a MIDI file.
    """
    parts = [_with_program(track) for track in project.tracks if track.notes or track.controllers]
    division = division_of(Fraction(1, ticks_of(track)) for track in parts)
    made = []
    for track in parts:
        events = [(Fraction(at, division), one) for at, one in events_of(track, division)]
        made.append(TrackEvents(track.name, events))
    markers = [(marker.at, marker.name) for marker in project.markers]
    end = max((track.events[-1][0] for track in made), default=Fraction(0))
    data = midi_bytes(
        replace(project.tempo_map, picture=project.picture),
        made,
        markers,
        name=project.title or project.name,
        ticks_per_quarter=division,
        until=end,
    )
    return data, tuple(_losses(project))


def _losses(project: Project) -> Iterator[Loss]:
    yield Loss("", "a MIDI file holds no devices, levels, automation, sends or folders")
    for track in project.tracks:
        if track.clips:
            yield Loss(track.name, "recorded audio is not in a MIDI file", len(track.clips))


def _with_program(track: ProjectTrack) -> ProjectTrack:
    """The track with the program of its SoundFont; drums are on channel 10."""
    font = next((one for one in track.devices if one.identity == "soundfont"), None)
    named = {one.name: one.value for one in font.parameters} if font else {}
    program, bank = named.get("program"), named.get("bank") or 0
    if not isinstance(program, int) or not isinstance(bank, int):
        return track
    others = tuple(one for one in track.controllers if not _chooses_program(one))
    if bank == DRUM_KITS_BANK:
        notes = tuple(replace(note, channel=DRUM_CHANNEL) for note in track.notes)
        others = tuple(replace(one, channel=DRUM_CHANNEL) for one in others)
        track = replace(track, notes=notes)
    channels = sorted({note.channel for note in track.notes})
    start = Fraction(0)
    chosen: list[ProjectController] = []
    for channel in channels:
        if 0 < bank < DRUM_KITS_BANK:
            chosen.append(ProjectController("cc", (CurvePoint(start, bank),), BANK_MSB, channel))
        chosen.append(ProjectController("program", (CurvePoint(start, program),), 0, channel))
    return replace(track, controllers=(*chosen, *others))


def _chooses_program(controller: ProjectController) -> bool:
    is_bank = controller.kind == "cc" and controller.number in (BANK_MSB, BANK_LSB)
    return is_bank or controller.kind == "program"


def division_of(times: Iterable[Fraction]) -> int:
    """Ticks of a quarter note on which every time falls; 960 where that would be too fine."""
    ticks = math.lcm(*{at.denominator for at in times})
    if ticks > MOST_DIVISION:
        return DIVISION
    return DIVISION if DIVISION % ticks == 0 else ticks


def ticks_of(track: ProjectTrack) -> int:
    """Ticks of a quarter note on which every event of a track falls (`division_of`)."""
    notes = (at for note in track.notes for at in (note.at, note.length))
    points = (point.at for controller in track.controllers for point in controller.points)
    return division_of(chain(notes, points))


def events_of(track: ProjectTrack, division: int) -> list[Event]:
    """A track's events by their ticks: ends, then what sets something, then beginnings."""

    def tick(at: Fraction) -> int:
        whole, rest = divmod(at.numerator * division, at.denominator)
        return round(at * division) if rest else whole

    events = [
        (tick(point.at), _SETS, _rank(controller), _controller_message(controller, point.value))
        for controller in track.controllers
        for point in controller.points
    ]
    for note in track.notes:
        on = bytes((0x90 | note.channel, note.key, note.velocity))
        off = bytes((0x80 | note.channel, note.key, note.release_velocity))
        start = tick(note.at)
        events.append((start, _BEGINS, note.key, on))
        events.append((start + max(1, tick(note.length)), _ENDS, note.key, off))
    events.sort()
    return [(at, message) for at, _, _, message in events]


def _rank(controller: ProjectController) -> int:
    """Banks before programs, before all else."""
    if controller.kind == "cc" and controller.number in (BANK_MSB, BANK_LSB):
        return controller.number
    return 64 if controller.kind == "program" else 128


def _controller_message(controller: ProjectController, value: float) -> bytes:
    status = _STATUS[controller.kind] | controller.channel
    number = round(value)
    if controller.kind == "pitch bend":
        number += _CENTRE
        return bytes((status, number & 0x7F, number >> 7))
    if controller.kind in ("program", "channel pressure"):
        return channel_message(status, number, 0)
    return bytes((status, controller.number, number))
