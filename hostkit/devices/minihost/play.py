"""A plug-in hosted by minihost, streamed: with a play head, a key, and each of its outputs."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hostkit.audio.block import Audio, silence
from hostkit.audio.layout import ChannelLayout, layout_of
from hostkit.devices.description import output_names
from hostkit.devices.device import MAIN, SIDECHAIN, Feed, Setup
from hostkit.devices.latency import SteadyLatency
from hostkit.devices.minihost.loading import Loaded, MidiEvent
from hostkit.devices.plugins.chance import seed_c_random
from hostkit.devices.plugins.crowds import spread
from hostkit.devices.plugins.lanes import GRID_FRAMES, Automation
from hostkit.devices.spec import PluginSpec
from hostkit.errors import DeviceError
from hostkit.midi.events import NO_EVENTS, SampleEvents
from hostkit.midi.messages import Messages
from hostkit.timebase.play_head import PlayHead
from hostkit.timebase.transport import STILL

MOVING_FRAMES = 64
"""Blocks while the tempo moves: an echo's deviation from blocks of 32 is -26 dB in them, and
-5 dB in blocks of 512."""


@dataclass(frozen=True)
class RunningPlugin:
    """One running instance, and what drives its parameters."""

    plugin: Loaded
    automation: Automation


class Streamed:
    """A `Device` of the seam: one instance, or one for each side of a stereo signal.

    What comes in is held until it fills whole buffers, so that a plug-in sees the same calls
    however the stream was cut. A buffer in which the tempo or the meter changes is played in
    pieces of 64 frames.
    """

    def __init__(
        self,
        spec: PluginSpec,
        sides: Sequence[RunningPlugin],
        setup: Setup,
        warnings: tuple[str, ...] = (),
    ) -> None:
        """Two `sides` are run on one channel each, a single one on all channels."""
        self._name, self._sides, self.warnings = spec.name, tuple(sides), warnings
        buffer_frames = spec.buffer_frames
        plugin = sides[0].plugin
        automated = any(side.automation for side in sides)
        self._buffer = min(GRID_FRAMES, buffer_frames) if automated else buffer_frames
        follows = setup.transport != STILL
        self._head = PlayHead(setup.transport, setup.sample_rate) if follows else None
        self._main_in, self._key_in = plugin.main_in, plugin.key_channels
        self._inputs = {name: silence(layout.channels, 0) for name, layout in setup.inputs.items()}
        self.outputs: dict[str, ChannelLayout] = _outputs(plugin, len(sides))
        self._events = NO_EVENTS  # from the first frame not yet played
        self._notes: list[MidiEvent] = []
        self._asked = self._played = 0
        self._latency = SteadyLatency(spec, setup)

    def play(self, feed: Feed) -> dict[str, Audio]:
        """As the seam says; plays whole buffers, so up to one less is held back.

        Raises DeviceError when the plug-in refuses, or changes its latency.
        """
        if self._played == 0:
            seed_c_random()
        self._hold(feed)
        frames = (self._asked - self._played) // self._buffer * self._buffer
        main = _fitted(self._take(MAIN, frames), self._main_in * len(self._sides))
        key = _fitted(self._take(SIDECHAIN, frames), self._key_in) if self._key_in else None
        events = spread(self._events, self._buffer)
        self._events = events.between(frames, sys.maxsize)
        events = events.between(0, frames)
        made = [
            self._run(
                side, main[number : number + 1] if len(self._sides) > 1 else main, key, events
            )
            for number, side in enumerate(self._sides)
        ]
        self._played += frames
        together = made[0] if len(made) == 1 else np.concatenate([out[:1] for out in made])
        return self._by_output(together)

    @property
    def played(self) -> int:
        """How many frames it has played."""
        return self._played

    def taken_notes(self) -> list[MidiEvent]:
        """What it has given in notes since this was asked, by the frame in its stream."""
        notes, self._notes = self._notes, []
        return notes

    def _hold(self, feed: Feed) -> None:
        offset = self._asked - self._played
        for name, block in feed.inputs.items():
            held = self._inputs[name]
            self._inputs[name] = np.concatenate((held, block), axis=1) if held.shape[1] else block
        if len(feed.events):
            self._events = SampleEvents(
                np.concatenate((self._events.samples, feed.events.samples + offset)),
                Messages.of(self._events.messages) + feed.events.messages,
            )
        self._asked += feed.frames

    def _take(self, name: str, frames: int) -> Audio:
        held = self._inputs.get(name)
        if held is None:
            return silence(0, frames)
        self._inputs[name] = held[:, frames:].copy()
        return held[:, :frames]

    def _run(
        self, side: RunningPlugin, main: Audio, key: Audio | None, events: SampleEvents
    ) -> Audio:
        """All outputs of one instance for the next whole buffers, its latency left out."""
        plugin, frames = side.plugin, main.shape[1]
        total = sum(bus.channels for bus in plugin.outputs)
        out = np.empty((total, frames), dtype=np.float32)
        timed = _timed(events)
        upcoming = next(timed, None)
        for start, size in self._blocks(plugin, frames):
            if side.automation:
                for _ in side.automation.stretches(self._played + start, size):
                    pass  # the values that hold from here on
            here: list[MidiEvent] = []
            while upcoming is not None and upcoming[0] < start + size:
                here.append((upcoming[0] - start, *upcoming[1]))
                upcoming = next(timed, None)
            stop = start + size
            try:
                block, notes = plugin.process(
                    main[:, start:stop], None if key is None else key[:, start:stop], here, size
                )
            except RuntimeError as error:
                raise DeviceError(f"{self._name}: {error}") from error
            out[:, start:stop] = block
            self._notes += [
                (self._played + start + at, status, first, second)
                for at, status, first, second in notes
            ]
            self._latency.check(plugin.latency, self._played + start)
        return out[:, max(self._latency.frames - self._played, 0) :]

    def _blocks(self, plugin: Loaded, frames: int) -> Iterator[tuple[int, int]]:
        """The pieces of whole buffers, each with the play head set to its first frame."""
        moving = min(MOVING_FRAMES, self._buffer)
        steady_until: float = 0 if self._head else math.inf
        for start in range(0, frames, self._buffer):
            at = self._played + start
            if self._head and at >= steady_until:
                steady_until = self._head.steady_until(at)
            size = self._buffer if at + self._buffer <= steady_until else moving
            for piece in range(start, start + self._buffer, size):
                if self._head:
                    plugin.tell(self._head.at(self._played + piece))
                yield piece, min(size, start + self._buffer - piece)

    def _by_output(self, together: Audio) -> dict[str, Audio]:
        given, row = {}, 0
        for name, layout in self.outputs.items():
            given[name] = together[row : row + layout.channels]
            row += layout.channels
        return given


def _outputs(plugin: Loaded, sides: int) -> dict[str, ChannelLayout]:
    """All outputs by name; of a plug-in for each side MAIN alone."""
    if sides > 1:
        return {MAIN: layout_of(sides)}
    names = output_names([bus.name for bus in plugin.outputs])  # none of what gives notes
    layouts = (layout_of(bus.channels) for bus in plugin.outputs)
    return dict(zip(names, layouts, strict=True))


def _fitted(block: Audio, channels: int) -> Audio:
    """A signal in the channels that an input has: doubled from mono, or the mean for mono.

    Nothing is silence: an LV2 has its key's channels also where nothing keys it.
    """
    if block.shape[0] == channels:
        return block
    if not block.shape[0]:
        return silence(channels, block.shape[1])
    if channels == 1:
        return np.asarray(block.mean(axis=0, keepdims=True), dtype=np.float32)
    return np.repeat(block[:1], channels, axis=0)


def _timed(events: SampleEvents) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """Channel messages, as status and two bytes of data; minihost sends no others."""
    for sample, message in zip(events.samples.tolist(), events.messages, strict=True):
        if message[0] < 0xF0:
            yield sample, (message[0], message[1], message[2] if len(message) > 2 else 0)
