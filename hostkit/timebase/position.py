"""Positions as a session writes them: `9|2.5`, `01:00:42:10`, `12.5s`, `0:20`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from hostkit.errors import BadValue
from hostkit.timebase.timecode import TimecodeLabel

MAX_BAR = 99_999
MAX_SECONDS = 86_400

_NUMBER = r"(\d{1,9}(?:\.\d{1,12})?|\d{1,24}/\d{1,20})"
_BAR_BEAT = re.compile(rf"(\d{{1,6}})\s*\|\s*{_NUMBER}", re.ASCII)
_BAR = re.compile(r"\d{1,6}", re.ASCII)
_SECONDS = re.compile(rf"{_NUMBER}\s*s", re.ASCII)
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d(?:\.\d{1,12})?)", re.ASCII)
_WRITTEN_NUMBER = r"([0-9]{1,9}(\.[0-9]{1,12})?|[0-9]{1,24}/[0-9]{1,20})"
POSITION_PATTERN = (
    rf"^\s*([0-9]{{1,6}}(\s*\|\s*{_WRITTEN_NUMBER})?|{_WRITTEN_NUMBER}\s*s"
    r"|[0-9]{2}:[0-9]{2}:[0-9]{2}[:;][0-9]{2,3}|[0-9]{1,4}:[0-5][0-9](\.[0-9]{1,12})?)\s*$"
)
"""What a position looks like as text, for who can only compare patterns: a JSON Schema."""
HOW = "write bar|beat (9|2.5), timecode (01:00:42:10) or seconds (12.5s, 0:20)"
"""What is right instead, for the end of a message."""
HOW_LONG = "write seconds (30), minutes (0:30) or the position of its end (33|1)"
"""And of a length."""


@dataclass(frozen=True, order=True)
class BarBeat:
    """A place in the bars, both counted from 1; beats are those of the meter's denominator."""

    bar: int
    beat: Fraction = Fraction(1)

    def __str__(self) -> str:
        return f"{self.bar}|{_written(self.beat)}"


@dataclass(frozen=True, order=True)
class Seconds:
    """Seconds from 1|1."""

    value: Fraction

    def __str__(self) -> str:
        return f"{_written(self.value)}s"


Position: TypeAlias = BarBeat | Seconds | TimecodeLabel


def parse_position(value: object) -> Position:
    """Reads a position: text, or a whole number for the start of a bar.

    Raises BadValue with what would be right. `str()` of the result reads back as the same.

    >>> parse_position("9|2.5")
    BarBeat(bar=9, beat=Fraction(5, 2))
    >>> parse_position(9)
    BarBeat(bar=9, beat=Fraction(1, 1))
    >>> str(parse_position("12.50s")), str(parse_position("01:00:42:10"))
    ('12.5s', '01:00:42:10')
    >>> parse_position("1:20") == parse_position("80s")
    True
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise BadValue(f"{str(value)[:40]!r} is not a position", cure=HOW)
    if isinstance(value, float):
        raise BadValue(
            f"{value} is not a position", cure=f"write {value}s if it is seconds, else {HOW}"
        )
    text = str(value) if isinstance(value, str) or abs(value) <= MAX_BAR else "a number so large"
    return _read(text.strip())


def parse_length(value: object) -> Position:
    """Reads a length: a position as its end, or seconds as a bare number.

    Raises BadValue with what would be right.

    >>> parse_length(30) == parse_length("0:30") == parse_length("30s")
    True
    >>> parse_length("33|1")
    BarBeat(bar=33, beat=Fraction(1, 1))
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not 0 <= value < math.inf:
            raise BadValue(f"{value} is no length", cure=HOW_LONG)
        if value > MAX_SECONDS:
            raise BadValue(f"{value} s are more than a day", cure=f"write at most {MAX_SECONDS}")
        return _read(f"{_written(Fraction(str(value)))}s")
    text = value.strip() if isinstance(value, str) else ""
    if text.startswith("-"):
        raise BadValue(f"{text[:40]} is no length", cure=HOW_LONG)
    if _BAR.fullmatch(text):
        return _read(f"{text}s")
    return parse_position(value)


def _read(text: str) -> Position:
    if text.count(":") + text.count(";") >= 2:
        return TimecodeLabel.parse(text)
    if _BAR.fullmatch(text):
        return _bar_beat(text, int(text), Fraction(1))
    if found := _BAR_BEAT.fullmatch(text):
        return _bar_beat(text, int(found[1]), _number(text, found[2]))
    if found := _SECONDS.fullmatch(text):
        return _seconds(text, _number(text, found[1]))
    if found := _CLOCK.fullmatch(text):
        return _seconds(text, int(found[1]) * 60 + Fraction(found[2]))
    raise BadValue(f"{text[:40]!r} is not a position", cure=HOW)


def _bar_beat(text: str, bar: int, beat: Fraction) -> BarBeat:
    if bar < 1 or beat < 1:
        raise BadValue(f"{text} does not exist: bars and beats count from 1, as in 1|1")
    if bar > MAX_BAR:
        raise BadValue(f"{text} lies beyond the last bar there can be ({MAX_BAR})")
    return BarBeat(bar, beat)


def _seconds(text: str, seconds: Fraction) -> Seconds:
    if seconds > MAX_SECONDS:
        raise BadValue(
            f"{text} lies beyond a day ({MAX_SECONDS}s)", cure=f"write at most {MAX_SECONDS}s"
        )
    return Seconds(seconds)


def _number(text: str, number: str) -> Fraction:
    try:
        return Fraction(number)
    except ZeroDivisionError:
        raise BadValue(f"{text} divides by zero", cure=HOW) from None


def _written(number: Fraction) -> str:
    """A decimal where one is exact within 12 places, else a fraction; both parse."""
    scaled = number * 10**12
    if scaled.denominator != 1:
        return str(number)
    whole, part = divmod(scaled.numerator, 10**12)
    return f"{whole}.{part:012}".rstrip("0").rstrip(".")
