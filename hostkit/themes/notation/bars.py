"""Bar checks: whether notes fill their bars."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from hostkit.themes.notation.faults import Faults

QUARTERS_A_WHOLE = 4


@dataclass
class Bars:
    """The bars of one text. `meter` is beats and their value; its own may change on the way.

    The first bar may be shorter: an upbeat.
    """

    meter: tuple[int, int]
    faults: Faults
    start: Fraction = Fraction(0)
    number: int = 1
    _upbeat: bool = True
    _told: int = 0
    _items: list[tuple[Fraction, Fraction, int, int]] = field(default_factory=list)

    @property
    def length(self) -> Fraction:
        """Of a bar, in quarter notes."""
        beats, value = self.meter
        return Fraction(QUARTERS_A_WHOLE * beats, value)

    def item(self, start: Fraction, length: Fraction, offset: int, width: int) -> None:
        """A note, chord or rest, with its place in the text."""
        self._items.append((start, length, offset, width))

    def partial(self, length: Fraction) -> None:
        """The first bar is said to have that length."""
        self.start -= self.length - length
        self._upbeat = False

    def change(self, meter: tuple[int, int]) -> None:
        """Another meter from here on."""
        self.meter = meter

    def check(self, now: Fraction, offset: int) -> None:
        """A bar check stands at `now`."""
        filled = now - self.start
        is_upbeat = self._upbeat and filled < self.length
        spoiled = len(self.faults.found) > self._told  # what is wrong in it may be its length
        if filled % self.length and not is_upbeat and not spoiled:
            self._tell(filled, offset)
        self.number += max(1, int(filled / self.length)) if filled else 0
        if filled:
            self.start, self._upbeat = now, False
        self._items.clear()
        self._told = len(self.faults.found)

    def _tell(self, filled: Fraction, offset: int) -> None:
        whole = filled // self.length
        number = self.number + int(whole)
        line = self.start + whole * self.length
        meter = f"{self.meter[0]}/{self.meter[1]}"
        cure = f"let its notes last {self._said(self.length)}, or write meter: beside the notes"
        for start, length, place, width in self._items:
            if start < line < start + length:
                over = self._said(start + length - line)
                message = f"this goes over the end of bar {number - 1} by {over}: a bar has {meter}"
                self.faults.add(place, width, message, f"{cure}; a note over a bar line is tied")
                return
        lasts = self._said(filled - whole * self.length if whole else filled)
        if whole:
            message = f"bar {number - 1} is overfilled by {lasts}: a bar has {meter}"
        else:
            message = f"bar {number} has {lasts} only: a bar has {meter}"
        self.faults.add(offset, 1, message, cure)

    @staticmethod
    def _said(quarters: Fraction) -> str:
        """A length in whole notes.

        >>> Bars._said(Fraction(5))
        '5/4'
        """
        wholes = quarters / QUARTERS_A_WHOLE
        under = max(wholes.denominator, QUARTERS_A_WHOLE)
        return f"{wholes * under}/{under}" if under % wholes.denominator == 0 else str(wholes)
