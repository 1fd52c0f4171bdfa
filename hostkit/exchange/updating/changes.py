"""What a newer project changes of a track: notes and clips, by bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from hostkit.exchange.project import Loss
from hostkit.ground.counted import counted
from hostkit.midi.write import TrackEvents
from hostkit.timebase.meters import MeterMap

State = Literal["same", "changed", "new", "gone"]
Sounding = tuple[Fraction, Fraction, int, int]
"""Of a note: where, how long, its key, its velocity."""


@dataclass(frozen=True)
class TrackChange:
    """What becomes of a session's track; `what` says it in words."""

    track: str
    state: State
    what: str


@dataclass(frozen=True)
class Updated:
    """What was changed, or would be: tracks, and files with what they were kept as."""

    session: Path
    changes: tuple[TrackChange, ...]
    said: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()
    replaced: tuple[Path, ...] = ()

    @property
    def is_other(self) -> bool:
        return any(change.state in ("changed", "new") for change in self.changes)


def notes_of(events: TrackEvents) -> Counter[Sounding]:
    """The notes of a track."""
    begun: dict[tuple[int, int], list[tuple[Fraction, int]]] = {}
    notes: Counter[Sounding] = Counter()
    for at, message in events.events:
        kind, key = message[0] & 0xF0, (message[0] & 0x0F, message[1] if len(message) > 1 else 0)
        if kind == 0x90 and message[2]:
            begun.setdefault(key, []).append((at, message[2]))
        elif kind in (0x80, 0x90) and begun.get(key):
            start, velocity = begun[key].pop(0)
            notes[start, at - start, message[1], velocity] += 1
    return notes


def change_of_notes(
    track: str, before: TrackEvents, after: TrackEvents, meters: MeterMap
) -> TrackChange:
    """How a track's notes and controllers differ."""
    old, new = notes_of(before), notes_of(after)
    come, gone = new - old, old - new
    if not come and not gone:
        same = list(before.events) == list(after.events)
        return TrackChange(track, "same" if same else "changed", "" if same else "controllers")
    parts = [
        f"{counted(notes.total(), 'note')} {word}"
        for notes, word in ((come, "new"), (gone, "gone"))
        if notes
    ]
    where = _bars((at for at, *_ in (*come, *gone)), meters)
    return TrackChange(track, "changed", f"{', '.join(parts)}, in {where}")


def _bars(places: Iterable[Fraction], meters: MeterMap) -> str:
    """The bars of some places in words.

    >>> _bars([Fraction(0), Fraction(5), Fraction(9), Fraction(40)], MeterMap())
    'bars 1-3, 11'
    """
    bars = sorted({meters.bar_beat_at(at).bar for at in places})
    runs = list(_runs(bars))
    said = [str(first) if first == last else f"{first}-{last}" for first, last in runs[:8]]
    more = ", …" if len(runs) > 8 else ""
    return f"bar{'s' if len(bars) > 1 else ''} {', '.join(said)}{more}"


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Numbers that follow each other, as their first and last."""
    first = last = None
    for number in numbers:
        if first is not None and last is not None and number > last + 1:
            yield first, last
            first = number
        first = number if first is None else first
        last = number
    if first is not None and last is not None:
        yield first, last


def change_of_regions(track: str, before: Sequence[object], after: Sequence[object]) -> TrackChange:
    """How a track's regions differ, by which stretch of which file sounds where."""
    old, new = ([_heart(region) for region in regions] for regions in (before, after))
    if old == new:
        return TrackChange(track, "same", "")
    come, gone = Counter(new) - Counter(old), Counter(old) - Counter(new)
    parts = [
        f"{counted(regions.total(), 'region')} {word}"
        for regions, word in ((come, "new"), (gone, "gone"))
        if regions
    ]
    return TrackChange(track, "changed", ", ".join(parts) or "regions in another order")


def _heart(region: object) -> tuple[str, ...]:
    """What of a region a project says; its level and fades may have been set since."""
    said = region if isinstance(region, dict) else {}
    return tuple(str(said.get(key, "")) for key in ("file", "at", "from", "to"))
