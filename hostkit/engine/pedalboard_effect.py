"""VST3 and AU effects, streamed so that they sound as in one whole-file call."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from hostkit.audio.block import Audio, silence
from hostkit.engine.pedalboard_lanes import GRID_FRAMES, Automation
from hostkit.engine.pedalboard_params import set_up
from hostkit.errors import DeviceError
from hostkit.plan.devices import PluginSpec
from hostkit.plugins.loading import (
    BUFFER_FRAMES,
    HostedPlugin,
    first_supported,
    quick_load,
    renew,
    seed_c_random,
)


class StreamedEffect:
    """One pedalboard effect, or one for each side, run on the grid of its buffer.

    What comes in is held until it fills whole buffers, so that an effect sees the same
    calls however the stream was cut. pedalboard holds back as many frames as the effect
    has latency, so what it gives needs no further alignment: only the first call may
    give less, and a lag that grows later would misalign the rest.
    """

    def __init__(
        self,
        name: str,
        sides: Sequence[Callable[[Audio, int], Audio]],
        channels_in: int,
        channels: int,
        automation: Sequence[Automation] = (),
        warnings: tuple[str, ...] = (),
    ) -> None:
        """`sides` are run on their own channel each when there are two, else one on all.

        Each takes a block and the buffer size.
        """
        self._name = name
        self._sides = tuple(sides)
        self._widen = channels > channels_in
        self._automation = tuple(automation) or (Automation(()),) * len(sides)
        self._buffer = GRID_FRAMES if any(self._automation) else BUFFER_FRAMES
        self._held = silence(channels_in, 0)
        self._position = 0
        self._given = 0
        self._channels = channels
        self.warnings = warnings

    @property
    def channels(self) -> int:
        return self._channels

    def process(self, block: Audio) -> Audio:
        """Raises DeviceError when the effect refuses the block or changes its latency."""
        held = np.concatenate((self._held, block), axis=1) if self._held.shape[1] else block
        frames = held.shape[1] - held.shape[1] % self._buffer
        self._held = held[:, frames:].copy()
        if not frames:
            return silence(self._channels, 0)
        ready = held[:, :frames]
        if self._widen:
            ready = np.repeat(ready, 2, axis=0)
        lag = self._position - self._given
        if len(self._sides) == 1:
            out = self._run(0, ready)
        else:
            sides = [self._run(i, ready[i : i + 1]) for i in range(len(self._sides))]
            out = np.concatenate(sides, axis=0)
        self._position += frames
        if self._given and out.shape[1] != frames:
            raise DeviceError(
                f"{self._name} changed its latency while it ran (by {frames - out.shape[1]} "
                f"frames, from {lag}); set it by a parameter, not by automation"
            )
        self._given += out.shape[1]
        return out

    def _run(self, side: int, ready: Audio) -> Audio:
        parts = []
        start = 0
        for frames in self._automation[side].stretches(self._position, ready.shape[1]):
            part = ready[:, start : start + frames]
            try:
                parts.append(self._sides[side](part, self._buffer))
            except (ValueError, RuntimeError) as error:
                raise DeviceError(f"{self._name}: {error}") from error
            start += frames
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def open_effect(spec: PluginSpec, sample_rate: int, channels_in: int) -> StreamedEffect:
    """A plug-in as an effect on `channels_in` (1 or 2) channels at `sample_rate` Hz.

    One that takes only stereo gets a mono signal on both channels; one that takes only
    mono runs once for each side. Raises DeviceError for a plug-in that cannot be loaded
    or is an instrument, and as `set_up` does.
    """
    plugin = quick_load(spec.path, spec.name)
    if plugin.is_instrument:
        raise DeviceError(
            f"{spec.name} is an instrument, not an effect; name it as a track's instrument"
        )
    channels = first_supported(plugin, (channels_in, 3 - channels_in), sample_rate)
    dual_mono = channels < channels_in
    plugins = [plugin]
    if dual_mono:
        plugins.append(quick_load(spec.path, spec.name))
        first_supported(plugins[1], (1,), sample_rate)  # brings it to mono, as the first
    sides: list[Callable[[Audio, int], Audio]] = []
    automation: list[Automation] = []
    warnings: tuple[str, ...] = ()
    for one in plugins:
        renew(one)
        lanes, warnings = set_up(one, spec)
        automation.append(lanes)

        def run(block: Audio, buffer: int, plugin: HostedPlugin = one) -> Audio:
            return plugin.process(block, sample_rate, buffer, False)

        sides.append(run)
    if dual_mono:
        warnings = (*warnings, f"{spec.name} is mono: it runs once for each side")
    seed_c_random()
    return StreamedEffect(
        spec.name, sides, channels_in, max(channels_in, channels), automation, warnings
    )
