"""What keys a device: a print from the store, or dialogue, read in step with what it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio
from hostkit.audio.files.reader import open_audio
from hostkit.audio.layout import MONO, ChannelLayout, layout_of
from hostkit.devices.spec import Sidechain
from hostkit.jobs.store import Store
from hostkit.render.track.stream import Stream

_SILENT = 1e-5


class Key(Stream):
    """A side-chain's signal, which notices whether there is one."""

    def __init__(
        self, name: str, layout: ChannelLayout, blocks: Iterator[Audio], start: int = 0
    ) -> None:
        """`blocks` begin on frame `start`, which may be before 0."""
        super().__init__(layout, blocks, start)
        self.name = name
        self._peak = 0.0

    def next(self, frames: int) -> Audio:
        """The next stretch, shape (channels, frames)."""
        taken = super().next(frames)
        self._peak = max(self._peak, float(np.abs(taken).max(initial=0.0)))
        return taken

    def warnings(self, device: str) -> tuple[str, ...]:
        """Whether it was silent as long as it was heard."""
        if self._peak >= _SILENT:
            return ()
        return (
            f"{device} is side-chained by {self.name}, which is silent; "
            f"give {self.name} notes, or key it by another track",
        )


OpenKey: TypeAlias = Callable[[Sidechain], Key]


def keys_from(store: Store, sample_rate: int, start: int = 0) -> OpenKey:
    """Opens keys whose prints are in a store, on frame `start`. Raises LostPrint, RequestError."""

    def opened(key: Sidechain) -> Key:
        if key.print:
            found = store.take(key.print)
            return Key(key.name, layout_of(found.channels), found.audio(BLOCK_FRAMES, start))
        if key.dialogue is not None:
            spoken = open_audio(key.dialogue.path, sample_rate=sample_rate)
            return Key(key.name, layout_of(spoken.channels), spoken.blocks(), key.start - start)
        return silent_key(key)

    return opened


def silent_key(key: Sidechain) -> Key:
    """Silence in its place."""
    return Key(key.name, MONO, iter(()))
