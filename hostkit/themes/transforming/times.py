"""The same pitches at other times: backwards, slower, in part, again and again, elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.midi.controllers import EXPRESSION
from hostkit.themes.dynamics import LOUDEST
from hostkit.themes.phrase import MAX_NOTES, ControllerCurve, MusicPhrase, WrittenNote
from hostkit.themes.transforming.pitches import moved_in_key, transposed

MAX_FACTOR = 64
_SLUR = "legato"


def retrograde(phrase: MusicPhrase) -> MusicPhrase:
    """Last note first, each as long as it was; rests too. Twice is the same."""
    starts = sorted({note.start for note in phrase.notes})
    drawn = {note.start for note in phrase.notes if _SLUR in note.marks}
    before = dict(zip(starts[1:], starts, strict=False))

    def turned(note: WrittenNote) -> WrittenNote:
        marks = note.marks - {_SLUR}
        if before.get(note.start) in drawn:  # what was drawn to it, it is drawn to now
            marks |= {_SLUR}
        return replace(note, start=phrase.length - note.end, marks=marks)

    curves = (_backwards(curve, phrase.length) for curve in phrase.curves)
    turned_round = phrase.each(turned)
    return replace(turned_round, curves=tuple(curves))


def _backwards(curve: ControllerCurve, length: Fraction) -> ControllerCurve:
    points = list(curve.points)
    ends_up = curve.controller == EXPRESSION and points[-1][1] == LOUDEST and len(points) > 1
    if ends_up and points[-2][0] == points[-1][0]:
        points.pop()
    turned = [(length - at, value) for at, value in reversed(points)]
    if ends_up:
        turned.append((turned[-1][0], float(LOUDEST)))
    return replace(curve, points=tuple(turned))


def scaled(phrase: MusicPhrase, factor: Fraction) -> MusicPhrase:
    """Slower by a factor: augmented; below 1 diminished. Raises BadValue beyond 64 times."""
    if not Fraction(1, MAX_FACTOR) <= factor <= MAX_FACTOR:
        raise BadValue(
            f"{float(factor):.3g} times as long is too much", cure=f"stay within {MAX_FACTOR} times"
        )
    return _in_time(phrase, lambda at: at * factor, lambda length: length * factor)


def displaced(phrase: MusicPhrase, quarters: Fraction) -> MusicPhrase:
    """Later by so much, or earlier, while what is around stays where it is."""
    later = _in_time(phrase, lambda at: at + quarters, lambda length: length)
    return replace(later, length=phrase.length + max(quarters, Fraction(0)))


def _in_time(
    phrase: MusicPhrase,
    place: Callable[[Fraction], Fraction],
    long: Callable[[Fraction], Fraction],
) -> MusicPhrase:
    notes = (
        replace(note, start=place(note.start), length=long(note.length)) for note in phrase.notes
    )
    curves = (
        replace(curve, points=tuple((place(at), value) for at, value in curve.points))
        for curve in phrase.curves
    )
    return MusicPhrase.of(notes, long(phrase.length), curves, phrase.key)


def fragment(phrase: MusicPhrase, first: int, last: int | None) -> MusicPhrase:
    """Its notes from number `first` to `last`, counted from 1; a chord is one. None: to the end.

    It begins with its first note and ends with its last. Raises BadValue beyond what there is.
    """
    starts = sorted({note.start for note in phrase.notes})
    last = len(starts) if last is None else last
    if not 1 <= first <= last <= len(starts):
        raise BadValue(
            f"there are no notes {first} to {last}: the theme has {len(starts)}",
            cure=f"write numbers from 1 to {len(starts)}",
        )
    begin, final = starts[first - 1], starts[last - 1]
    notes = [note for note in phrase.notes if begin <= note.start <= final]
    end = max(note.end for note in notes)
    curves = (_between(curve, begin, end) for curve in phrase.curves)
    cut = MusicPhrase.of(notes, end, (curve for curve in curves if curve), phrase.key)
    moved = _in_time(cut, lambda at: at - begin, lambda length: length)
    return replace(moved, length=end - begin)


def _between(curve: ControllerCurve, begin: Fraction, end: Fraction) -> ControllerCurve | None:
    """The part of a curve between two places; None where there is none."""
    points = curve.points
    inside = [(at, value) for at, value in points if begin <= at <= end]
    if points[0][0] < begin <= points[-1][0]:
        inside.insert(0, (begin, _value_at(points, begin)))
    if points[0][0] <= end < points[-1][0]:
        inside.append((end, _value_at(points, end)))
    return replace(curve, points=tuple(inside)) if inside else None


def _value_at(points: Sequence[tuple[Fraction, float]], place: Fraction) -> float:
    at, value = points[0]
    for then, aim in points[1:]:
        if at <= place < then:
            return value + (aim - value) * float((place - at) / (then - at))
        at, value = then, aim
    return value


def in_degrees(phrase: MusicPhrase, steps: Sequence[int]) -> MusicPhrase:
    """A sequence: the phrase again and again, so many degrees of its key higher each time.

    Raises BadValue for a theme without a key, and for too many notes.
    """
    return _one_after_another(phrase, steps, moved_in_key)


def in_semitones(phrase: MusicPhrase, semitones: Sequence[int]) -> MusicPhrase:
    """A real sequence: so many semitones higher each time. Raises BadValue for too many notes."""
    return _one_after_another(phrase, semitones, transposed)


def _one_after_another(
    phrase: MusicPhrase, steps: Sequence[int], move: Callable[[MusicPhrase, int], MusicPhrase]
) -> MusicPhrase:
    if len(phrase.notes) * len(steps) > MAX_NOTES:
        raise BadValue(f"that makes more than {MAX_NOTES} notes", cure="repeat it less")
    copies = [move(phrase, step).later(phrase.length * n) for n, step in enumerate(steps)]
    notes = (note for copy in copies for note in copy.notes)
    curves = (curve for copy in copies for curve in copy.curves)
    return MusicPhrase.of(notes, phrase.length * len(steps), curves, phrase.key)


def as_long_as(phrase: MusicPhrase, length: Fraction) -> MusicPhrase:
    """Slower or faster, so that it has that length. Raises BadValue as `scaled` does."""
    return scaled(phrase, length / phrase.length) if phrase.length else phrase


def landing(phrase: MusicPhrase, length: Fraction) -> MusicPhrase:
    """Slower or faster, so that its last note begins after that length. Raises BadValue."""
    last = _last_start(phrase.notes)
    if not last:
        raise BadValue("it has no note that could be moved there", cure="quote two notes or more")
    return scaled(phrase, length / last)


def _last_start(notes: Iterable[WrittenNote]) -> Fraction:
    return max((note.start for note in notes), default=Fraction(0))
