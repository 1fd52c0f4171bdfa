"""A project as a MIDI file: tempo, meters and markers first, then a track for each part."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from hostkit.exchange.columns import ProjectNotes
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
from hostkit.midi.messages import Messages
from hostkit.midi.write import TimedMessages, TrackEvents, midi_bytes
from hostkit.timebase.quarters import Quarters

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


def to_midi(project: Project) -> tuple[bytes, tuple[Loss, ...]]:
    """The bytes of the file, and what it cannot hold.

    Raises BadValue for a tempo that is too slow for a MIDI file.
    """
    parts = [_with_program(track) for track in project.tracks if track.notes or track.controllers]
    division = division_of(ticks_of(track) for track in parts)
    made = [TrackEvents(track.name, events_of(track, division)) for track in parts]
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
        notes = ProjectNotes.of(track.notes)
        drums = np.full(len(notes), DRUM_CHANNEL, dtype=np.uint8)
        others = tuple(replace(one, channel=DRUM_CHANNEL) for one in others)
        track = replace(track, notes=replace(notes, channel=drums))
    channels = np.unique(ProjectNotes.of(track.notes).channel).tolist()
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


def division_of(ticks: Iterable[int]) -> int:
    """Ticks of a quarter note for times that fall on so many; 960 where those are too fine."""
    common = math.lcm(*ticks)
    if common > MOST_DIVISION:
        return DIVISION
    return DIVISION if DIVISION % common == 0 else common


def ticks_of(track: ProjectTrack) -> int:
    """Ticks of a quarter note on which every event of a track falls (`division_of`)."""
    notes = ProjectNotes.of(track.notes)
    points = (point.at for controller in track.controllers for point in controller.points)
    ticks = {at.denominator for at in points}
    return division_of((notes.at.whole_on, notes.length.whole_on, *ticks))


def events_of(track: ProjectTrack, division: int) -> TimedMessages:
    """A track's events on ticks: ends, then what sets something, then beginnings."""
    notes = ProjectNotes.of(track.notes)
    starts = notes.at.ticks(division)
    stops = starts + np.maximum(notes.length.ticks(division), 1)
    others = [
        (point.at, _rank(controller), _controller_message(controller, point.value))
        for controller in track.controllers
        for point in controller.points
    ]
    said = [(one[0], one[1], one[-1]) for _, _, one in others]
    status, first, second = np.array(said, dtype=np.uint8).reshape(-1, 3).T
    ticks = np.concatenate(
        (stops, Quarters.of([at for at, _, _ in others]).ticks(division), starts)
    )
    orders = np.repeat((_ENDS, _SETS, _BEGINS), (len(notes), len(others), len(notes)))
    ranks = np.concatenate((notes.key, [rank for _, rank, _ in others], notes.key))
    statuses = np.concatenate((0x80 | notes.channel, status, 0x90 | notes.channel))
    firsts = np.concatenate((notes.key, first, notes.key))
    seconds = np.concatenate((notes.release_velocity, second, notes.velocity))
    in_order = np.lexsort((seconds, firsts, statuses, ranks, orders, ticks))
    messages = Messages.of_columns(statuses[in_order], firsts[in_order], seconds[in_order])
    return TimedMessages(Quarters(ticks[in_order], division), messages)


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
