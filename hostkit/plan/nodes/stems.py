"""What one stem is made of, and the lanes its faders follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from hostkit.audio.layout import ChannelLayout
from hostkit.devices.spec import UNHEARD, UNLESS_DEFAULT, EffectSpec, Lane
from hostkit.plan.nodes.prints import PrintPlan, TailPlan
from hostkit.timebase.transport import STILL, Transport

Level: TypeAlias = float | Lane
"""A value that stands still, or one that moves."""


@dataclass(frozen=True)
class Send:
    """What of a channel goes to a bus, after fader and pan."""

    bus: str
    gain_db: Level


@dataclass(frozen=True)
class ChannelPlan:
    """One print in a stem: its fader, pan and sends. The print is named by fingerprint.

    A print that is not kept in the store is made of `straight`, its plan.
    """

    track: str
    print: str
    gain_db: Level
    pan: Level
    sends: tuple[Send, ...]
    straight: PrintPlan | None = field(default=None, metadata=UNHEARD, compare=False)


@dataclass(frozen=True)
class BusPlan:
    """A stem's own instance of a bus: what comes in goes through `effects`, then `gain_db`."""

    name: str
    effects: tuple[EffectSpec, ...]
    gain_db: float
    sends: tuple[Send, ...]


@dataclass(frozen=True)
class StemPlan:
    """A stem up to its integer samples: everything they depend on, and nothing else.

    It has the channels of its `layout`. Buses are in an order in which each sends only to later
    ones. `master` holds the linear
    devices of the master, which are applied to each stem after its `gain_db`; `trim_db` comes
    after them.
    `sample_format` None keeps the stem as it is, float and without a master, because a step
    of its own does the rest.
    """

    channels: tuple[ChannelPlan, ...]
    buses: tuple[BusPlan, ...]
    master: tuple[EffectSpec, ...]
    sample_rate: int
    layout: ChannelLayout
    sample_format: str | None
    frames: int | None
    tail: TailPlan
    dither_seed: int = 0
    most_frames: int | None = None
    gain_db: float = 0.0
    fade_frames: int = 0
    trim_db: float = 0.0
    transport: Transport = field(default=STILL, metadata=UNLESS_DEFAULT)


@dataclass(frozen=True)
class Span:
    """How long the steps of a form run, and in which channels.

    `frames` is the exact length, or None to ring out, but for no more than `most_frames`.
    A loop is folded: what sounds after `loop_frames` sounds over its start, and devices
    have been round it before they are heard. The last `fade_frames` before an exact end, or
    before `most_frames`, are faded. `transport` is the form's where a device follows it.
    """

    sample_rate: int
    layout: ChannelLayout
    frames: int | None
    tail: TailPlan
    most_frames: int | None = None
    loop_frames: int | None = None
    fade_frames: int = 0
    transport: Transport = field(default=STILL, metadata=UNLESS_DEFAULT)


@dataclass(frozen=True)
class MasterPlan:
    """The master run on the sum of a mix, to know what it does there.

    `sources` are fingerprints of unmastered stems. What is kept is the gain of each bus
    compressor, a channel each; or, with `gains` (the fingerprint of a master whose gains
    hold here too), none; then, with `keep_audio`, the mastered mix, last.
    """

    sources: tuple[str, ...]
    devices: tuple[EffectSpec, ...]
    gains: str | None
    keep_audio: bool
    span: Span


@dataclass(frozen=True)
class ResponsePlan:
    """What of the master is linear: the filter that brings `reference` nearest to `mastered`.

    Both are fingerprints of masters that were run on one mix and keep its audio: the
    reference with those devices alone that stems go through.
    """

    mastered: str
    reference: str
    layout: ChannelLayout


@dataclass(frozen=True)
class MasteredPlan:
    """One stem through the master: linear devices, and bus compressors by the mix's gains.

    `response` is the fingerprint of what is linear in the other devices, where there are any.
    `trim_db` comes after all of it.
    """

    source: str
    devices: tuple[EffectSpec, ...]
    gains: str | None
    span: Span
    sample_format: str
    dither_seed: int = 0
    response: str | None = None
    trim_db: float = 0.0


@dataclass(frozen=True)
class ResidualPlan:
    """The residual stem, in integer samples: master(mix), raised by `trim_db`, − Σ stems."""

    master: str
    stems: tuple[str, ...]
    span: Span
    sample_format: str
    dither_seed: int = 0
    trim_db: float = 0.0
