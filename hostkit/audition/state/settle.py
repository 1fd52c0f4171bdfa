"""Letting a plug-in take in what was set: it does so only while it processes."""

from __future__ import annotations

import numpy as np

from hostkit.errors import DeviceError
from hostkit.plugins.loading import BUFFER_FRAMES, HostedPlugin

SAMPLE_RATE = 48_000


def settle(plugin: HostedPlugin) -> None:
    """Plays one buffer of silence. Raises DeviceError when the plug-in refuses."""
    error: Exception | None = None
    for channels in (2, 1):
        quiet = np.zeros((channels, BUFFER_FRAMES), dtype=np.float32)
        try:
            if plugin.is_instrument:
                seconds = (BUFFER_FRAMES + 0.5) / SAMPLE_RATE
                plugin.process([], seconds, SAMPLE_RATE, channels, BUFFER_FRAMES, False)
            else:
                plugin.process(quiet, SAMPLE_RATE, BUFFER_FRAMES, False)
        except ValueError as refused:
            error = refused
        else:
            return
    raise DeviceError(f"{plugin.name}: {error}")
