"""How far a command is: what there is to do, what is done, what is left by the speed so far."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

ALMOST = 0.99
"""More is not said before the end: tails ring longer than can be known."""
Key = tuple[str, str]
"""The kind and the name of a thing that is made."""


@dataclass
class Count:
    """How much there is to do and how much is done, in frames (or files, or seconds)."""

    total: float = 0
    settled: float = 0
    made: float = 0
    began: float | None = None
    waiting: dict[Key, list[float]] = field(default_factory=dict)
    at_work: dict[Key, float] = field(default_factory=dict)

    def expect(self, key: Key, amount: float) -> None:
        self.total += amount
        self.waiting.setdefault(key, []).append(amount)

    def move(self, key: Key, amount: float) -> None:
        if self.began is None:
            self.began = time.monotonic()
        most = max(self.waiting.get(key, ()), default=amount)
        self.at_work[key] = min(amount, most)

    def settle(self, key: Key, *, made: bool) -> None:
        self.at_work.pop(key, None)
        if waiting := self.waiting.get(key):
            amount = waiting.pop(0)
            self.settled += amount
            self.made += amount if made else 0

    @property
    def fraction(self) -> float:
        done = self.settled + sum(self.at_work.values())
        return min(done / self.total, ALMOST) if self.total else 0.0

    @property
    def left_seconds(self) -> float | None:
        """By the speed so far; None before there is one. What was found made has none."""
        elapsed = time.monotonic() - self.began if self.began is not None else 0.0
        made = self.made + sum(self.at_work.values())
        if elapsed < 1 or not made:
            return None
        return elapsed * (self.total - self.settled - sum(self.at_work.values())) / made
