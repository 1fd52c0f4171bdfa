"""The events of a MIDI source, as columns: lines `E 480 90 3c 60` of ticks and bytes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hostkit.exchange.reaper.reading.values import whole
from hostkit.exchange.reaper.tree import Block

_MOST_TICK = 2**40
_ENDS_ALL = (0xB0, 0x7B)
_NO_BYTE = 256
_FIRST_CONTROLLER = 0xA0
_LINEAR = 1
_IN_FLAGS = 16
"""A shape times this is one among flags of the event."""
_SHAPES = range(1, 6)
_WORDS = 5
_MUTED = ("em", "xm")


@dataclass(frozen=True, eq=False)
class MidiEvents:
    """A source's events at their ticks; it is `length` ticks long, and so many are a quarter.

    A message is its `status` and two bytes; `shape` says of a controller how it goes on: 0 held,
    1 in a line to the next value, others in curves. `unread` are no messages of channels.
    """

    ticks: NDArray[np.int64]
    status: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    shape: NDArray[np.int64]
    length: int
    per_quarter: int
    unread: int = 0

    @classmethod
    def of(cls, source: Block) -> MidiEvents:
        """What is muted, and what is no channel message, is left out."""
        per_quarter = whole(source.words("HASDATA"), 1, 960)
        plain, others = list[str](), list[str | Block]()
        for one in source.content:
            if isinstance(one, str) and one.startswith(("E ", "e ")):
                plain.append(one)
            else:
                others.append(one)
        read = None if any(map(_is_event, others)) else _plain_columns(plain)
        ticks, columns, length = read or _columns(source)
        status, first, second, shape = columns
        is_message = (status >= 0x80) & (status < 0xF0) & (first < 128) & (second < 128)
        kept = np.flatnonzero(is_message)
        if len(kept) and (status[kept[-1]], first[kept[-1]]) == _ENDS_ALL:
            kept = kept[:-1]
        return cls(
            ticks[kept],
            status[kept],
            first[kept],
            second[kept],
            shape[kept],
            length,
            per_quarter if 1 <= per_quarter <= 10**6 else 960,
            int((~is_message).sum()) + sum(map(_is_exclusive, others)),
        )

    @property
    def curved(self) -> bool:
        """Whether controllers go on in curves."""
        return bool((self.shape > _LINEAR).any())


_Columns = tuple[NDArray[np.int64], Sequence[NDArray[np.int64]], int]
"""Ticks, the three bytes of each message and its shape, and where all ends."""


def _plain_columns(lines: Sequence[str]) -> _Columns | None:
    """Lines of five words each, as REAPER writes them; None where one is otherwise."""
    text = " ".join(lines)
    words = text.split()
    # No sign but a space parts words, and each line has four: then every fifth begins a line.
    if not text.isascii() or not text.isprintable() or len(words) != _WORDS * len(lines):
        return None
    if not lines or any(line.count(" ") != _WORDS - 1 for line in lines):
        return None
    try:
        deltas = np.array(list(map(int, words[1::_WORDS])), dtype=np.int64)
    except (ValueError, OverflowError):
        return None
    if deltas.min() < 0 or deltas.max() > _MOST_TICK // len(lines):
        return None
    ticks = np.cumsum(deltas)
    bytes_of = {word: _byte(word) for word in set(words)}
    columns = [
        np.array([bytes_of[word] for word in words[place::_WORDS]], dtype=np.int64)
        for place in (2, 3, 4)
    ]
    return ticks, [*columns, np.zeros_like(ticks)], int(ticks[-1])


def _columns(source: Block) -> _Columns:
    """The events of any source, line by line: some are muted, some lie in blocks of their own."""
    now, ticks, rows = 0, list[int](), list[tuple[int, ...]]()
    for one in source.content:
        if not _is_event(one):
            continue
        words = _text(one).split(None, _WORDS)
        now = min(now + max(0, whole(words, 1)), _MOST_TICK)
        if isinstance(one, str) and words[0].lower() not in _MUTED:
            ticks.append(now)
            message = _message(words[2:_WORDS])
            is_controller = message[0] >= _FIRST_CONTROLLER and len(words) > _WORDS
            rows.append((*message, _shape(words[_WORDS]) if is_controller else 0))
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return np.array(ticks, dtype=np.int64), tuple(columns), now


def _message(words: Sequence[str]) -> tuple[int, int, int]:
    status, first, second = (_byte(word) for word in (*words, *"000")[:3])
    return (status, first, second) if len(words) > 1 else (_NO_BYTE,) * 3


def _byte(word: str) -> int:
    """A byte in hexadecimal; what is none is larger than any."""
    try:
        value = int(word, 16)
    except ValueError:
        return _NO_BYTE
    return value if 0 <= value < _NO_BYTE else _NO_BYTE


def _shape(text: str) -> int:
    """How a controller goes on: 0 held, 1 in a line, 2…5 in curves.

    Any other number is how far the event was moved when it was quantised.

    >>> _shape("1"), _shape("80"), _shape("0"), _shape("x"), _shape("-22"), _shape("37")
    (1, 5, 0, 0, 0, 0)
    """
    number = whole([text.split()[0] if text.split() else ""], 0)
    shape, over = divmod(number, _IN_FLAGS)
    if number in _SHAPES:
        return number
    return shape if not over and shape in _SHAPES else 0


def _is_exclusive(one: str | Block) -> bool:
    """Whether a block is a system exclusive message, and not words or marks among notes."""
    if isinstance(one, str) or one.name.lower() != "x":
        return False
    data = "".join(row.text for row in one.rows)
    try:
        return base64.b64decode(data)[:1] == b"\xf0"
    except (binascii.Error, ValueError):
        return False


def _text(one: str | Block) -> str:
    return one if isinstance(one, str) else one.head.text


def _is_event(one: str | Block) -> bool:
    words = _text(one).split(None, 1)
    return bool(words) and words[0].lower() in ("e", "x", *_MUTED)
