"""Braces of one text: what is in them is a tuplet, or grace notes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from hostkit.themes.notation.faults import Faults

MOST_BRACES = 8
"""One in another."""


@dataclass(frozen=True)
class Brace:
    """What a brace is for, and where it is open: all lengths in it are times `factor`."""

    offset: int
    factor: Fraction = Fraction(1)
    grace: bool = False


@dataclass
class Braces:
    """Those that are open, the outermost first."""

    faults: Faults
    expected: Brace | None = None
    """What the next brace, or the next note, is for."""
    _open: list[Brace] = field(default_factory=list)

    def lasting(self, length: Fraction) -> Fraction:
        """How long a note of that length lasts here."""
        for brace in self._open:
            length *= brace.factor
        return length

    def open(self, at: int) -> None:
        if len(self._open) >= MOST_BRACES:
            self.faults.add(at, 1, "braces are nested too deeply", cure="write a tuplet by itself")
        self._open.append(replace(self.expected or Brace(at), offset=at))
        self.expected = None

    def close(self, at: int) -> None:
        if not self._open:
            self.faults.add(at, 1, "no brace is open", cure="take it out")
            return
        self._open.pop()

    def takes_grace(self) -> bool:
        """Whether a note that stands here is a grace note."""
        if not any(brace.grace for brace in (*self._open, self.expected) if brace):
            return False
        self.expected = None
        return True

    def end(self) -> None:
        """The text is over: none may be open."""
        for brace in self._open[:1]:
            self.faults.add(brace.offset, 1, "this is not closed", cure="close it with }")
