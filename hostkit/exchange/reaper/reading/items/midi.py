"""The notes inside an item: its source's events from where it begins to where it ends."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hostkit.exchange.columns import ProjectNotes, joined, small
from hostkit.exchange.project import ControllerKind, CurvePoint, ProjectController
from hostkit.exchange.reaper.reading.items.events import MidiEvents
from hostkit.timebase.quarters import Quarters, times_whole, whole_numbers

MOST_EVENTS = 500_000
"""Of a track: more is no music, but a loop that a slip made long."""
MOST_PASSES = 10_000
_KINDS: dict[int, ControllerKind] = {
    0xA0: "poly pressure",
    0xB0: "cc",
    0xC0: "program",
    0xD0: "channel pressure",
    0xE0: "pitch bend",
}
_CENTRE = 8192
_RELEASE = 64
"""Of a note that no message of its own ends."""


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
class PlayedItems:
    """Notes and controllers of a track while its items are gone through."""

    notes: list[ProjectNotes] = field(default_factory=list)
    points: dict[tuple[ControllerKind, int, int], list[CurvePoint]] = field(default_factory=dict)
    is_full: bool = False

    def play(self, source: MidiEvents, span: ItemSpan) -> None:
        """Adds what an item plays: notes that begin in it, ended where it ends."""
        count = sum(map(len, (*self.notes, *self.points.values())))
        for origin, until in _passes(source, span):
            if count > MOST_EVENTS:
                self.is_full = True
                return
            count += self._once(source, span, origin, until)

    def _once(self, source: MidiEvents, span: ItemSpan, origin: Fraction, until: Fraction) -> int:
        """Adds what is played once through, and gives how many notes and points that is."""
        quarter = source.per_quarter * span.rate
        first, end = (math.ceil((at - origin) * quarter) for at in (span.start, until))
        heard = (source.ticks >= first) & (source.ticks < end)
        held = _held(source, heard)
        notes = _notes(source, held, (origin, quarter), (end, until))
        self.notes.append(notes)
        others = np.flatnonzero(heard & (source.status >= 0xA0))
        columns = (source.ticks, source.status, source.first, source.second, source.shape)
        last = set[tuple[ControllerKind, int, int]]()
        rows = zip(*(one[others].tolist() for one in columns), strict=True)
        for tick, status, first_byte, second_byte, shape in rows:
            at = origin + tick / quarter
            set_ = self._set(at, status, first_byte, second_byte, bool(shape))
            if shape:
                last.add(set_)
        for controller in last:  # what follows is of another item, or pass
            points = self.points[controller]
            points[-1] = points[-1]._replace(linear=False)
        return len(notes) + len(others)

    def _set(
        self, at: Fraction, status: int, first: int, second: int, slides: bool
    ) -> tuple[ControllerKind, int, int]:
        """Adds a value; what of."""
        kind, number, value = status & 0xF0, 0, float(first)
        if kind in (0xA0, 0xB0):
            number, value = first, second
        elif kind == 0xE0:
            value = (first | second << 7) - _CENTRE
        key = (_KINDS[kind], number, status & 0x0F)
        self.points.setdefault(key, []).append(CurvePoint(at, value, slides))
        return key

    def in_order(self) -> ProjectNotes:
        """All notes in the order of time, then of keys."""
        notes = joined(self.notes)
        return notes.take(np.lexsort((notes.key, notes.at.ranks)))

    @property
    def controllers(self) -> tuple[ProjectController, ...]:
        """Each controller, its points in order of time."""
        return tuple(
            ProjectController(kind, tuple(sorted(points, key=lambda one: one.at)), number, channel)
            for (kind, number, channel), points in self.points.items()
        )


@dataclass(frozen=True, eq=False)
class _Held:
    """Notes by the places of the events that begin and end them; −1 where none ends one."""

    begins: NDArray[np.int64]
    ends: NDArray[np.int64]


def _held(source: MidiEvents, heard: NDArray[np.bool_]) -> _Held:
    """The notes that begin where it is heard: whatever comes next on its key ends each."""
    places = np.flatnonzero(source.status < 0xA0)
    keys = (source.status[places] & 0x0F) << 7 | source.first[places]
    order = np.argsort(keys, kind="stable")
    places, keys = places[order], keys[order]
    following = np.full(len(places), -1)
    same = keys[1:] == keys[:-1]
    following[:-1][same] = places[1:][same]
    is_on = (source.status[places] >= 0x90) & (source.second[places] > 0) & heard[places]
    begins, ends = places[is_on], following[is_on]
    # In the order in which they end; what nothing ends comes last, as it began.
    order = np.argsort(np.where(ends < 0, len(source.ticks) + begins, ends), kind="stable")
    return _Held(begins[order], ends[order])


def _notes(
    source: MidiEvents,
    held: _Held,
    grid: tuple[Fraction, Fraction],
    edge: tuple[int, Fraction],
) -> ProjectNotes:
    """Notes in the music: tick 0 lies on the first of `grid`, so many ticks are a quarter note.

    All end at `edge`, a tick and its place, at the latest.
    """
    (origin, quarter), (end, until) = grid, edge
    parts = math.lcm(quarter.numerator, origin.denominator, until.denominator)
    a_tick = parts // quarter.numerator * quarter.denominator
    starts = times_whole(source.ticks[held.begins], a_tick)
    at = starts + whole_numbers([int(origin * parts)])
    is_ended = held.ends >= 0
    stops = np.where(is_ended, source.ticks[held.ends], end)
    inside = stops < end
    lasts = np.where(
        inside,
        times_whole(np.where(inside, stops - source.ticks[held.begins], 0), a_tick),
        whole_numbers([int(until * parts)]) - at,
    )
    has_release = is_ended & (source.status[held.ends] < 0x90)
    notes = ProjectNotes(
        Quarters(at, parts),
        Quarters(lasts, parts),
        small(source.first[held.begins]),
        small(source.second[held.begins]),
        small(source.status[held.begins] & 0x0F),
        small(np.where(has_release, source.second[held.ends], _RELEASE)),
    )
    return notes.take(np.flatnonzero(lasts > 0))


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
