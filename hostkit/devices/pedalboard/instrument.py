"""VST3 and AU instruments, streamed to the sample."""

from __future__ import annotations

import sys

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio, silence
from hostkit.audio.layout import layout_of
from hostkit.devices.device import MAIN, Feed, Setup
from hostkit.devices.latency import SETTLING_BLOCKS, SteadyLatency
from hostkit.devices.plugins.chance import seed_c_random
from hostkit.devices.plugins.crowds import spread
from hostkit.devices.plugins.lanes import GRID_FRAMES
from hostkit.devices.plugins.loading import first_supported, quick_load
from hostkit.devices.plugins.settings import set_up
from hostkit.devices.spec import PluginSpec
from hostkit.errors import DeviceError
from hostkit.midi.events import NO_EVENTS, SampleEvents
from hostkit.midi.messages import Messages

BUILT_AT_HZ = 44_100
"""The rate that the first instance in a process is built at, whatever is asked of it. Some
plug-ins keep it (Nekobi plays sharp by as much as the rates differ); one that is built after
another was prepared at the session's rate has that from the start."""
_MOST_IN_CALL = 1024  # pedalboard's work grows with the square


class PluginInstrument:
    """A plug-in that plays: a `Device` of the seam, without audio inputs."""

    def __init__(self, spec: PluginSpec, setup: Setup) -> None:
        """As `open_instrument`."""
        setup.expect(spec.name)
        sample_rate = setup.sample_rate
        self._name = spec.name
        self._sample_rate = sample_rate
        self._plugin = quick_load(spec.path, spec.name, shares_file=spec.shares_file)
        if not self._plugin.is_instrument:
            raise DeviceError(
                f"{spec.name} is an effect, not an instrument",
                cure=(
                    "name it under a track's effects, and choose an instrument to play the notes"
                ),
            )
        self._channels = first_supported(self._plugin, (2, 1), sample_rate, spec.buffer_frames)
        self.outputs = {MAIN: layout_of(self._channels)}
        if sample_rate != BUILT_AT_HZ:
            self._first = self._plugin  # kept: some fall over when they are unloaded
            self._plugin = quick_load(spec.path, spec.name, shares_file=spec.shares_file)
            first_supported(self._plugin, (self._channels,), sample_rate, spec.buffer_frames)
        self._automation, self.warnings = set_up(self._plugin, spec)
        longest = GRID_FRAMES if self._automation else spec.buffer_frames
        self._buffer = min(longest, spec.buffer_frames)
        self._pending = NO_EVENTS  # from the first frame not yet played
        self._asked = 0
        self._played = 0
        self._latency = SteadyLatency(spec, setup)

    def play(self, feed: Feed) -> dict[str, Audio]:
        """As the seam says; plays whole buffers, so up to one less is held back.

        Raises DeviceError when the plug-in refuses, gives another length than was asked
        for, or changes its latency.
        """
        if self._played == 0:
            seed_c_random()
        self._hold(feed.events)
        self._asked += feed.frames
        ready = (self._asked - self._played) // self._buffer * self._buffer
        parts = []
        for stretch in self._automation.stretches(self._played, ready):
            parts += self._play(stretch)
        out = np.concatenate(parts, axis=1) if parts else silence(self._channels, 0)
        return {MAIN: out}

    def _hold(self, events: SampleEvents) -> None:
        offset = self._asked - self._played
        self._pending = SampleEvents(
            np.concatenate((self._pending.samples, events.samples + offset)),
            Messages.of(self._pending.messages) + events.messages,
        )

    def _play(self, frames: int) -> list[Audio]:
        parts = []
        while frames:
            call = self._next_call(frames)
            parts.append(self._trim(self._call(call, self._pending.between(0, call))))
            self._pending = self._pending.between(call, sys.maxsize)
            self._played += call
            frames -= call
        return parts

    def _next_call(self, frames: int) -> int:
        """Whole buffers with few enough events; never less than one."""
        self._pending = spread(self._pending, self._buffer)
        settling = self._played < SETTLING_BLOCKS * self._buffer
        call = min(frames, self._buffer if settling else BLOCK_FRAMES)
        if len(self._pending) > _MOST_IN_CALL:
            crowd = int(self._pending.samples[_MOST_IN_CALL]) // self._buffer * self._buffer
            call = min(call, max(crowd, self._buffer))
        return call

    def _call(self, frames: int, events: SampleEvents) -> Audio:
        rate = self._sample_rate
        # pedalboard keeps seconds as 32-bit floats and cuts them down to samples: in the
        # middle of a sample they survive that, up to 2^22 samples.
        times = ((events.samples + 0.5) / rate).tolist()
        try:
            out = self._plugin.process(
                list(zip(events.messages, times, strict=True)),
                (frames + 0.5) / rate,
                rate,
                self._channels,
                self._buffer,
                False,
            )
        except (ValueError, RuntimeError) as error:
            raise DeviceError(f"{self._name}: {error}") from error
        if out.shape != (self._channels, frames):
            raise DeviceError(
                f"{self._name} gave {out.shape[1]} samples where {frames} were asked for"
            )
        return out

    def _trim(self, out: Audio) -> Audio:
        self._latency.check(self._plugin.reported_latency_samples, self._played)
        return out[:, max(self._latency.frames - self._played, 0) :]


def open_instrument(spec: PluginSpec, setup: Setup) -> PluginInstrument:
    """A plug-in as an instrument, stereo where it can be.

    Raises DeviceError for a plug-in that cannot be loaded or is an effect, and as
    `set_up` does.
    """
    return PluginInstrument(spec, setup)
