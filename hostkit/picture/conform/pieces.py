"""What of the old reel is in the new one: pieces of shots, each moved as a whole."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hostkit.errors import BadValue
from hostkit.picture.conform.shots import Reel, Shot
from hostkit.picture.conform.spans import Spans

MOST_PIECES = 100_000


@dataclass(frozen=True)
class ShotPiece:
    """Frames that are in both reels: `frames` of them, from `old` and from `new` on."""

    old: int
    new: int
    frames: int
    old_shot: Shot
    new_shot: Shot

    @property
    def moved(self) -> int:
        """By how many frames it is later in the new reel."""
        return self.new - self.old

    @property
    def old_end(self) -> int:
        return self.old + self.frames

    @property
    def new_end(self) -> int:
        return self.new + self.frames

    def part(self, old: int, old_end: int) -> ShotPiece:
        """What of it lies between two frames of the old reel."""
        return ShotPiece(old, old + self.moved, old_end - old, self.old_shot, self.new_shot)


def possible_pieces(old: Reel, new: Reel) -> dict[Shot, list[ShotPiece]]:
    """For each old shot every place where frames of it are in the new reel, at its speed.

    Raises BadValue where there are too many to be a reel.
    """
    lists = {key: _Sources(shots) for key, shots in new.by_source.items()}
    found: dict[Shot, list[ShotPiece]] = {}
    count = 0
    for shot in old.shots:
        near = lists[shot.key].near(shot) if shot.key in lists else ()
        found[shot] = [piece for other in near if (piece := _common(shot, other)) is not None]
        count += len(found[shot])
        if count > MOST_PIECES:
            raise BadValue(
                f"shots of {old.file} are more than {MOST_PIECES} times in {new.file}",
                cure="give the sources names of their own (reels or clip names)",
            )
    return found


def chosen_pieces(old: Reel, possible: dict[Shot, list[ShotPiece]]) -> tuple[ShotPiece, ...]:
    """The pieces that the old reel has become, in its order; each frame is used once.

    What moves as the piece before it is preferred, then what is longer. Where two old shots would
    be the same new frames, the one in the longer stretch that moves together has them.
    """
    first: list[ShotPiece] = []
    moved = 0
    for shot in old.shots:
        pieces = _laid(_preferred(possible[shot], moved), Spans(), Spans())
        first += pieces
        moved = pieces[-1].moved if pieces else moved
    taken_old, taken_new = Spans(), Spans()
    weights = _together(first)
    order = sorted(range(len(first)), key=lambda number: (-weights[number], first[number].old))
    kept = _laid([first[number] for number in order], taken_old, taken_new)
    for shot in old.shots:  # what has lost its place may have another
        kept += _laid(_preferred(possible[shot], moved), taken_old, taken_new)
    return tuple(sorted(kept, key=lambda piece: piece.old))


class _Sources:
    """Shots of one source, by where they begin in it."""

    def __init__(self, shots: Sequence[Shot]) -> None:
        self._shots = sorted(shots, key=lambda shot: shot.sources[0])
        self._firsts = [shot.sources[0] for shot in self._shots]
        self._longest = max(last - first for first, last in (s.sources for s in shots))

    def near(self, shot: Shot) -> Iterator[Shot]:
        """Those that may show a frame of what another shows."""
        first, last = shot.sources
        number = bisect_left(self._firsts, first - self._longest - 1)
        while number < len(self._shots) and self._firsts[number] <= last + 1:
            yield self._shots[number]
            number += 1


def _common(old: Shot, new: Shot) -> ShotPiece | None:
    """The frames that two shots of one source share, if they play them at one speed."""
    if old.pace != new.pace:
        return None
    apart = old.source - new.source
    if old.speed == 0:
        if apart:
            return None
        moved = new.start - old.start
    else:
        moved = new.start - old.start + round(apart if old.speed == 1 else apart / old.speed)
    start, end = max(old.start, new.start - moved), min(old.end, new.end - moved)
    return ShotPiece(start, start + moved, end - start, old, new) if start < end else None


def _preferred(pieces: Iterable[ShotPiece], moved: int) -> list[ShotPiece]:
    """In the order in which they are tried: as the one before moved, then the longer."""
    return sorted(
        pieces,
        key=lambda piece: (piece.moved != moved, -piece.frames, abs(piece.moved - moved)),
    )


def _laid(pieces: Iterable[ShotPiece], taken_old: Spans, taken_new: Spans) -> list[ShotPiece]:
    """The pieces, one after the other, as far as their frames are free in both; by old frames."""
    laid = []
    for piece in pieces:
        for start, end in list(taken_old.free(piece.old, piece.old_end)):
            part = piece.part(start, end)
            for new, new_end in list(taken_new.free(part.new, part.new_end)):
                laid.append(piece.part(new - piece.moved, new_end - piece.moved))
                taken_old.take(laid[-1].old, laid[-1].old_end)
                taken_new.take(new, new_end)
    return sorted(laid, key=lambda piece: piece.old)


def _together(pieces: Sequence[ShotPiece]) -> list[int]:
    """For each piece how many frames move with it without a gap."""
    if not pieces:
        return []
    runs = [[pieces[0]]]
    for last, piece in pairwise(pieces):
        if last.moved == piece.moved and last.old_end == piece.old:
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return [sum(piece.frames for piece in run) for run in runs for _ in run]
