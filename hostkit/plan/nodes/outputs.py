"""An instrument that plays once for several tracks, each of which takes another output."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hostkit.devices.spec import UNLESS_DEFAULT, DeviceSpec
from hostkit.plan.nodes.prints import TailPlan
from hostkit.plan.nodes.sources import Notes, Output
from hostkit.timebase.transport import STILL, Transport

SILENT_DB = -240.0
"""What is quieter changes no sample of a print that sounds: it is below their precision."""
LOOK_AHEAD_SECONDS = 1
"""Inserts with latency hear so much more of the source than their print is long, or less."""


@dataclass(frozen=True)
class TakenOutput:
    """An output that a track takes, and how many channels the scan found that it has."""

    name: str
    channels: int


@dataclass(frozen=True, eq=False)
class OutputsPlan:
    """What an instrument gives at the outputs that tracks take, one under the other, MAIN first.

    Tracks hear of it what they would hear of an instrument of their own: until `frames`, or, where
    that is None, until it is digital silence, and a little longer.
    """

    source: Notes
    outputs: tuple[TakenOutput, ...]
    sample_rate: int
    frames: int | None
    tail: TailPlan
    transport: Transport = field(default=STILL, metadata=UNLESS_DEFAULT)

    @classmethod
    def of(
        cls,
        source: Notes,
        outputs: tuple[TakenOutput, ...],
        sample_rate: int,
        frames: int | None,
        tail: TailPlan,
        transport: Transport,
    ) -> OutputsPlan:
        """For prints of so many frames, with such a tail."""
        more = LOOK_AHEAD_SECONDS * sample_rate
        whole = None if frames is None else frames + more
        longer = replace(tail, below_db=SILENT_DB, max_frames=tail.max_frames + more)
        return cls(source, outputs, sample_rate, whole, longer, transport)

    @property
    def devices(self) -> tuple[DeviceSpec, ...]:
        """All that is run to make it."""
        return self.source.devices

    @property
    def channels(self) -> int:
        """Those of all outputs."""
        return sum(output.channels for output in self.outputs)

    def source_of(self, name: str, played: str) -> Output:
        """What a track has that takes the output `name`; `played` is the fingerprint of this."""
        first = 0
        for output in self.outputs:
            if output.name == name:
                return Output(self.source, name, output.channels, first, played)
            first += output.channels
        raise KeyError(name)
