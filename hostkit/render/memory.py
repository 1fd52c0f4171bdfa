"""The memory that samples take: no more jobs are started at once than it holds.

How much a sampler needs is known before it plays, as far as hostkit reads its files (an SFZ).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from hostkit.jobs.family import free_bytes

SHARE = 0.9
"""Of what is free, for samples: a job needs something besides."""
_WAIT_SECONDS = 0.2


@dataclass
class SampleMemory:
    """What jobs hold, by token, of what was free when none held any."""

    free: Callable[[], int | None] = free_bytes
    _held: dict[str, int] = field(default_factory=dict)
    _room: float = 0.0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self, token: str, needed_bytes: int) -> bool:
        """Whether a job may start that needs so much; one always may, alone.

        Then it holds that until it is given back.
        """
        if not needed_bytes:
            return True
        with self._changed:
            if not self._held:
                free = self.free()
                self._room = float("inf") if free is None else free * SHARE
            elif sum(self._held.values()) + needed_bytes > self._room:
                return False
            self._held[token] = needed_bytes
            return True

    def give_back(self, token: str) -> None:
        """The job has ended."""
        with self._changed:
            self._held.pop(token, None)
            self._changed.notify_all()

    def wait(self) -> None:
        """Until something was given back, or a little while."""
        with self._changed:
            self._changed.wait(_WAIT_SECONDS)

    def waits(self, name: str, needed_bytes: int) -> str:
        """What to say of a job that may not start yet."""
        return (
            f"the samples of {name} take {_size(needed_bytes)}, and jobs hold "
            f"{_size(sum(self._held.values()))} of {_size(self._room)} free memory: fewer are "
            "rendered at once"
        )


def _size(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
