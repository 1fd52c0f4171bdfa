"""What tracks play, as one MIDI file: notes to the tick, controllers, expressions of notes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from hostkit.exchange.columns import ProjectNotes
from hostkit.exchange.project import (
    ControllerKind,
    CurvePoint,
    ExpressionKind,
    ProjectController,
    ProjectNote,
    ProjectTrack,
)
from hostkit.midi.messages import Messages
from hostkit.midi.write import DEFAULT_TICKS_PER_QUARTER, TimedMessages, TrackEvents
from hostkit.timebase.quarters import Quarters, together

_MOST_TICKS, _FINE_TICKS = 32_767, 30_720
_BEND = 8192
_BEND_RANGE = 2  # semitones, unless a plug-in is told otherwise
_STEPS_A_QUARTER = 96
Event = tuple[Fraction, int, bytes]
"""A message at quarter notes; the number orders what falls together."""
_SELECT, _PROGRAM, _CONTROL, _OFF, _ON, _OFF_AT_ONCE = range(6)
_SELECTORS = frozenset((0, 32, 98, 99, 100, 101))
"""Controllers that say what those that follow are about: bank, NRPN, RPN."""


@dataclass(frozen=True)
class MadeTrack:
    """A track's events, and what of its notes could not be held."""

    events: TrackEvents
    losses: tuple[str, ...]


def midi_track(name: str, track: ProjectTrack) -> MadeTrack:
    """All that a track plays, as channel messages in order."""
    losses: list[str] = []
    notes = ProjectNotes.of(track.notes)
    others: list[Event] = []
    if notes.expressions:
        others += _expressions(tuple(notes), losses)
    for controller in track.controllers:
        others += _controller(controller)
    at = together([notes.at, notes.ends, Quarters.of([at for at, _, _ in others])])
    rows = [(message[0], message[1], message[-1]) for _, _, message in others]
    status, first, second = np.array(rows, dtype=np.uint8).reshape(-1, 3).T
    orders = np.concatenate(
        (
            np.full(len(notes), _ON),
            np.where(notes.length.units != 0, _OFF, _OFF_AT_ONCE),
            np.array([order for _, order, _ in others], dtype=np.int64),
        )
    )
    status = np.concatenate((0x90 | notes.channel, 0x80 | notes.channel, status))
    first = np.concatenate((notes.key, notes.key, first))
    second = np.concatenate((notes.velocity, notes.release_velocity, second))
    order = np.lexsort((first, status, orders, at.ranks))
    messages = Messages.of_columns(status[order], first[order], second[order])
    return MadeTrack(
        TrackEvents(name, TimedMessages(at.take(order), messages)),
        tuple(losses),
    )


def ticks_per_quarter(tracks: Iterable[TrackEvents]) -> int:
    """Ticks that hold every event exactly, where a MIDI file can have them; else very fine ones."""
    common = math.lcm(*(track.columns.at.whole_on for track in tracks))
    if common > _MOST_TICKS:
        return _FINE_TICKS
    usual = math.lcm(common, DEFAULT_TICKS_PER_QUARTER)
    return usual if usual <= _MOST_TICKS else common


def _controller(controller: ProjectController) -> Iterator[Event]:
    order = _PROGRAM if controller.kind == "program" else _CONTROL
    if controller.kind == "cc" and controller.number in _SELECTORS:
        order = _SELECT
    for at, value in _steps(controller.points):
        message = _message(controller.kind, controller.channel, controller.number, value)
        yield at, order, message


def _message(kind: ControllerKind, channel: int, number: int, value: int) -> bytes:
    """A channel message; pitch bend from −8192 to 8191.

    >>> _message("pitch bend", 0, 0, 0).hex(), _message("cc", 1, 7, 100).hex()
    ('e00040', 'b10764')
    """
    if kind == "pitch bend":
        bend = min(max(value, -_BEND), _BEND - 1) + _BEND
        return bytes((0xE0 | channel, bend & 0x7F, bend >> 7))
    value = min(max(value, 0), 127)
    if kind in ("channel pressure", "program"):
        return bytes(((0xD0 if kind == "channel pressure" else 0xC0) | channel, value))
    return bytes(((0xA0 if kind == "poly pressure" else 0xB0) | channel, number, value))


def _steps(points: Sequence[CurvePoint]) -> Iterator[tuple[Fraction, int]]:
    """A curve in whole numbers: straight lines as steps, no finer than a 1/384 note."""
    for here, after in zip(points, (*points[1:], None), strict=False):
        yield here.at, (last := round(here.value))
        if after is None or not here.linear or after.at <= here.at:
            continue
        length, rise = after.at - here.at, after.value - here.value
        count = min(abs(round(rise)), math.ceil(length * _STEPS_A_QUARTER))
        for number in range(1, count):
            value = round(here.value + rise * number / count)
            if value != last:
                yield _on_grid(here.at + length * number / count), value
                last = value


def _on_grid(at: Fraction) -> Fraction:
    """On a fine tick, so that steps between points do not make a file's ticks finer."""
    return Fraction(round(at * DEFAULT_TICKS_PER_QUARTER), DEFAULT_TICKS_PER_QUARTER)


_AS_CONTROLLER: dict[ExpressionKind, tuple[ControllerKind, int]] = {
    "transpose": ("pitch bend", 0),
    "pan": ("cc", 10),
    "timbre": ("cc", 74),
    "gain": ("cc", 11),
    "pressure": ("poly pressure", 0),
}


def _expressions(notes: Sequence[ProjectNote], losses: list[str]) -> Iterator[Event]:
    """What happens to single notes, where their channel is theirs alone meanwhile."""
    expressive = [index for index, note in enumerate(notes) if note.expressions]
    for index in expressive:
        note = notes[index]
        alone = _is_alone(notes, index)
        for expression in note.expressions:
            kind, number = _AS_CONTROLLER.get(expression.kind, ("cc", -1))
            still = all(point.value == _RESTING.get(expression.kind) for point in expression.points)
            if still:
                continue
            if number < 0 or (kind != "poly pressure" and not alone):
                why = "" if number < 0 else " of notes that sound together"
                losses.append(f"the {expression.kind} expression{why} is left out")
                continue
            if kind == "pitch bend" and any(abs(p.value) > _BEND_RANGE for p in expression.points):
                losses.append(f"bends of notes go no further than {_BEND_RANGE} semitones")
            number = note.key if kind == "poly pressure" else number
            points = [
                point._replace(value=_in_midi(expression.kind, point.value))
                for point in expression.points
                if point.at <= note.at + note.length
            ]
            for at, value in _steps(points):
                yield max(at, note.at), _CONTROL, _message(kind, note.channel, number, value)
            if kind != "poly pressure":
                rest = round(_in_midi(expression.kind, _RESTING[expression.kind]))
                end = note.at + note.length
                yield end, _CONTROL, _message(kind, note.channel, number, rest)


_RESTING: dict[ExpressionKind, float] = {"transpose": 0.0, "pan": 0.0, "timbre": 0.5, "gain": 1.0}


def _in_midi(kind: ExpressionKind, value: float) -> float:
    """Numbers of MIDI: gain by the square law of controller 11.

    >>> _in_midi("transpose", 1.0), _in_midi("gain", 1.0), _in_midi("pan", 0.0)
    (4096.0, 127.0, 64.0)
    """
    if kind == "transpose":
        return value / _BEND_RANGE * _BEND
    if kind == "gain":
        return 127 * math.sqrt(min(max(value, 0.0), 1.0))
    if kind == "pan":
        return 64 + 63 * value
    return 127 * value


def _is_alone(notes: Sequence[ProjectNote], index: int) -> bool:
    """Whether no other note of its channel sounds while it does; notes are in order of time."""
    note = notes[index]
    end = note.at + note.length
    for other in notes[index + 1 :]:
        if other.at >= end:
            break
        if other.channel == note.channel:
            return False
    return all(
        other.channel != note.channel or other.at + other.length <= note.at
        for other in notes[max(0, index - 64) : index]
    )
