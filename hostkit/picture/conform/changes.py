"""The changes of a reel as ranges: what was kept, moved, deleted and inserted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hostkit.picture.conform.pieces import ShotPiece
from hostkit.picture.conform.shots import Reel


@dataclass(frozen=True)
class MovedStretch:
    """Frames of the old reel, from `start` to before `end`, that all moved by `moved` frames.

    Above 0 they are later in the new reel.
    """

    start: int
    end: int
    moved: int


@dataclass(frozen=True)
class ReelRange:
    """A range as the first frame and the one after the last, in each reel; None where it is not."""

    state: Literal["kept", "moved", "deleted", "inserted"]
    old: tuple[int, int] | None
    new: tuple[int, int] | None

    @property
    def frames(self) -> int:
        """How long it is."""
        start, end = self.old or self.new or (0, 0)
        return end - start

    @property
    def moved_frames(self) -> int | None:
        """By how many frames it is later in the new reel; None where it is in one alone."""
        return self.new[0] - self.old[0] if self.old and self.new else None


def runs_of(pieces: Sequence[ShotPiece], old: Reel, new: Reel) -> tuple[MovedStretch, ...]:
    """Neighbours that move together as one, with the black between them and around.

    Black has no source, so it is in no piece: an act break of equal length in both reels is none
    deleted and another inserted. Pieces are in the order of the old reel.
    """
    runs: list[MovedStretch] = []
    for piece in pieces:
        last = runs[-1] if runs else None
        if last and last.moved == piece.moved and _is_break(last.end, piece.old, last, old, new):
            runs[-1] = replace(last, end=piece.old_end)
        else:
            runs.append(MovedStretch(piece.old, piece.old_end, piece.moved))
    if runs and _begins_alike(runs[0], old, new):
        runs[0] = replace(runs[0], start=old.start)
    if runs and _ends_alike(runs[-1], old, new):
        runs[-1] = replace(runs[-1], end=old.end)
    return tuple(runs)


def _begins_alike(run: MovedStretch, old: Reel, new: Reel) -> bool:
    starts_with = old.start + run.moved == new.start
    return starts_with and _is_break(old.start, run.start, run, old, new)


def _ends_alike(run: MovedStretch, old: Reel, new: Reel) -> bool:
    ends_with = old.end + run.moved == new.end
    return ends_with and _is_break(run.end, old.end, run, old, new)


def _is_break(start: int, end: int, run: MovedStretch, old: Reel, new: Reel) -> bool:
    """Whether both reels are black from one old frame to another, or there is nothing between."""
    return old.is_black(start, end) and new.is_black(start + run.moved, end + run.moved)


def ranges_of(runs: Sequence[MovedStretch], old: Reel, new: Reel) -> tuple[ReelRange, ...]:
    """All of both reels, in the order of the old one; what is inserted stands where it came in."""
    placed: list[tuple[int, int, ReelRange]] = []
    at = old.start
    for run in (*runs, MovedStretch(old.end, old.end, 0)):
        if at < run.start:
            placed.append((at, 0, ReelRange("deleted", (at, run.start), None)))
        if run.start < run.end:
            state: Literal["moved", "kept"] = "moved" if run.moved else "kept"
            new_span = run.start + run.moved, run.end + run.moved
            placed.append((run.start, 0, ReelRange(state, (run.start, run.end), new_span)))
        at = run.end
    by_new = sorted(runs, key=lambda run: run.start + run.moved)
    ends = [run.end + run.moved for run in by_new]
    at = new.start
    for start, end in (*((r.start + r.moved, r.end + r.moved) for r in by_new), (new.end, new.end)):
        if at < start:
            number = bisect_right(ends, at) - 1
            after = by_new[number].end if number >= 0 else old.start
            order = -1 if number < 0 else 1  # behind what was deleted there
            placed.append((after, order, ReelRange("inserted", None, (at, start))))
        at = end
    return tuple(one for _, _, one in sorted(placed, key=lambda entry: entry[:2]))
