"""The one value that notation reads to, that figures make and that transformations change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from hostkit.themes.keys import MusicKey
from hostkit.themes.pitch import Pitch

MEZZO_FORTE = 80
"""The velocity of a note that no dynamic stands before."""
MAX_NOTES = 100_000
"""Of one phrase, however it was made."""


@dataclass(frozen=True, slots=True)
class WrittenNote:
    """A note as it is written: `start` and `length` are quarter notes, exactly.

    `velocity` (1…127) is what dynamics ask for. What a player makes of marks (`accent`,
    `staccato`, `legato` …, see `hostkit.themes.sounding`) is not in `length` and `velocity`.
    `articulation` is one of the track's; `""` is the one that holds there anyway.
    """

    start: Fraction
    length: Fraction
    pitch: Pitch
    velocity: int = MEZZO_FORTE
    articulation: str = ""
    marks: frozenset[str] = frozenset()

    @property
    def end(self) -> Fraction:
        return self.start + self.length

    def at_pitch(self, pitch: Pitch) -> WrittenNote:
        """The same note, higher or lower."""
        return WrittenNote(
            self.start, self.length, pitch, self.velocity, self.articulation, self.marks
        )


def _order(note: WrittenNote) -> tuple[float, int]:
    """By start, then by key; fractions are compared as floats, which takes a tenth of the time."""
    return note.start.numerator / note.start.denominator, note.pitch.key


@dataclass(frozen=True, slots=True)
class ControllerCurve:
    """Values (0…127) of a controller at quarter notes, in ascending order; straight between."""

    controller: int
    points: tuple[tuple[Fraction, float], ...]


@dataclass(frozen=True)
class MusicPhrase:
    """Notes in the order in which they begin, curves, and a length: all in quarter notes from 0.

    Notes and curves may reach beyond `length`, where the next phrase would begin. `key` is the
    scale that diatonic changes move in.

    >>> note = WrittenNote(Fraction(0), Fraction(1), Pitch.of("D4"))
    >>> twice = MusicPhrase.of([note]).then(MusicPhrase.of([note]))
    >>> [str(one.start) for one in twice.notes], str(twice.length)
    (['0', '1'], '2')
    """

    notes: tuple[WrittenNote, ...]
    length: Fraction
    curves: tuple[ControllerCurve, ...] = ()
    key: MusicKey | None = None

    @classmethod
    def of(
        cls,
        notes: Iterable[WrittenNote],
        length: Fraction | None = None,
        curves: Iterable[ControllerCurve] = (),
        key: MusicKey | None = None,
    ) -> MusicPhrase:
        """Those notes, sorted; as long as they are where no `length` is given."""
        ordered = tuple(sorted(notes, key=_order))
        if length is None:
            length = max((note.end for note in ordered), default=Fraction(0))
        return cls(ordered, length, tuple(curves), key)

    @cached_property
    def keys(self) -> tuple[int, int] | None:
        """The lowest and the highest; None without notes."""
        keys = [note.pitch.key for note in self.notes]
        return (min(keys), max(keys)) if keys else None

    def with_notes(self, notes: Iterable[WrittenNote]) -> MusicPhrase:
        """Other notes, all else as it is."""
        return MusicPhrase.of(notes, self.length, self.curves, self.key)

    def each(self, change: Callable[[WrittenNote], WrittenNote]) -> MusicPhrase:
        """The phrase with each of its notes changed."""
        return self.with_notes(map(change, self.notes))

    def later(self, by: Fraction) -> MusicPhrase:
        """Begun later; as much longer."""
        if not by:
            return self
        notes = (replace(note, start=note.start + by) for note in self.notes)
        curves = (
            replace(curve, points=tuple((at + by, value) for at, value in curve.points))
            for curve in self.curves
        )
        return MusicPhrase(tuple(notes), self.length + by, tuple(curves), self.key)

    def then(self, after: MusicPhrase) -> MusicPhrase:
        """The other one after it."""
        return self.over(after.later(self.length))

    def over(self, other: MusicPhrase) -> MusicPhrase:
        """Both at once, as long as the longer, in the key of the first."""
        length = max(self.length, other.length)
        notes, curves = (*self.notes, *other.notes), (*self.curves, *other.curves)
        return MusicPhrase.of(notes, length, curves, self.key or other.key)
