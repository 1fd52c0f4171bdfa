"""What is to be known of shots that are still there: retimes, transitions, versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hostkit.picture.conform.pieces import ShotPiece
from hostkit.picture.conform.recut import Recut
from hostkit.picture.conform.shots import Shot
from hostkit.picture.conform.words import speed_in_words, transition_in_words


@dataclass(frozen=True)
class ShotNote:
    """Something to know of the shot that begins at frame `old` of the old reel, from midnight."""

    old: int
    text: str


def notes_of(recut: Recut) -> Iterator[ShotNote]:
    """The notes of every shot that is in both reels, in the order of the old one."""
    heads: dict[Shot, ShotPiece] = {}
    for piece in recut.pieces:
        heads.setdefault(piece.old_shot, piece)
    for old in recut.old.shots:
        if (head := heads.get(old)) is not None:
            yield from _changes(old, head.new_shot)
            continue
        for new in recut.new.by_source.get(old.key, ()):
            if _is_retimed(old, new):
                was, now = speed_in_words(old), speed_in_words(new)
                yield ShotNote(old.start, f"{old.name} is now at {now}, was at {was}")
                break


def _changes(old: Shot, new: Shot) -> Iterator[ShotNote]:
    was, now = transition_in_words(old), transition_in_words(new)
    if was != now:
        yield ShotNote(old.start, f"{old.name} comes in by {now}, was {was}")
    if old.version != new.version:
        versions = f"{new.version or 'without a version'}, was {old.version or 'without one'}"
        yield ShotNote(old.start, f"{old.name} is now {versions}")


def _is_retimed(old: Shot, new: Shot) -> bool:
    """Whether two shots show some of the same frames, at different speeds."""
    (first, last), (new_first, new_last) = old.sources, new.sources
    return old.pace != new.pace and first <= new_last and new_first <= last
