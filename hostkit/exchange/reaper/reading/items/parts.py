"""What an item of a track is made of: its takes, the part of a source that it plays, its fades."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from hostkit.exchange.project import FileLoop
from hostkit.exchange.reaper.reading.values import exact, number, whole
from hostkit.exchange.reaper.tree import Block, ProjectLine
from hostkit.plan.nodes.recorded import FadeShape

_MOST_SECTIONS = 8
_BACKWARDS, _ALL_BACKWARDS = 2, 3
"""Modes of a section: the bit that reverses it, and that without a section."""
_ROUNDED_FADES = (1, 3)
"""Shapes of fades that go fast where it is soft, as those of equal power do; others are nearer to
a straight line."""
_SAID_FADES = (0, 1)
"""Straight ones, and those that REAPER makes by itself."""


@dataclass(frozen=True)
class ItemTake:
    """What an item plays: the lines and blocks of one of its takes."""

    lines: Block

    @property
    def source(self) -> Block | None:
        return self.lines.block("SOURCE")

    @property
    def pan_and_gain(self) -> tuple[float, float]:
        """Of the take alone: the first one's stand in the item's line, the others' in their own."""
        own = self.lines.words("TAKEVOLPAN")
        words = own or self.lines.words("VOLPAN")[1:]
        return number(words, 0), number(words, 1, 1.0)

    @property
    def speed(self) -> Fraction:
        """Times its source's own; 1 where what is written cannot be meant."""
        speed = exact(self.lines.words("PLAYRATE"), 0, Fraction(1))
        return speed if Fraction(1, 100) <= speed <= 100 else Fraction(1)

    @property
    def transposition_semitones(self) -> float:
        return number(self.lines.words("PLAYRATE"), 2)


def takes_of(item: Block) -> Iterator[tuple[bool, ItemTake]]:
    """The takes of an item, and whether each is the chosen one."""
    lines, chosen = Block(item.head), False
    for one in item.content:
        if isinstance(one, str) and (row := ProjectLine(one)).name == "TAKE":
            yield chosen, ItemTake(lines)
            lines, chosen = Block(row), "SEL" in row.words
            continue
        lines.content.append(one)
    yield chosen, ItemTake(lines)


@dataclass(frozen=True)
class SourceSection:
    """A source, and what of it there is for an item, in seconds; `length` None for all of it."""

    source: Block | None
    start: Fraction = Fraction(0)
    length: Fraction | None = None
    backwards: bool = False

    @classmethod
    def of(cls, source: Block | None) -> SourceSection:
        """The source inside of sections of one."""
        found = cls(source)
        for _ in range(_MOST_SECTIONS):
            source = found.source
            if source is None or source.head.words[1:2] != ["SECTION"]:
                break
            mode, length = whole(source.words("MODE"), 0), exact(source.words("LENGTH"), 0)
            is_part = mode != _ALL_BACKWARDS and length > 0
            found = cls(
                source.block("SOURCE"),
                found.start + (exact(source.words("STARTPOS"), 0) if is_part else 0),
                length if is_part else found.length,
                found.backwards or bool(mode & _BACKWARDS),
            )
        return found

    @property
    def loop(self) -> FileLoop:
        """What comes again where an item is longer."""
        return FileLoop(self.start, None if self.length is None else self.start + self.length)


@dataclass(frozen=True)
class ItemFades:
    """How an item fades in and out, and the numbers of the shapes that it does so in."""

    rise_seconds: float
    fall_seconds: float
    shapes: frozenset[int]

    @classmethod
    def of(cls, item: Block, length: Fraction) -> ItemFades:
        """The fades that are heard: those that REAPER made where items overlap, else one's own."""
        heard = {}
        for name in ("FADEIN", "FADEOUT"):
            words = item.words(name)
            automatic, own = number(words, 2), number(words, 1)
            seconds = min(max(automatic if automatic > 0 else own, 0.0), float(length))
            heard[name] = seconds, whole(words, 0, _SAID_FADES[-1])
        shapes = frozenset(shape for seconds, shape in heard.values() if seconds)
        return cls(heard["FADEIN"][0], heard["FADEOUT"][0], shapes)

    def later(self, seconds: Fraction) -> ItemFades:
        """With silence at the start, into which so much of the fade in falls."""
        return replace(self, rise_seconds=max(0.0, self.rise_seconds - float(seconds)))

    def shorter(self, seconds: Fraction) -> ItemFades:
        """With silence at the end, into which so much of the fade out falls."""
        left = self.fall_seconds - max(0.0, float(seconds))
        return replace(self, fall_seconds=max(0.0, left))

    @property
    def shape(self) -> FadeShape:
        """The one of a session that is nearest."""
        straight = self.shapes and not self.shapes.intersection(_ROUNDED_FADES)
        return "linear" if straight else "equal_power"

    @property
    def are_bent(self) -> bool:
        """Whether a session cannot have them as they are."""
        return len(self.shapes) > 1 or not self.shapes.issubset(_SAID_FADES)
