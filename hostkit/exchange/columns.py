"""The notes of a track as columns: fifty thousand of them at once, not one by one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from hostkit.exchange.project import NoteExpression, ProjectNote
from hostkit.timebase.quarters import Quarters, together


@dataclass(frozen=True, eq=False)
class ProjectNotes(Sequence[ProjectNote]):
    """Notes, each column in their order; numbers as in `ProjectNote`.

    `expressions` are those of the notes that have any, by their places.

    >>> from fractions import Fraction
    >>> notes = ProjectNotes.of([ProjectNote(Fraction(1, 2), Fraction(1), 60, 99)])
    >>> notes.at.units.tolist(), notes.key.tolist(), notes[0].velocity
    ([1], [60], 99)
    """

    at: Quarters
    length: Quarters
    key: NDArray[np.uint8]
    velocity: NDArray[np.uint8]
    channel: NDArray[np.uint8]
    release_velocity: NDArray[np.uint8]
    expressions: Mapping[int, tuple[NoteExpression, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, notes: Sequence[ProjectNote]) -> ProjectNotes:
        """The same notes in the same order."""
        if isinstance(notes, ProjectNotes):
            return notes
        return cls(
            Quarters.of([note.at for note in notes]),
            Quarters.of([note.length for note in notes]),
            small([note.key for note in notes]),
            small([note.velocity for note in notes]),
            small([note.channel for note in notes]),
            small([note.release_velocity for note in notes]),
            {place: note.expressions for place, note in enumerate(notes) if note.expressions},
        )

    def __len__(self) -> int:
        return len(self.key)

    def __iter__(self) -> Iterator[ProjectNote]:
        columns = (self.key, self.velocity, self.channel, self.release_velocity)
        numbers = zip(*(column.tolist() for column in columns), strict=True)
        rows = zip(self.at, self.length, numbers, strict=True)
        for place, (at, length, row) in enumerate(rows):
            key, velocity, channel, release = row
            said = self.expressions.get(place, ())
            yield ProjectNote(at, length, key, velocity, channel, release, said)

    @overload
    def __getitem__(self, place: int) -> ProjectNote: ...
    @overload
    def __getitem__(self, place: slice) -> ProjectNotes: ...
    def __getitem__(self, place: int | slice) -> ProjectNote | ProjectNotes:
        if isinstance(place, slice):
            return self.take(np.arange(len(self))[place])
        (note,) = self[place : place + 1 or None]
        return note

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (ProjectNotes, tuple)):
            return NotImplemented
        return tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def take(self, order: NDArray[np.int64]) -> ProjectNotes:
        """Those at the given places, in that order."""
        expressions = {}
        if self.expressions:
            kept = ((new, self.expressions.get(old)) for new, old in enumerate(order.tolist()))
            expressions = {new: found for new, found in kept if found}
        return ProjectNotes(
            self.at.take(order),
            self.length.take(order),
            self.key[order],
            self.velocity[order],
            self.channel[order],
            self.release_velocity[order],
            expressions,
        )

    def in_order(self) -> ProjectNotes:
        """In the order of time, then of channels and keys."""
        return self.take(np.lexsort((self.key, self.channel, self.at.ranks)))

    @property
    def ends(self) -> Quarters:
        """Where each ends."""
        at, length = shared_parts(self.at, self.length)
        return Quarters(at.units + length.units, at.per_quarter)


def joined(parts: Sequence[ProjectNotes]) -> ProjectNotes:
    """All notes, those of one part after those of the other."""
    if len(parts) == 1:
        return parts[0]
    expressions: dict[int, tuple[NoteExpression, ...]] = {}
    before = 0
    for part in parts:
        expressions |= {before + place: found for place, found in part.expressions.items()}
        before += len(part)
    if not before:
        return NO_NOTES
    return ProjectNotes(
        together([part.at for part in parts]),
        together([part.length for part in parts]),
        np.concatenate([part.key for part in parts]),
        np.concatenate([part.velocity for part in parts]),
        np.concatenate([part.channel for part in parts]),
        np.concatenate([part.release_velocity for part in parts]),
        expressions,
    )


def small(numbers: Any) -> NDArray[np.uint8]:
    """Numbers of MIDI, from 0 to 127, as a column."""
    return np.array(numbers, dtype=np.uint8)


def shared_parts(one: Quarters, other: Quarters) -> tuple[Quarters, Quarters]:
    """Both in parts of a quarter note that are whole for both."""
    per_quarter = math.lcm(one.per_quarter, other.per_quarter)
    return one.in_parts(per_quarter), other.in_parts(per_quarter)


NO_NOTES = ProjectNotes.of(())
