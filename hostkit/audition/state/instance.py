"""Instances of a plug-in: fresh, settled, and heard on a short test sound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hostkit.audio.block import Audio, silence
from hostkit.devices.description import BUFFER_FRAMES
from hostkit.devices.plugins.chance import seed_c_random
from hostkit.devices.plugins.loading import HostedPlugin, first_supported, quick_load, renew
from hostkit.devices.plugins.settings import set_up
from hostkit.devices.spec import PluginSpec
from hostkit.errors import DeviceError

SAMPLE_RATE = 48_000
PROBE_FRAMES = 64 * BUFFER_FRAMES
_NOTES = ((0, 45, 100), (8_000, 57, 70), (16_000, 64, 120), (24_000, 40, 90))
"""When, which key, how hard; each is held for 6000 frames."""


@dataclass(frozen=True)
class Instance:
    """A plug-in, and the number of channels it was made ready for."""

    plugin: HostedPlugin
    channels: int

    @classmethod
    def fresh(cls, spec: PluginSpec) -> Instance:
        """A new one, set up in the same steps as for a render. Raises DeviceError."""
        plugin = quick_load(spec.path, spec.name, shares_file=spec.shares_file)
        channels = first_supported(plugin, (2, 1), SAMPLE_RATE)
        if not plugin.is_instrument:
            renew(plugin)
        set_up(plugin, spec)
        return cls(plugin, channels)

    def settle(self) -> None:
        """Plays a buffer of silence: what was set is taken in only while processing."""
        self._play(silence(self.channels, BUFFER_FRAMES), ())

    def probe(self) -> Audio:
        """What it makes of a few notes, or of bursts of noise. Raises DeviceError."""
        seed_c_random()
        shape = (self.channels, PROBE_FRAMES)
        noise = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
        bursts = (np.arange(PROBE_FRAMES) % 16_000 < 5_000).astype(np.float32)
        return self._play(noise * bursts * np.float32(0.2), _NOTES)

    def _play(self, audio: Audio, notes: tuple[tuple[int, int, int], ...]) -> Audio:
        try:
            if not self.plugin.is_instrument:
                return self.plugin.process(audio, SAMPLE_RATE, BUFFER_FRAMES, False)
            events = [
                (bytes((status, key, velocity)), (at + after + 0.5) / SAMPLE_RATE)
                for at, key, velocity in notes
                for status, after in ((0x90, 0), (0x80, 6_000))
            ]
            seconds = (audio.shape[1] + 0.5) / SAMPLE_RATE
            return self.plugin.process(
                events, seconds, SAMPLE_RATE, self.channels, BUFFER_FRAMES, False
            )
        except (ValueError, RuntimeError) as error:
            raise DeviceError(f"{self.plugin.name}: {error}") from error
