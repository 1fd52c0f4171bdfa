"""The latency that a running plug-in says it has: known with its first block, and then the same."""

from __future__ import annotations

from hostkit.errors import DeviceError


class SteadyLatency:
    """Of the device `name`, in `frames`; 0 until it is known.

    Only with the first block is it settled, for parameters reach a plug-in with that.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._known: int | None = None

    @property
    def frames(self) -> int:
        return self._known or 0

    def check(self, frames: int) -> None:
        """Takes what the device says after a block. Raises DeviceError where that changed."""
        if self._known is None:
            self._known = frames
        if frames != self._known:
            raise DeviceError(
                f"{self._name} changed its latency from {self._known} to {frames} samples "
                "while it ran",
                cure="set what changes it under params, without automation",
            )
