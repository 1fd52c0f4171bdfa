"""Phrases as they are played: what becomes of marks and curves, as plain MIDI at ticks.

A player makes of a mark what is written here: an accent is a dynamic louder, a staccato note half
as long, slurred notes reach into the next, a trill alternates with the note above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from hostkit.midi.controllers import EXPRESSION
from hostkit.midi.messages import Messages
from hostkit.midi.midi_file import MidiTrack, TicksPerQuarter
from hostkit.themes.dynamics import LOUDEST
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
ORNAMENTS = frozenset({"grace", "trill", "mordent", "prall", "turn"})
"""The marks that add notes."""

_Placed: TypeAlias = tuple[int, int, int, int, str]
"""A note in ticks: from, to, key, velocity, articulation."""


@dataclass(frozen=True, eq=False)
class ScorePart:
    """The notes that are played in one articulation, `""` being the one that holds, at `TICKS`."""

    articulation: str
    track: MidiTrack


@dataclass(frozen=True)
class _Laid:
    """A phrase in ticks from its own beginning."""

    notes: tuple[_Placed, ...]
    controls: tuple[tuple[int, bytes], ...]
    end: int


def score_parts(
    name: str, placed: Sequence[tuple[Fraction, MusicPhrase]], articulations: Set[str] = frozenset()
) -> list[ScorePart]:
    """What a track plays: phrases, each from a quarter note on.

    A part for each of the `articulations` that the instrument has and a note asks for, by name or
    by a mark. A note ends where the next of its pitch begins. Expression that a phrase leaves down
    is up again where the next begins.
    """
    known: dict[int, _Laid] = {}
    notes: list[_Placed] = []
    controls: list[tuple[int, bytes]] = []
    end = 0
    down_until: int | None = None
    for start, phrase in sorted(placed, key=lambda one: one[0]):
        if id(phrase) not in known:
            known[id(phrase)] = _laid(phrase, articulations)
        first, laid = tick_of(start), known[id(phrase)]
        end = max(end, first + laid.end)
        notes += (
            (first + on, first + off, key, velocity, way)
            for on, off, key, velocity, way in laid.notes
        )
        if down_until is not None and first >= down_until:
            controls.append((first, _control(EXPRESSION, LOUDEST)))
            down_until = None
        controls += ((first + tick, message) for tick, message in laid.controls)
        if _ends_down(phrase):
            down_until = first + laid.end
    controls.sort(key=lambda control: control[0])
    groups: dict[str, list[_Placed]] = {}
    for note in _one_at_a_time(notes):
        groups.setdefault(note[-1], []).append(note)
    return [
        ScorePart(articulation, _track(name, group, controls, end))
        for articulation, group in groups.items()
    ]


def tick_of(quarters: Fraction) -> int:
    """The nearest tick to a quarter note."""
    over, under = quarters.numerator, quarters.denominator
    return (2 * over * TICKS.count + under) // (2 * under)


def _ends_down(phrase: MusicPhrase) -> bool:
    """Whether what comes after it would be played too softly."""
    swells = (curve for curve in phrase.curves if curve.controller == EXPRESSION)
    return any(curve.points[-1][1] < LOUDEST for curve in swells)


def _laid(phrase: MusicPhrase, articulations: Set[str]) -> _Laid:
    notes = tuple(
        (
            tick_of(note.start),
            tick_of(note.end),
            note.pitch.key,
            note.velocity,
            _way(note, articulations),
        )
        for note in played(phrase)
    )
    controls = [change for curve in phrase.curves for change in _changes(curve)]
    return _Laid(notes, tuple(controls), tick_of(phrase.length))


def _way(note: WrittenNote, articulations: Set[str]) -> str:
    """The articulation that a note is played in: its own, else one that a mark of it names."""
    asked = (note.articulation, *sorted(note.marks))
    return next((name for name in asked if name in articulations), "")


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


def _one_at_a_time(notes: Iterable[_Placed]) -> Iterator[_Placed]:
    """Each until the next of its pitch; of those that begin together the longest stays."""
    sounding: dict[int, _Placed] = {}
    for note in sorted(notes, key=lambda one: (one[0], one[2], -one[1], one[3])):
        on, _, key, velocity, _ = note
        if (last := sounding.get(key)) is not None:
            if last[0] == on:
                sounding[key] = (on, last[1], key, max(last[3], velocity), last[4])
                continue
            yield (last[0], min(last[1], on), *last[2:])
        sounding[key] = note
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
