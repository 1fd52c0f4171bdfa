"""VST3 and AU effects, streamed so that they sound as in one whole-file call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from hostkit.audio.block import Audio, silence
from hostkit.audio.layout import MONO, STEREO, layout_of
from hostkit.devices.description import BUFFER_FRAMES
from hostkit.devices.device import MAIN, Feed, Setup
from hostkit.devices.latency import SETTLING_BLOCKS, SteadyLatency, blocks_to_settle
from hostkit.devices.plugins.chance import seed_c_random
from hostkit.devices.plugins.lanes import GRID_FRAMES, Automation
from hostkit.devices.plugins.loading import HostedPlugin, first_supported, quick_load, renew
from hostkit.devices.plugins.settings import set_up
from hostkit.devices.spec import PluginSpec
from hostkit.errors import DeviceError


@dataclass(frozen=True)
class Side:
    """One running pedalboard effect: `process` takes a block and the buffer size."""

    process: Callable[[Audio, int], Audio]
    automation: Automation
    latency: Callable[[], int] = lambda: 0


class StreamedEffect:
    """One pedalboard effect, or one for each side, run on the grid of its buffer.

    What comes in is held until it fills whole buffers, so that an effect sees the same
    calls however the stream was cut. pedalboard holds back as many frames as the effect
    has latency, so what it gives is aligned already, as long as the latency stays.
    """

    def __init__(
        self,
        name: str,
        sides: Sequence[Side],
        channels_in: int,
        channels: int,
        warnings: tuple[str, ...] = (),
        buffer_frames: int = BUFFER_FRAMES,
        latency: SteadyLatency | None = None,
        surplus_frames: int = 0,
    ) -> None:
        """Two `sides` are run on one channel each, a single one on all channels.

        Without `latency` it has none. What it gives first answers `surplus_frames` that it heard
        before, which are dropped.
        """
        self._name = name
        self._sides = tuple(sides)
        self._widen = channels > channels_in
        automated = any(side.automation for side in sides)
        self._buffer = min(GRID_FRAMES, buffer_frames) if automated else buffer_frames
        self._held = silence(channels_in, 0)
        self._position = 0
        self._latency, self._surplus = latency, surplus_frames
        self._channels = channels
        self.outputs = {MAIN: layout_of(channels)}
        self.warnings = warnings

    def play(self, feed: Feed) -> dict[str, Audio]:
        """Raises DeviceError when the effect refuses the block or changes its latency."""
        return {MAIN: self._process(feed.inputs[MAIN])}

    def _process(self, block: Audio) -> Audio:
        held = np.concatenate((self._held, block), axis=1) if self._held.shape[1] else block
        frames = held.shape[1] - held.shape[1] % self._buffer
        self._held = held[:, frames:].copy()
        if not frames:
            return silence(self._channels, 0)
        ready = held[:, :frames]
        if self._widen:
            ready = np.repeat(ready, 2, axis=0)
        if len(self._sides) == 1:
            out = self._run(self._sides[0], ready)
        else:
            parts = [self._run(side, ready[i : i + 1]) for i, side in enumerate(self._sides)]
            out = np.concatenate(parts, axis=0)
        self._position += frames
        dropped = min(self._surplus, out.shape[1])
        self._surplus -= dropped
        return out[:, dropped:]

    def _run(self, side: Side, ready: Audio) -> Audio:
        parts = []
        start = 0
        for frames in self._calls(side, ready.shape[1]):
            try:
                part = side.process(ready[:, start : start + frames], self._buffer)
            except (ValueError, RuntimeError) as error:
                raise DeviceError(f"{self._name}: {error}") from error
            if self._latency:
                self._latency.check(side.latency(), self._position + start)
            parts.append(part)
            start += frames
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def _calls(self, side: Side, frames: int) -> Iterator[int]:
        """Lengths that add up to `frames`, in whole buffers; the first ones are short."""
        settling = max(SETTLING_BLOCKS * self._buffer - self._position, 0) if self._latency else 0
        for stretch in side.automation.stretches(self._position, frames):
            short = min(settling, stretch)
            yield from (self._buffer for _ in range(0, short, self._buffer))
            if short < stretch:
                yield stretch - short
            settling -= short


def main_channels(name: str, setup: Setup) -> int:
    """How many channels its main input gets, of which a pedalboard effect takes 1 or 2.

    Raises DeviceError for more, and for any other input.
    """
    setup.expect(name, MAIN)
    layout = setup.inputs[MAIN]
    if layout not in (MONO, STEREO):
        raise DeviceError(f"{name} takes mono or stereo, not {layout.name}", cure="take it out")
    return layout.channels


def open_effect(spec: PluginSpec, setup: Setup) -> StreamedEffect:
    """A plug-in as an effect on a mono or stereo signal.

    One that takes only stereo gets a mono signal on both channels; one that takes only
    mono runs once for each side. Raises DeviceError for a plug-in that cannot be loaded
    or is an instrument, and as `set_up` does.
    """
    sample_rate, channels_in = setup.sample_rate, main_channels(spec.name, setup)
    plugin = quick_load(spec.path, spec.name, shares_file=spec.shares_file)
    if plugin.is_instrument:
        raise DeviceError(
            f"{spec.name} is an instrument, not an effect", cure="name it as a track's instrument"
        )
    buffer = spec.buffer_frames
    channels = first_supported(plugin, (channels_in, 3 - channels_in), sample_rate, buffer)
    dual_mono = channels < channels_in
    plugins = [plugin]
    if dual_mono:
        plugins.append(quick_load(spec.path, spec.name, shares_file=spec.shares_file))
        first_supported(plugins[1], (1,), sample_rate, buffer)  # brings it to mono, as the first
    renew(plugin)
    settling = blocks_to_settle(_latencies(plugin, channels, setup, buffer))
    sides: list[Side] = []
    warnings: tuple[str, ...] = ()
    for one in plugins:
        renew(one)
        automation, warnings = set_up(one, spec)
        for _ in islice(_latencies(one, channels, setup, buffer), settling):
            pass
        sides.append(_side(one, sample_rate, automation))
    if dual_mono:
        warnings = (*warnings, f"{spec.name} is mono: it runs once for each side")
    seed_c_random()
    widest = max(channels_in, channels)
    latency = SteadyLatency(spec, setup)
    # Of what it heard while it settled, pedalboard still gives as much as its latency held back.
    surplus = min(settling * buffer, plugin.reported_latency_samples)
    return StreamedEffect(spec.name, sides, channels_in, widest, warnings, buffer, latency, surplus)


def _latencies(
    plugin: HostedPlugin, channels: int, setup: Setup, buffer_frames: int
) -> Iterator[int]:
    """What it says after each of the first blocks of silence, played when it is asked for."""
    quiet = silence(channels, buffer_frames)
    for _ in range(SETTLING_BLOCKS):
        plugin.process(quiet, setup.sample_rate, buffer_frames, False)
        yield plugin.reported_latency_samples


def _side(plugin: HostedPlugin, sample_rate: int, automation: Automation) -> Side:
    def process(block: Audio, buffer: int) -> Audio:
        return plugin.process(block, sample_rate, buffer, False)

    return Side(process, automation, lambda: plugin.reported_latency_samples)
