"""What is wrong with music as text, and where in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from hostkit.errors import BadValue, Fault

MOST_FAULTS = 20
"""Of one text: what is no notation at all need not be told token by token."""


@dataclass(frozen=True)
class NotationFault:
    """Something wrong from character `offset` (from 0) of a text, `width` characters wide."""

    offset: int
    width: int
    fault: Fault


class TooManyFaults(Exception):
    """Reading on makes no sense."""


@dataclass
class Faults:
    """Those of one text while it is read."""

    found: list[NotationFault] = field(default_factory=list)

    def add(self, offset: int, width: int, message: str, cure: str = "") -> None:
        self.found.append(NotationFault(offset, max(1, width), Fault(message, cure)))
        if len(self.found) >= MOST_FAULTS:
            raise TooManyFaults


class NotationError(BadValue):
    """A text that is no music, with all that is wrong in it."""

    def __init__(self, faults: tuple[NotationFault, ...]) -> None:
        self.faults = faults
        super().__init__(*faults[0].fault)
