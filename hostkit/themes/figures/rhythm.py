"""Rhythms as note values: `8 8 16 16 8`, dotted `8.`, of a triplet `8t`, rests `r8`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.themes.phrase import MAX_NOTES

MAX_STROKES = 256
_VALUE = re.compile(r"(r?)(1|2|4|8|16|32|64)(\.{0,2})(t?)")
_DOTTED = (Fraction(1), Fraction(3, 2), Fraction(7, 4))
_OF_A_TRIPLET = Fraction(2, 3)


@dataclass(frozen=True, slots=True)
class Stroke:
    """Where something is struck, and how long it lasts, in quarter notes.

    `number` counts those of one round from 1, without rests.
    """

    start: Fraction
    length: Fraction
    number: int
    accent: bool = False
    rest: bool = False

    @property
    def end(self) -> Fraction:
        return self.start + self.length


def note_value(text: str) -> Fraction:
    """Quarter notes of one value. Raises BadValue.

    >>> str(note_value("8.")), str(note_value("4t"))
    ('3/4', '2/3')
    """
    found = _VALUE.fullmatch(text)
    if found is None:
        raise BadValue(
            f"{text[:20]!r} is no note value",
            cure="write 4 for a quarter, 8. dotted, 8t of a triplet, r8 for a rest",
        )
    _, value, dots, triplet = found.groups()
    length = Fraction(4, int(value)) * _DOTTED[len(dots)]
    return length * _OF_A_TRIPLET if triplet else length


def rhythm(text: str, accents: Sequence[int] = ()) -> tuple[Stroke, ...]:
    """One round of a rhythm; `accents` are numbers of its notes, from 1. Raises BadValue.

    >>> [(str(s.start), s.accent) for s in rhythm("8 r8 16 16 8", accents=[1, 2])]
    [('0', True), ('1/2', False), ('1', True), ('5/4', False), ('3/2', False)]
    """
    words = text.split()
    if not words or len(words) > MAX_STROKES:
        raise BadValue(f"a rhythm has 1 to {MAX_STROKES} notes", cure="write 8 8 16 16 8")
    strokes: list[Stroke] = []
    at, number = Fraction(0), 0
    for word in words:
        rest = word.startswith("r")
        number += not rest
        length = note_value(word)
        strokes.append(Stroke(at, length, number, number in accents and not rest, rest))
        at += length
    if not number:
        raise BadValue("a rhythm of rests alone", cure="write 8 8 16 16 8")
    if wrong := [accent for accent in accents if not 1 <= accent <= number]:
        raise BadValue(
            f"there is no note {wrong[0]} to accent: the rhythm has {number}",
            cure=f"write numbers from 1 to {number}",
        )
    return tuple(strokes)


def repeated(strokes: Sequence[Stroke], length: Fraction) -> Iterator[Stroke]:
    """The strokes again and again for so long, without their rests.

    What reaches over `length` ends there. Raises BadValue for more than a phrase can hold.
    """
    once = strokes[-1].end
    if length / once * len(strokes) > MAX_NOTES:
        raise BadValue(f"that makes more than {MAX_NOTES} notes", cure="write fewer bars of it")
    for number in range(-int(-length // once)):
        for stroke in strokes:
            start = number * once + stroke.start
            if start < length and not stroke.rest:
                yield replace(stroke, start=start, length=min(stroke.length, length - start))


def split_longest(strokes: Sequence[Stroke]) -> tuple[Stroke, ...]:
    """The first of the longest strokes in two halves; as it is where all are 1/32 or shorter."""
    sounding = [stroke for stroke in strokes if not stroke.rest]
    longest = max(sounding, key=lambda stroke: stroke.length)
    if longest.length <= Fraction(1, 8):
        return tuple(strokes)
    half = longest.length / 2
    made: list[Stroke] = []
    for stroke in strokes:
        later = stroke.start > longest.start and not stroke.rest
        stroke = replace(stroke, number=stroke.number + later)
        if stroke.start != longest.start:
            made.append(stroke)
            continue
        made.append(replace(stroke, length=half))
        second = Stroke(stroke.start + half, half, stroke.number + 1)
        made.append(second)
    return tuple(made)
