"""The notes inside an item: its source's events from where it begins to where it ends."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from hostkit.exchange.project import (
    ControllerKind,
    CurvePoint,
    ProjectController,
    ProjectNote,
)
from hostkit.exchange.reaper.reading.values import whole
from hostkit.exchange.reaper.tree import Block

MOST_EVENTS = 500_000
"""Of a track: more is no music, but a loop that a slip made long."""
MOST_PASSES = 10_000
_MOST_TICK = 2**40
_KINDS: dict[int, ControllerKind] = {
    0xA0: "poly pressure",
    0xB0: "cc",
    0xC0: "program",
    0xD0: "channel pressure",
    0xE0: "pitch bend",
}
_SHAPE = 5
"""The word of an event that says how a controller goes on."""
_FIRST_CONTROLLER = 0xA0
_LINEAR = 1
_IN_FLAGS = 16
"""The same number as flags of the event."""
_ENDS_ALL = (0xB0, 0x7B)
_CENTRE = 8192


@dataclass(frozen=True)
class MidiEvents:
    """A source's events at their ticks; it is `length` ticks long, and so many are a quarter.

    `sliding` are the places of those controllers that go on to the next value in a line.
    """

    events: tuple[tuple[int, bytes], ...]
    length: int
    per_quarter: int
    unread: int = 0
    sliding: frozenset[int] = frozenset()
    curved: bool = False

    @classmethod
    def of(cls, source: Block) -> MidiEvents:
        """What is muted, and what is no channel message, is left out."""
        per_quarter = whole(source.words("HASDATA"), 1, 960)
        events: list[tuple[int, bytes]] = []
        now, unread, curved = 0, 0, False
        sliding = set[int]()
        for row in source.inside:
            words = (row.head if isinstance(row, Block) else row).text.split(None, 5)
            name = words[0] if words else ""
            if name.lower() not in ("e", "em", "x", "xm"):
                continue
            now = min(now + max(0, whole(words, 1)), _MOST_TICK)
            if name.lower().endswith("m"):
                continue
            if isinstance(row, Block):
                unread += _is_exclusive(row)
                continue
            message = _message(" ".join(words[2:5]))
            if message is None:
                unread += 1
            else:
                goes_on = len(words) > _SHAPE and message[0] >= _FIRST_CONTROLLER
                if goes_on and (shape := _shape(words[_SHAPE])):
                    sliding.add(len(events))
                    curved = curved or shape != _LINEAR
                events.append((now, message))
        if events and tuple(events[-1][1][:2]) == _ENDS_ALL:
            events.pop()
        per_quarter = per_quarter if 1 <= per_quarter <= 10**6 else 960
        return cls(tuple(events), now, per_quarter, unread, frozenset(sliding), curved)


def _shape(text: str) -> int:
    """How a controller goes on: 0 held, 1 in a line, 2…5 in curves.

    >>> _shape("1"), _shape("80"), _shape("0"), _shape("x")
    (1, 5, 0, 0)
    """
    number = whole([text.split()[0] if text.split() else ""], 0)
    return number if number < _IN_FLAGS else number // _IN_FLAGS & 7


def _is_exclusive(block: Block) -> bool:
    """Whether a block is a system exclusive message, and not words or marks among notes."""
    data = "".join(row.text for row in block.rows)
    try:
        return base64.b64decode(data)[:1] == b"\xf0"
    except (binascii.Error, ValueError):
        return False


@lru_cache(100_000)
def _message(text: str) -> bytes | None:
    """A message in hexadecimal; music has the same few hundred."""
    try:
        status, first, second = (int(word, 16) for word in (*text.split(), "0")[:3])
    except ValueError:
        return None
    if not 0x80 <= status < 0xF0 or not 0 <= first < 128 or not 0 <= second < 128:
        return None
    return bytes((status, first, second))


@dataclass(frozen=True)
class ItemSpan:
    """An item in the music: its source's quarter note `offset` lies on `start`.

    It is heard up to `stop`; a source that `loops` begins again until then. `rate` is how many
    quarter notes of the source go by in one of the music.
    """

    start: Fraction
    stop: Fraction
    offset: Fraction = Fraction(0)
    loops: bool = False
    rate: Fraction = Fraction(1)


@dataclass
class _Ticks:
    """Ticks as quarter notes; times and lengths come again and again."""

    quarter: Fraction
    origin: Fraction
    _known: dict[int, Fraction] = field(default_factory=dict)

    def at(self, tick: int) -> Fraction:
        """Where a tick lies in the music."""
        return self.origin + self.lasting(tick) if self.origin else self.lasting(tick)

    def lasting(self, ticks: int) -> Fraction:
        """How long ticks are."""
        if (found := self._known.get(ticks)) is None:
            found = self._known[ticks] = ticks / self.quarter
        return found


@dataclass
class PlayedItems:
    """Notes and controllers of a track while its items are gone through."""

    notes: list[ProjectNote] = field(default_factory=list)
    points: dict[tuple[ControllerKind, int, int], list[CurvePoint]] = field(default_factory=dict)
    is_full: bool = False

    def play(self, source: MidiEvents, span: ItemSpan) -> None:
        """Adds what an item plays: notes that begin in it, ended where it ends."""
        for origin, until in _passes(source, span):
            if self.count > MOST_EVENTS:
                self.is_full = True
                return
            self._once(source, span, origin, until)

    def _once(self, source: MidiEvents, span: ItemSpan, origin: Fraction, until: Fraction) -> None:
        quarter = source.per_quarter * span.rate
        first, end = (math.ceil((at - origin) * quarter) for at in (span.start, until))
        time = _Ticks(quarter, origin)
        began: dict[tuple[int, int], tuple[int, int]] = {}
        last = set[tuple[ControllerKind, int, int]]()
        for number, (tick, message) in enumerate(source.events):
            kind, channel = message[0] & 0xF0, message[0] & 0x0F
            if kind in (0x80, 0x90):
                place = channel, message[1]
                if place in began:
                    ends = until if tick >= end else None
                    self._end(began.pop(place), tick, ends, message, time)
                if kind == 0x90 and message[2] and first <= tick < end:
                    began[place] = tick, message[2]
            elif first <= tick < end:
                slides = number in source.sliding
                set_ = self._set(time.at(tick), kind, channel, message, slides)
                if slides:
                    last.add(set_)
        for controller in last:  # what follows is of another item, or pass
            points = self.points[controller]
            points[-1] = points[-1]._replace(linear=False)
        for (channel, key), held in began.items():
            self._end(held, end, until, bytes((0x80 | channel, key, 64)), time)

    def _end(
        self,
        held: tuple[int, int],
        tick: int,
        until: Fraction | None,
        end: bytes,
        time: _Ticks,
    ) -> None:
        """A note from where it began to a tick, or to where its item ends."""
        start, velocity = held
        at = time.at(start)
        lasts = time.lasting(tick - start) if until is None else until - at
        if lasts > 0:
            release = end[2] if end[0] & 0xF0 == 0x80 else 64
            note = ProjectNote(at, lasts, end[1], velocity, end[0] & 0x0F, release)
            self.notes.append(note)

    def _set(
        self, at: Fraction, kind: int, channel: int, message: bytes, slides: bool
    ) -> tuple[ControllerKind, int, int]:
        """Adds a value; what of."""
        number, value = 0, float(message[1])
        if kind in (0xA0, 0xB0):
            number, value = message[1], message[2]
        elif kind == 0xE0:
            value = (message[1] | message[2] << 7) - _CENTRE
        key = (_KINDS[kind], number, channel)
        self.points.setdefault(key, []).append(CurvePoint(at, value, slides))
        return key

    @property
    def count(self) -> int:
        """How many events there are so far."""
        return len(self.notes) + sum(map(len, self.points.values()))

    @property
    def controllers(self) -> tuple[ProjectController, ...]:
        """Each controller, its points in order of time."""
        return tuple(
            ProjectController(kind, tuple(sorted(points, key=lambda one: one.at)), number, channel)
            for (kind, number, channel), points in self.points.items()
        )


def _passes(source: MidiEvents, span: ItemSpan) -> Iterator[tuple[Fraction, Fraction]]:
    """Where the source's first tick lies each time that it is played, and up to where."""
    lasts = Fraction(source.length, source.per_quarter) / span.rate
    origin = span.start - span.offset / span.rate
    if not span.loops or lasts <= 0:
        yield origin, span.stop
        return
    for _ in range(MOST_PASSES):
        if origin >= span.stop:
            return
        yield origin, min(origin + lasts, span.stop)
        origin += lasts
