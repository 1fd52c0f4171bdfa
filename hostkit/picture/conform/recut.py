"""A recut: two reels, what they share, and what becomes of a frame."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from hostkit.errors import BadValue
from hostkit.picture.conform.changes import MovedStretch, ReelRange, ranges_of, runs_of
from hostkit.picture.conform.pieces import ShotPiece, chosen_pieces, possible_pieces
from hostkit.picture.conform.shots import Reel, Shot
from hostkit.picture.conform.words import cut_in_words, sources_in_words, speed_in_words

NEAR_CUT_FRAMES = 2
"""What is so near to a cut is meant for it."""

State = Literal["kept", "moved", "lost", "ambiguous"]


@dataclass(frozen=True)
class Fate:
    """What becomes of a frame of the old reel.

    `new` is where it is, as far as can be told: None where it is lost. `also` are the frames by
    which it would move if it were another of the places where it is seen. `why` says in words what
    is not plain.
    """

    old: int
    new: int | None
    also: tuple[int, ...] = ()
    why: str = ""

    @property
    def moved_frames(self) -> int | None:
        """By how many frames it is later in the new reel; None where it is lost."""
        return None if self.new is None else self.new - self.old

    @property
    def state(self) -> State:
        """In a word, as documents say it."""
        if self.new is None:
            return "lost"
        if self.also:
            return "ambiguous"
        return "moved" if self.moved_frames else "kept"


@dataclass(frozen=True)
class Recut:
    """Two reels, the pieces they share and the stretches that move together, by old frames."""

    old: Reel
    new: Reel
    possible: dict[Shot, list[ShotPiece]]
    pieces: tuple[ShotPiece, ...]
    runs: tuple[MovedStretch, ...]

    @classmethod
    def of(cls, old: Reel, new: Reel) -> Recut:
        """Compares two reels. Raises BadValue where they have nothing in common."""
        possible = possible_pieces(old, new)
        pieces = chosen_pieces(old, possible)
        if not pieces:
            of_old, of_new = sources_in_words(old), sources_in_words(new)
            raise BadValue(
                f"no shot of {old.file} ({of_old}) is in {new.file} ({of_new})",
                cure="name two lists of one reel, whose reels or source files have the same names",
            )
        return cls(old, new, possible, pieces, runs_of(pieces, old, new))

    @cached_property
    def ranges(self) -> tuple[ReelRange, ...]:
        """The changes of the reel."""
        return ranges_of(self.runs, self.old, self.new)

    def fate(self, frame: int) -> Fate:
        """What becomes of a frame: near a cut it follows the cut into its shot."""
        return self._on_cut(frame) or self._in_shot(frame) or self._off_cut(frame)

    def place(self, frame: int) -> int:
        """Where a frame would be that is lost: where what was around it was joined."""
        number = bisect_right(self.runs, frame, key=lambda run: run.start) - 1
        if number < 0:
            return self.runs[0].start + self.runs[0].moved
        run = self.runs[number]
        return min(frame, run.end) + run.moved

    def moved_after(self, frame: int) -> int:
        """By how many frames the next thing moved that is left, or the last."""
        number = bisect_right(self.runs, frame, key=lambda run: run.end)
        return self.runs[min(number, len(self.runs) - 1)].moved

    def run_at(self, frame: int) -> MovedStretch | None:
        """The stretch that a frame moves with."""
        number = bisect_right(self.runs, frame, key=lambda run: run.start) - 1
        run = self.runs[number] if number >= 0 else None
        return run if run is not None and frame < run.end else None

    def _on_cut(self, frame: int) -> Fate | None:
        """By the cut that it stands on, where that cut is in the new reel too."""
        shot = self._cut_into(frame)
        pieces = self._pieces_of(shot) if shot is not None else []
        if shot is None or not pieces or self._runs_on_before(pieces[0]):
            return None
        new = pieces[0].new_shot.start + frame - shot.start
        used = {piece.new_shot for piece in pieces}
        others = {
            piece.new_shot.start - shot.start
            for piece in self._unused(shot)
            if piece.new_shot not in used
        }
        also = tuple(sorted(others - {new - frame}))
        return Fate(frame, new, also, cut_in_words(shot, pieces[0]))

    def _cut_into(self, frame: int) -> Shot | None:
        """The shot into which there is a cut at a frame, or the nearest cut to it."""
        for distance in range(NEAR_CUT_FRAMES + 1):
            for at in (frame - distance, frame + distance):
                shot = self.old.shot_at(at)
                if shot is not None and shot.start == at:
                    return shot
        return None

    def _in_shot(self, frame: int) -> Fate | None:
        """By the frame itself."""
        run = self.run_at(frame)
        if run is None:
            return None
        shot = self.old.shot_at(frame)
        also: set[int] = set()
        if shot is not None:
            also = {p.moved for p in self._unused(shot) if p.old <= frame < p.old_end}
        why = ""
        if shot is not None and shot.start >= frame - NEAR_CUT_FRAMES and self._pieces_of(shot):
            why = f"the cut into {shot.name} is gone"
        return Fate(frame, frame + run.moved, tuple(sorted(also - {run.moved})), why)

    def _off_cut(self, frame: int) -> Fate:
        """In no piece: a cut to black goes with the end of its shot; all else is lost."""
        if self.old.shot_at(frame) is None:
            for distance in range(NEAR_CUT_FRAMES + 1):
                before = self.old.shot_at(frame - distance - 1)
                if before is not None and (pieces := self._pieces_of(before)):
                    new = pieces[-1].new_shot.end + distance
                    return Fate(frame, new, (), f"on the cut from {before.name} to black")
        return Fate(frame, None, (), self._why_lost(frame))

    def _why_lost(self, frame: int) -> str:
        if not self.old.start <= frame < self.old.end:
            return f"it is not in {self.old.file}"
        shot = self.old.shot_at(frame)
        if shot is None:
            return "it stands in black whose length has changed"
        same = self.new.by_source.get(shot.key, [])
        other = next((one for one in same if _retimed(one, shot, frame)), None)
        if other is not None:
            source = shot.source + (frame - shot.start) * shot.speed
            at = other.start + round((source - other.source) / other.speed)
            speeds = f"{speed_in_words(other)}, was {speed_in_words(shot)}"
            return f"{shot.name} is now at {speeds}; the frame is near {self.new.label(at)}"
        part = "this part of " if same else ""
        return f"{part}{shot.name} was taken out"

    @cached_property
    def _by_shot(self) -> dict[Shot, list[ShotPiece]]:
        found: dict[Shot, list[ShotPiece]] = {}
        for piece in self.pieces:
            found.setdefault(piece.old_shot, []).append(piece)
        return found

    def _pieces_of(self, shot: Shot) -> list[ShotPiece]:
        return self._by_shot.get(shot, [])

    @cached_property
    def _by_new(self) -> tuple[ShotPiece, ...]:
        return tuple(sorted(self.pieces, key=lambda piece: piece.new))

    def _runs_on_before(self, head: ShotPiece) -> bool:
        """Whether the new shot shows another old one before this: then there is no cut."""
        number = bisect_right(self._by_new, head.new - 1, key=lambda piece: piece.new) - 1
        before = self._by_new[number] if number >= 0 else None
        return before is not None and before.new_shot == head.new_shot

    def _unused(self, shot: Shot) -> Iterator[ShotPiece]:
        """Other places where frames of a shot are seen, which no other old frame has become."""
        for piece in self.possible[shot]:
            number = bisect_right(self._by_new, piece.new, key=lambda one: one.new_end)
            taken = number < len(self._by_new) and self._by_new[number].new < piece.new_end
            if not taken:
                yield piece


def _retimed(new: Shot, old: Shot, frame: int) -> bool:
    """Whether a new shot of the same source has that frame at another speed."""
    if new.pace == old.pace or new.speed == 0:
        return False
    first, last = new.sources
    return first <= old.source + (frame - old.start) * old.speed <= last
