"""Note names and the range a preset is meant to be played in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hostkit.errors import BadValue

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_NOTE = re.compile(r"([A-Ga-g])(#|b|♯|♭)?(-?\d)")
_END = r"([A-Ga-g](?:#|b|♯|♭)?-?\d|\d{1,3})"
_RANGE = re.compile(rf"\s*{_END}\s*(?:-|–|\.\.)\s*{_END}\s*")
_HALF_STEPS = {"#": 1, "♯": 1, "b": -1, "♭": -1, None: 0}


def note_number(text: str) -> int:
    """MIDI note, 0…127, of a name (middle C is C4) or of the number itself.

    Raises BadValue with what to write instead.

    >>> note_number("C4"), note_number("Bb3"), note_number("36")
    (60, 58, 36)
    """
    match = _NOTE.fullmatch(text)
    if match:
        letter, sign, octave = match.groups()
        number = 12 * (int(octave) + 1) + _STEPS[letter.upper()] + _HALF_STEPS[sign]
    elif text.isdecimal() and len(text) <= 3:
        number = int(text)
    else:
        raise BadValue(f"{text!r} is not a note", cure="write C4 (middle C), F#2, Bb3 or 0 to 127")
    if not 0 <= number <= 127:
        raise BadValue(f"{text} is outside the notes of MIDI, C-1 to G9")
    return number


def note_name(number: int) -> str:
    """The name of a MIDI note; middle C is C4.

    >>> note_name(60), note_name(58)
    ('C4', 'A#3')
    """
    return f"{_SHARPS[number % 12]}{number // 12 - 1}"


@dataclass(frozen=True)
class NoteRange:
    """The lowest and the highest note, both included.

    >>> str(NoteRange.parse("G3-E7")), NoteRange.parse("36-96"), str(NoteRange.parse("C-1-C0"))
    ('G3-E7', NoteRange(low=36, high=96), 'C-1-C0')
    """

    low: int
    high: int

    @classmethod
    def parse(cls, text: str) -> NoteRange:
        """Raises BadValue with what to write instead."""
        match = _RANGE.fullmatch(text)
        if not match:
            raise BadValue(f"{text!r} is not a range", cure="write two notes: G3-E7")
        low, high = (note_number(part) for part in match.groups())
        if low > high:
            raise BadValue(f"{text!r} goes down", cure="write the lower note first")
        return cls(low, high)

    def shared(self, other: NoteRange) -> NoteRange | None:
        """The notes of both; None where there are none.

        >>> low = NoteRange(48, 60)
        >>> print(low.shared(NoteRange(55, 72)), low.shared(NoteRange(61, 72)))
        G3-C4 None
        """
        low, high = max(self.low, other.low), min(self.high, other.high)
        return NoteRange(low, high) if low <= high else None

    def __str__(self) -> str:
        return f"{note_name(self.low)}-{note_name(self.high)}"
