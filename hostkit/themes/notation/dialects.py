"""The two ways of writing notes and lengths: LilyPond's, and degrees of a scale."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.themes.keys import MusicKey
from hostkit.themes.pitch import LETTERS, Pitch

_ALTER = {
    "": 0,
    "is": 1,
    "isis": 2,
    "es": -1,
    "s": -1,
    "eses": -2,
    "ses": -2,
}
_NOTE = re.compile(
    r"(?P<letter>[a-g])(?P<sign>isis|eses|is|es|(?<=[ea])ses|(?<=[ea])s|)(?P<octave>'+|,+|)[!?]?"
)
_LENGTH = re.compile(
    r"(?P<value>\d{1,4}|\\breve|\\longa)(?P<dots>\.*)(?P<times>(?:\*\d{1,4}(?:/\d{1,4})?)*)"
)
_VALUES = {
    **{str(2**n): Fraction(4, 2**n) for n in range(10)},
    "\\breve": Fraction(8),
    "\\longa": Fraction(16),
}
_MOST_DOTS = 4
_NAMED = re.compile(r"[A-G](#{1,2}|b{1,2})?-?\d")
_DEGREE = re.compile(r"(?P<sign>[#♯]{1,2}|[b♭]{1,2}|)(?P<degree>\d{1,2})(?P<octave>'+|,+|)")
_PART = re.compile(r":(?P<over>\d{1,4})(?:/(?P<under>\d{1,4}))?(?P<dots>\.*)")
_MOST_OCTAVES = 8


@dataclass(frozen=True)
class Dialect:
    """How notes and lengths look, and what they mean. Both functions raise BadValue.

    `length` gives quarter notes.
    """

    note: re.Pattern[str]
    pitch: Callable[[re.Match[str]], Pitch]
    length: re.Pattern[str]
    quarters: Callable[[re.Match[str]], Fraction]
    example: str


def _lilypond_pitch(match: re.Match[str]) -> Pitch:
    letter, sign, octave = match.group("letter", "sign", "octave")
    step = LETTERS.index(letter.upper()) + 7 * (3 + _octaves(octave))
    return Pitch(step, _ALTER[sign])


def _octaves(signs: str) -> int:
    if len(signs) > _MOST_OCTAVES:
        raise BadValue(f"{len(signs)} octaves are too many", cure="c' is middle C")
    return len(signs) if signs.startswith("'") else -len(signs)


def _lilypond_quarters(match: re.Match[str]) -> Fraction:
    value, dots, times = match.group("value", "dots", "times")
    if value not in _VALUES:
        raise BadValue(f"there is no note value {value}", cure="write 1, 2, 4, 8, 16, 32, 64 …")
    length = _dotted(_VALUES[value], dots)
    for factor in filter(None, times.split("*")):
        length *= _fraction(*factor.partition("/")[::2])
    return length


def _dotted(length: Fraction, dots: str) -> Fraction:
    if not dots:
        return length
    if len(dots) > _MOST_DOTS:
        raise BadValue(f"{len(dots)} dots are too many", cure=f"write at most {_MOST_DOTS}")
    return length * (2 - Fraction(1, 2 ** len(dots)))


def _fraction(over: str, under: str | None) -> Fraction:
    if not int(over) or (under and not int(under)):
        raise BadValue("a length of 0 is none", cure="write 1/4 for a quarter note")
    return Fraction(int(over), int(under or 1))


def _degree_quarters(match: re.Match[str]) -> Fraction:
    return 4 * _dotted(_fraction(*match.group("over", "under")), match["dots"])


def lilypond() -> Dialect:
    """LilyPond's own names and numbers: `fis'8.`."""
    return Dialect(_NOTE, _lilypond_pitch, _LENGTH, _lilypond_quarters, "d'4 f' a'8. g'16")


def degrees_of(key: MusicKey) -> Dialect:
    """Degrees of a key with lengths in whole notes: `#4':1/8`; 1 is the tonic from C4 to B4."""
    most = 2 * len(key.intervals) + 1

    def pitch(match: re.Match[str]) -> Pitch:
        sign, number, octave = match.group("sign", "degree", "octave")
        degree = int(number)
        if not 1 <= degree <= most:
            raise BadValue(f"there is no degree {degree}", cure=f"degrees go from 1 to {most}")
        alter = len(sign) if sign[:1] in ("#", "♯") else -len(sign)
        return key.pitch(degree - 1 + len(key.intervals) * _octaves(octave), alter)

    return Dialect(_DEGREE, pitch, _PART, _degree_quarters, "1:1/8 5:1/8 #4:1/4 1':1/2")


def written_pitch(text: str) -> Pitch:
    """One note in LilyPond's words; `Bb4` and `F#3` are read, too. Raises BadValue.

    >>> str(written_pitch("bes'")), str(written_pitch("F#3"))
    ('Bb4', 'F#3')
    """
    if match := _NOTE.fullmatch(text.strip()):
        return _lilypond_pitch(match)
    if _NAMED.fullmatch(text.strip()):
        return Pitch.of(text.strip())
    raise BadValue(f"{text[:20]!r} is no note", cure="write a', fis or bes, (c' is middle C)")


def quarters_of(text: str) -> Fraction:
    """Quarter notes of a note value of LilyPond, below 0 where a minus stands before it.

    Raises BadValue.

    >>> str(quarters_of("8.")), str(quarters_of("-16"))
    ('3/4', '-1/4')
    """
    sign, bare = (-1, text.strip()[1:]) if text.strip().startswith("-") else (1, text.strip())
    match = _LENGTH.fullmatch(bare)
    if match is None:
        raise BadValue(f"{text[:20]!r} is no note value", cure="write 4, 8. or 16")
    return sign * _lilypond_quarters(match)


def written_quarters(quarters: Fraction) -> str:
    """A length as a note value, which reads back as the same.

    >>> written_quarters(Fraction(3, 4)), written_quarters(Fraction(-1, 3))
    ('16*3', '-4*1/3')
    """
    sign, length = ("-", -quarters) if quarters < 0 else ("", quarters)
    whole = [value for value in _VALUES if value.isdecimal() and not length % _VALUES[value]]
    value = max(whole, key=lambda one: _VALUES[one], default="4")
    times = length / _VALUES[value]
    return f"{sign}{value}" if times == 1 else f"{sign}{value}*{times}"
