"""The notes of a timeline, read as columns: the same attribute of all of them at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from hostkit.exchange.columns import ProjectNotes, shared_parts, small
from hostkit.exchange.dawproject.expressions import note_expressions
from hostkit.exchange.dawproject.frames import Frame
from hostkit.exchange.dawproject.numbers import meant, numbers
from hostkit.exchange.project import NoteExpression
from hostkit.timebase.quarters import Quarters, whole_numbers

_MOST_SHARE = 1.5
_NO_PLACE = "a note without time, length or key is left out"
_TOO_EARLY = "a note before the start is left out"


@dataclass(frozen=True)
class NotesRead:
    """The notes that a frame lets through; `losses` are what is lost of the others, in words."""

    notes: ProjectNotes
    losses: tuple[str, ...] = ()


def notes_in(timeline: Element, frame: Frame) -> NotesRead:
    """The notes inside of a timeline: those that begin in its frame, ended where that ends."""
    elements = list(timeline.iter("Note"))
    attributes = [element.attrib for element in elements]

    def texts(name: str) -> list[str | None]:
        return [one.get(name) for one in attributes]

    spans = _spans(texts("time"), texts("duration"), frame)
    keys = _whole(texts("key"), -1, 1)
    there = spans.said & (keys >= 0) & (keys <= 127)
    at, length = shared_parts(spans.at, spans.length)
    early = there & np.asarray(_before(at, frame.start), dtype=np.bool_)
    kept = there & ~early
    if frame.stop is not None:
        kept &= np.asarray(_before(at, frame.stop), dtype=np.bool_)
        at, length = _ended(at, length, frame.stop)
    length = Quarters(np.maximum(length.units, 0), length.per_quarter)
    negative = np.asarray(at.units < 0, dtype=np.bool_)
    losses = [(place, _NO_PLACE) for place in np.flatnonzero(~there).tolist()]
    if not frame.start:
        losses += [(place, _TOO_EARLY) for place in np.flatnonzero(early & negative).tolist()]
    places = np.flatnonzero(kept)
    notes = ProjectNotes(
        at,
        length,
        small(np.clip(keys, 0, 127)),
        small(np.clip(_whole(texts("vel"), 100, 127), 1, 127)),
        small(np.clip(_whole(texts("channel"), 0, 1), 0, 15)),
        small(np.clip(_whole(texts("rel"), 64, 127), 0, 127)),
        _expressions(elements, kept, frame),
    )
    return NotesRead(notes.take(places), tuple(what for _, what in sorted(losses)))


@dataclass(frozen=True)
class _Spans:
    at: Quarters
    length: Quarters
    said: NDArray[np.bool_]
    """Where both are said; elsewhere they are 0."""


def _spans(times: Sequence[str | None], durations: Sequence[str | None], frame: Frame) -> _Spans:
    """Where notes begin in the project, and how long they are."""
    if frame.unit == "beats":
        begins, lasts = meant(times), meant(durations)
        local, origin = shared_parts(begins.times, Quarters.of([frame.origin]))
        at = Quarters(local.units + origin.units, local.per_quarter)
        return _Spans(at, lasts.times, begins.said & lasts.said)
    nothing = Fraction(0)
    pairs = [(frame.local(a), frame.local(b)) for a, b in zip(times, durations, strict=True)]
    said = np.array([a is not None and b is not None for a, b in pairs], dtype=np.bool_)
    whole = [(a or nothing, (a or nothing) + (b or nothing)) for a, b in pairs]
    starts = [frame.quarters(start) for start, _ in whole]
    ends = [frame.quarters(end) for _, end in whole]
    lengths = [end - start for start, end in zip(starts, ends, strict=True)]
    return _Spans(Quarters.of(starts), Quarters.of(lengths), said)


def _before(at: Quarters, edge: Fraction) -> Any:
    """Which times are before a place."""
    return at.units < math.ceil(edge * at.per_quarter)


def _ended(at: Quarters, length: Quarters, stop: Fraction) -> tuple[Quarters, Quarters]:
    """Lengths that go no further than to a place."""
    per_quarter = math.lcm(at.per_quarter, stop.denominator)
    at, length = at.in_parts(per_quarter), length.in_parts(per_quarter)
    room = whole_numbers([int(stop * per_quarter)]) - at.units
    return at, Quarters(np.minimum(length.units, room), per_quarter)


def _whole(texts: Sequence[str | None], default: int, times: int) -> NDArray[np.int64]:
    """Numbers of notes, `times` as large, from −1 to 128.

    What is no share of 1 is MIDI's number already, as some converters write it.
    """
    shares = numbers(texts, default / times)
    is_whole = (shares > _MOST_SHARE) & (times > 1)
    scaled = np.where(is_whole, shares, shares * times)
    return np.asarray(np.rint(np.clip(scaled, -1, 128)), dtype=np.int64)


def _expressions(
    elements: Sequence[Element], kept: NDArray[np.bool_], frame: Frame
) -> dict[int, tuple[NoteExpression, ...]]:
    """What happens inside of notes, by their places; its time begins with each."""
    found = {}
    for place, inside in enumerate(map(len, elements)):
        if inside and kept[place]:
            note = elements[place]
            time = frame.local(note.get("time")) or Fraction(0)
            inner = Frame(frame.clock, frame.times, frame.unit, frame.origin + time)
            if expressions := note_expressions(note, inner):
                found[place] = expressions
    return found
