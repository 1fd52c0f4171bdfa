"""Silence played before the first frame, until an effect's latency stays."""

from __future__ import annotations

from collections.abc import Iterator

from hostkit.audio.block import silence
from hostkit.devices.device import Setup
from hostkit.devices.minihost.loading import Loaded, pump_messages
from hostkit.timebase.play_head import PlayHead
from hostkit.timebase.transport import STILL


def latencies(plugin: Loaded, setup: Setup, buffer_frames: int, blocks: int) -> Iterator[int]:
    """What an effect says after each of some blocks of silence, in the time before its first frame.

    Each block is played when it is asked for.
    """
    before = setup.transport.begun_at(-blocks * buffer_frames)
    head = PlayHead(before, setup.sample_rate) if setup.transport != STILL else None
    key = silence(plugin.key_channels, buffer_frames) if plugin.key_channels else None
    for block in range(blocks):
        if head:
            plugin.tell(head.at(block * buffer_frames))
        plugin.process(silence(plugin.main_in, buffer_frames), key, [], buffer_frames)
        pump_messages()
        yield plugin.latency


def settle(plugin: Loaded, setup: Setup, buffer_frames: int, blocks: int) -> None:
    """Plays so many blocks of silence."""
    for _ in latencies(plugin, setup, buffer_frames, blocks):
        pass
