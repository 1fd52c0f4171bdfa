"""Devices that live by the clock: a sampler that loads in the background, or cannot hurry.

What is said here is true of any host: it is done at the seam, from outside.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from hostkit.audio.block import Audio, silence
from hostkit.audio.layout import ChannelLayout
from hostkit.devices.description import LONGEST_BUFFER_FRAMES
from hostkit.devices.device import Device, Feed, Setup
from hostkit.devices.plugins.chance import seed_c_random
from hostkit.devices.spec import PluginSpec

Open = Callable[[PluginSpec, Setup], Device]


class RealTime:
    """Lets frames go by no faster than they sound."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._due = time.monotonic()

    def wait(self, frames: int) -> None:
        """Waits until as long is over since the last time; what came late is not made up for."""
        self._due += frames / self._rate
        early = self._due - time.monotonic()
        if early > 0:
            time.sleep(early)
        else:
            self._due -= early


class Paced:
    """A device that is given each of its buffers no sooner than the one before has sounded."""

    def __init__(self, device: Device, sample_rate: int, buffer_frames: int) -> None:
        self._device, self._rate, self._buffer = device, sample_rate, buffer_frames
        self._clock: RealTime | None = None

    @property
    def outputs(self) -> Mapping[str, ChannelLayout]:
        return self._device.outputs

    @property
    def warnings(self) -> tuple[str, ...]:
        return self._device.warnings

    def play(self, feed: Feed) -> Mapping[str, Audio]:
        """As the seam says, in as long as the feed sounds."""
        self._clock = self._clock or RealTime(self._rate)
        given = []
        for start in range(0, feed.frames, self._buffer):
            stop = min(start + self._buffer, feed.frames)
            inputs = {name: block[:, start:stop] for name, block in feed.inputs.items()}
            piece = Feed(stop - start, feed.events.between(start, stop), inputs)
            # A block may be the device's own, until it is played again.
            outputs = self._device.play(piece)
            given.append({name: block.copy() for name, block in outputs.items()})
            self._clock.wait(piece.frames)
        if not given:
            return self._device.play(feed)
        return {
            name: np.concatenate([outputs[name] for outputs in given], axis=1)
            for name in self.outputs
        }


class WarmedUp:
    """A device that has played silence for `spec.warm_up_s` by the clock before its first frame.

    Its transport and its lanes begin as much earlier, so that frame 0 is what it was.
    """

    def __init__(
        self, open_it: Open, spec: PluginSpec, setup: Setup, pump: Callable[[], None]
    ) -> None:
        """`pump` hands out the messages that wait. Raises DeviceError as `open_it` does."""
        frames = warm_up_frames(spec.warm_up_s, setup.sample_rate)
        early = replace(setup, transport=setup.transport.begun_at(-frames))
        self._device = open_it(_later(spec, frames), early)
        self.outputs, self.warnings = self._device.outputs, self._device.warnings
        self._surplus = frames - self._warm_up(frames, spec.buffer_frames, setup, pump)
        seed_c_random()

    def play(self, feed: Feed) -> Mapping[str, Audio]:
        """As the seam says."""
        outputs = self._device.play(feed)
        ready = next(iter(outputs.values())).shape[1] if outputs else 0
        dropped = min(self._surplus, ready)
        self._surplus -= dropped
        return {name: block[:, dropped:] for name, block in outputs.items()}

    def _warm_up(self, frames: int, buffer: int, setup: Setup, pump: Callable[[], None]) -> int:
        """How many frames of it have been given."""
        clock, given = RealTime(setup.sample_rate), 0
        for _ in range(0, frames, buffer):
            quiet = {name: silence(inp.channels, buffer) for name, inp in setup.inputs.items()}
            outputs = self._device.play(Feed(buffer, inputs=quiet))
            given += next(iter(outputs.values())).shape[1] if outputs else 0
            pump()
            setup.alive()
            clock.wait(buffer)
        return given


def warm_up_frames(seconds: float, sample_rate: int) -> int:
    """In whole buffers of any length, so that what comes after lies on the same grid.

    >>> warm_up_frames(0.1, 48_000)
    8192
    """
    return -(-round(seconds * sample_rate) // LONGEST_BUFFER_FRAMES) * LONGEST_BUFFER_FRAMES


def _later(spec: PluginSpec, frames: int) -> PluginSpec:
    lanes = (
        replace(lane, points=tuple((at + frames, value) for at, value in lane.points))
        for lane in spec.lanes
    )
    return replace(spec, lanes=tuple(lanes))
