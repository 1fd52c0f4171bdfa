"""The latency that a running plug-in says it has: known with its first block, and then the same.

Some tell it only blocks after they have heard where the music is, and how fast. It is to be made
up for from the first frame on; so these play silence before that, until it stays. Which they are
is found with an instance that is not heard: all others begin with their first frame, as they were
opened.
"""

from __future__ import annotations

from collections.abc import Iterable

from hostkit.devices.device import MAIN, Setup
from hostkit.devices.spec import PluginSpec, host_of
from hostkit.errors import DeviceError
from hostkit.ground.clock import counter

SETTLING_BLOCKS = 8
"""So many first blocks are asked for one by one: a latency that changes inside a longer call would
not be seen to."""


def blocks_to_settle(told: Iterable[int]) -> int:
    """After how many blocks a latency stays; 0 where the first block tells it, or it never stays.

    `told` is what is said after each of SETTLING_BLOCKS blocks of silence. What changes in the
    later half of them does not settle.

    >>> blocks_to_settle([64, 64, 3000] + [3000] * 5), blocks_to_settle([64] * 8)
    (3, 0)
    """
    said = list(told)
    changed = [block for block in range(1, len(said)) if said[block] != said[block - 1]]
    return changed[-1] + 1 if changed and changed[-1] <= SETTLING_BLOCKS // 2 else 0


class SteadyLatency:
    """Of one device, in `frames`; 0 until it is known.

    Only with the first block is it settled, for parameters reach a plug-in with that.
    """

    def __init__(self, spec: PluginSpec, setup: Setup) -> None:
        self._spec, self._setup = spec, setup
        self._known: int | None = None

    @property
    def frames(self) -> int:
        return self._known or 0

    def check(self, frames: int, at: int) -> None:
        """Takes what the device says after the block that began with its frame `at`.

        Raises DeviceError where that changed.
        """
        if self._known is None:
            self._known = frames
        if frames != self._known:
            raise DeviceError(
                f"{self._spec.title} changed its latency from {self._known} to {frames} samples "
                f"at {self._place(at)}",
                cure=self._cure(at),
            )

    def _place(self, at: int) -> str:
        """In the music, where it is told of that; else from its first frame."""
        transport, rate = self._setup.transport, self._setup.sample_rate
        if not transport.playing:
            return counter(at / rate)
        moment = transport.at(at, rate)
        place = f"{'-' if moment.frame < 0 else ''}{counter(abs(moment.frame) / rate)}"
        return f"{place}, where it hears {moment.bpm:g} bpm" if self._follows else place

    def _cure(self, at: int) -> str:
        if self._spec.lanes:
            lanes = ", ".join(lane.target for lane in self._spec.lanes)
            return f"set what changes it under params, without automation (it has {lanes})"
        if self._follows and self._has_heard_tempos(at):
            free = "turn its tempo sync off under params"
            is_lv2 = self._spec.identity.startswith("LV2:")
            return free if is_lv2 else f"{free}, or name host: pedalboard, where it hears 120 bpm"
        if not self._follows and MAIN in self._setup.inputs:
            return "name host: minihost, where it gets longer to settle before it is heard"
        return "set what it waits for (look-ahead, quality, oversampling) under params"

    @property
    def _follows(self) -> bool:
        return host_of(self._spec)[0] == "minihost"

    def _has_heard_tempos(self, at: int) -> bool:
        """Whether another tempo than the first was told up to the frame."""
        transport, rate = self._setup.transport, self._setup.sample_rate
        return transport.at(at, rate).bpm != transport.at(0, rate).bpm
