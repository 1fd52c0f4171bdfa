"""Phrases as they are played: what becomes of marks and curves, as plain MIDI at ticks.

A player makes of a mark what is written here: an accent is a dynamic louder, a staccato note half
as long, slurred notes reach into the next, a trill alternates with the note above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from hostkit.midi.controllers import EXPRESSION, MODULATION
from hostkit.midi.messages import Messages
from hostkit.midi.midi_file import MidiTrack, TicksPerQuarter
from hostkit.themes.dynamics import AT_REST
from hostkit.themes.keys import MusicKey
from hostkit.themes.phrase import ControllerCurve, MusicPhrase, WrittenNote
from hostkit.themes.pitch import Pitch

TICKS = TicksPerQuarter(5_765_760)
"""128 · 9 · 5 · 7 · 11 · 13: exact for 512ths, and for tuplets of all numbers up to 16."""
_CURVE_STEP = TICKS.count // 24
"""Between two values of a curve: 20 ms at 120."""
_LEGATO = Fraction(1, 24)
"""Quarter notes by which a slurred note reaches into the next."""
_TRILL = Fraction(1, 8)
_OFF, _SET, _ON = range(3)

_LOUDER = {"accent": 16, "marcato": 24}
_SHORTER = {
    "staccatissimo": Fraction(1, 4),
    "staccato": Fraction(1, 2),
    "marcato": Fraction(3, 4),
    "portato": Fraction(3, 4),
}
MARKS = frozenset(
    {*_LOUDER, *_SHORTER, "tenuto", "legato", "grace", "trill", "mordent", "prall", "turn"}
)
"""What a note may be marked with besides an articulation."""
ORNAMENTS = frozenset({"grace", "trill", "mordent", "prall", "turn"})
"""Those of them that add notes."""
_NAMED = MARKS - ORNAMENTS

_Way: TypeAlias = tuple[str, tuple[str, ...]]
"""An articulation and marks."""
_Placed: TypeAlias = tuple[int, int, int, int, _Way]
"""A note in ticks: from, to, key, velocity, way of playing."""


@dataclass(frozen=True, eq=False)
class ScorePart:
    """Notes that are played in one articulation, at `TICKS`.

    `articulation` is the one that is asked for, `""` for none; `marks` are those of the notes,
    which an instrument may have an articulation for.
    """

    articulation: str
    marks: tuple[str, ...]
    track: MidiTrack


@dataclass(frozen=True)
class _Laid:
    """A phrase in ticks from its own beginning: notes by way of playing, and its controllers."""

    notes: tuple[tuple[_Way, int, int, int, int], ...]
    controls: tuple[tuple[int, bytes], ...]
    end: int


def score_parts(
    name: str, placed: Sequence[tuple[Fraction, MusicPhrase]], *, modulates: bool
) -> list[ScorePart]:
    """What a track plays: phrases, each from a quarter note on, a part for each way of playing.

    A note ends where the next of its pitch begins. With `modulates` swells are sent as
    modulation, too.
    """
    modulates = modulates and any(phrase.curves for _, phrase in placed)
    known: dict[int, _Laid] = {}
    notes: list[_Placed] = []
    controls: list[tuple[int, bytes]] = []
    end = 0
    for start, phrase in placed:
        if id(phrase) not in known:
            known[id(phrase)] = _laid(phrase, modulates=modulates)
        first, laid = tick_of(start), known[id(phrase)]
        end = max(end, first + laid.end)
        notes += (
            (first + on, first + off, key, velocity, way)
            for way, on, off, key, velocity in laid.notes
        )
        controls += ((first + tick, message) for tick, message in laid.controls)
    controls.sort(key=lambda control: control[0])
    groups: dict[_Way, list[_Placed]] = {}
    for note in _one_at_a_time(notes):
        groups.setdefault(note[-1], []).append(note)
    return [
        ScorePart(articulation, marks, _track(name, group, controls, end))
        for (articulation, marks), group in groups.items()
    ]


def tick_of(quarters: Fraction) -> int:
    """The nearest tick to a quarter note."""
    return int(quarters * TICKS.count + Fraction(1, 2))


def _laid(phrase: MusicPhrase, *, modulates: bool) -> _Laid:
    notes = tuple(
        (
            (note.articulation, tuple(sorted(note.marks & _NAMED))),
            tick_of(note.start),
            tick_of(note.end),
            note.pitch.key,
            note.velocity,
        )
        for note in played(phrase)
    )
    controls = [change for curve in phrase.curves for change in _changes(curve)]
    if modulates:
        controls += (change for curve in _modulation(phrase) for change in _changes(curve))
    return _Laid(notes, tuple(controls), tick_of(phrase.length))


def _changes(curve: ControllerCurve) -> Iterator[tuple[int, bytes]]:
    """Its values one by one, as often as they change; the last at once where several are."""
    points = [(tick_of(at), value) for at, value in curve.points]
    sent = -1
    for (tick, value), (then, aim) in zip(points, (*points[1:], points[-1]), strict=True):
        steps = max(1, (then - tick) // _CURVE_STEP)
        for step in range(steps):
            now = round(value + (aim - value) * step / steps)
            if now != sent or tick == then:
                yield tick + (then - tick) * step // steps, _control(curve.controller, now)
            sent = now


def _control(controller: int, value: int) -> bytes:
    return bytes((0xB0, controller, max(0, min(127, value))))


def _modulation(phrase: MusicPhrase) -> Iterator[ControllerCurve]:
    """How loud it is meant to be: velocity, and what expression leaves of it where that moves."""
    swells = [curve.points for curve in phrase.curves if curve.controller == EXPRESSION]
    for points in swells:
        first, last = points[0][0], points[-1][0]
        peak = max(
            (n.velocity for n in phrase.notes if n.start < last and first < n.end), default=0
        )
        if peak:
            level = tuple((at, value * peak / AT_REST) for at, value in points[:-1])
            yield ControllerCurve(MODULATION, level)
    for note in phrase.notes:
        if not any(points[0][0] <= note.start < points[-1][0] for points in swells):
            yield ControllerCurve(MODULATION, ((note.start, float(note.velocity)),))


def _one_at_a_time(notes: Iterable[_Placed]) -> Iterator[_Placed]:
    """Each until the next of its pitch; of those that begin together the longest stays."""
    sounding: dict[int, _Placed] = {}
    for note in sorted(notes, key=lambda one: (one[0], one[2], -one[1], one[3])):
        on, off, key, velocity, way = note
        if (last := sounding.get(key)) is not None:
            if last[0] == on:
                sounding[key] = (on, last[1], key, max(last[3], velocity), last[4])
                continue
            yield (last[0], min(last[1], on), *last[2:])
        sounding[key] = note
        del off, way
    yield from sounding.values()


def _track(
    name: str, notes: Sequence[_Placed], controls: Iterable[tuple[int, bytes]], end: int
) -> MidiTrack:
    """As MIDI on the first channel; where ticks are equal, what ends is before what begins."""
    events = [(tick, _SET, message) for tick, message in controls]
    for on, off, key, velocity, _ in notes:
        events.append((on, _ON, bytes((0x90, key, velocity))))
        events.append((off, _OFF, bytes((0x80, key, 0))))
    events.sort(key=lambda event: event[:2])
    ticks = np.asarray([tick for tick, _, _ in events], dtype=np.int64)
    messages = Messages.of([message for _, _, message in events])
    return MidiTrack(0, name, ticks, messages, max(end, int(ticks[-1]) if events else 0))


def played(phrase: MusicPhrase) -> Iterator[WrittenNote]:
    """The notes as they sound, marks and ornaments made up."""
    starts = sorted({note.start for note in phrase.notes})
    following = dict(pairwise(starts))
    for note in phrase.notes:
        if ornament := note.marks & ORNAMENTS - {"grace"}:
            yield from _ornamented(note, min(ornament), phrase.key)
            continue
        yield _marked(note, following.get(note.start))


def _marked(note: WrittenNote, following: Fraction | None) -> WrittenNote:
    if not note.marks:
        return note
    louder = max((_LOUDER.get(mark, 0) for mark in note.marks), default=0)
    length = note.length * min(_SHORTER.get(mark, Fraction(1)) for mark in note.marks)
    if "legato" in note.marks and following == note.end:
        length += _LEGATO
    return replace(note, velocity=min(127, note.velocity + louder), length=length)


def _ornamented(note: WrittenNote, ornament: str, key: MusicKey | None) -> Iterator[WrittenNote]:
    """A trill until the end, the others before what is left of the note."""
    above, below = _neighbour(note, key, 1), _neighbour(note, key, -1)
    unit = min(_TRILL, note.length / 4)
    if ornament == "trill":
        count = int(note.length / unit) // 2 * 2
        shape = [note.pitch, above] * (count // 2)
    else:
        shape = {
            "mordent": [note.pitch, below],
            "prall": [note.pitch, above],
            "turn": [above, note.pitch, below],
        }[ornament]
        shape.append(note.pitch)
    plain = replace(note, marks=note.marks - ORNAMENTS)
    for index, pitch in enumerate(shape):
        start = note.start + index * unit
        length = note.end - start if index == len(shape) - 1 else unit
        yield _marked(replace(plain, start=start, length=length, pitch=pitch), None)


def _neighbour(note: WrittenNote, key: MusicKey | None, steps: int) -> Pitch:
    if key is None:
        return note.pitch.up(steps, 2 * steps)
    degree, _ = key.degree(note.pitch)
    return key.pitch(degree + steps)
