"""Fader, pan and sends: what happens to a print on its way into a stem."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.block import Audio
from hostkit.audio.layout import STEREO, ChannelLayout
from hostkit.devices.spec import Lane
from hostkit.ground.levels import db_to_gain, pan_gains
from hostkit.plan.nodes.stems import ChannelPlan, Level

Gain = float | NDArray[np.float32]
"""A factor, or one for each frame of a block."""


def lane_values(lane: Lane, start: int, frames: int) -> NDArray[np.float64]:
    """The lane's value at each sample of a stretch: linear between points, held outside."""
    positions, values = zip(*lane.points, strict=True)
    wanted = np.arange(start, start + frames)
    return np.asarray(np.interp(wanted, positions, values), dtype=np.float64)


def gain_of(level: Level, start: int, frames: int) -> Gain:
    """A level in dB as linear gain; a lane moves linearly in dB.

    >>> gain_of(-20.0, 0, 4)
    0.1
    """
    if isinstance(level, Lane):
        decibels = lane_values(level, start, frames)
        return np.power(10.0, decibels / 20.0).astype(np.float32)
    return db_to_gain(level)


def pan_of(pan: Level, start: int, frames: int) -> tuple[Gain, Gain]:
    """Constant-power gains for left and right, 0 dB at the centre."""
    if not isinstance(pan, Lane):
        return pan_gains(pan)
    angle = (lane_values(pan, start, frames) + 1.0) * (np.pi / 4.0)
    left, right = np.sqrt(2.0) * np.cos(angle), np.sqrt(2.0) * np.sin(angle)
    return left.astype(np.float32), right.astype(np.float32)


@dataclass(frozen=True)
class Strip:
    """A channel strip: takes blocks of a print in order, gives them to stem and buses.

    Pans are stereo: they place a mono or stereo print between the left and right speaker of
    the stem's layout. A print in the channels of any other layout keeps them, unpanned.
    """

    plan: ChannelPlan
    layout: ChannelLayout

    def through(self, block: Audio, start: int) -> Audio:
        """The block after fader and pan, in the layout; `start` is its first sample.

        A mono print is the same signal on both sides.
        """
        frames = block.shape[1]
        gain = gain_of(self.plan.gain_db, start, frames)
        if len(block) == self.layout.channels and self.layout != STEREO:
            return np.asarray(block * _factor(gain, 1.0))
        left, right = pan_of(self.plan.pan, start, frames)
        out = np.empty((self.layout.channels, frames), dtype=np.float32)
        np.multiply(block[0], _factor(gain, left), out=out[0])
        np.multiply(block[-1], _factor(gain, right), out=out[1])
        out[2:] = 0.0  # left and right come first in every layout
        return out

    def add_sends(self, panned: Audio, start: int, buses: dict[str, Audio]) -> None:
        """Adds what each bus gets of a block that went `through`."""
        for send in self.plan.sends:
            gain = gain_of(send.gain_db, start, panned.shape[1])
            buses[send.bus][:, : panned.shape[1]] += panned * _factor(gain, 1.0)


def _factor(gain: Gain, pan: Gain) -> NDArray[np.float32]:
    return np.asarray(gain * pan, dtype=np.float32)
