"""What a source is played with, and what one that plays gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hostkit.audio.block import Audio
from hostkit.audio.layout import ChannelLayout
from hostkit.devices.device import Setup
from hostkit.jobs.isolate import Report
from hostkit.jobs.store import Store


@dataclass(frozen=True)
class Stage:
    """What its devices are set up for, who is told, and the store that holds what others played.

    Without a `store` all that it needs is played anew.
    """

    setup: Setup
    report: Report
    store: Store | None = None


class Playing(Protocol):
    """A source that sounds, from its first frame on."""

    @property
    def layout(self) -> ChannelLayout:
        """The channels of its sound."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """What its devices had to say, and what was not heard of it so far."""
        ...

    def next_block(self, start: int, frames: int) -> Audio:
        """The stretch from frame `start` on: `frames`, fewer while latency is made up for."""
        ...
