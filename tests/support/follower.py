"""A device that uses the whole of the seam: a transport, a second input, a second output, latency.

No host of today does; the contract holds for it as for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hostkit.audio.block import Audio, silence
from hostkit.audio.layout import MONO, STEREO
from hostkit.devices.device import MAIN, SIDECHAIN, Feed, Setup

BEAT = "beat"
GRID_FRAMES = 64
"""The transport is looked at on every 64th frame."""
KEY_LEVEL = 0.5


@dataclass(frozen=True)
class FollowerSpec:
    """It is `latency_frames` late inside, which nobody outside may notice."""

    follows_transport: ClassVar[bool] = True
    latency_frames: int = 100
    preset: str = ""

    @property
    def name(self) -> str:
        return "follower"


class Follower:
    """Gives what it is fed, louder by velocity/127 for each note held, silent under a loud key.

    Its output BEAT tells how far the beat has come, in quarter notes from 0 to 1.
    """

    warnings: tuple[str, ...] = ()

    def __init__(self, spec: FollowerSpec, setup: Setup) -> None:
        setup.expect(spec.name, MAIN, SIDECHAIN)
        self.outputs = {MAIN: setup.inputs.get(MAIN, STEREO), BEAT: MONO}
        self._setup = setup
        self._latency = spec.latency_frames
        self._notes: dict[int, float] = {}
        self._fed = 0
        self._made = {name: silence(layout.channels, 0) for name, layout in self.outputs.items()}

    def play(self, feed: Feed) -> Mapping[str, Audio]:
        main = silence(self.outputs[MAIN].channels, feed.frames)
        if MAIN in feed.inputs:
            main += feed.inputs[MAIN]
        self._add_notes(main, feed)
        if SIDECHAIN in feed.inputs:
            main *= np.abs(feed.inputs[SIDECHAIN]).max(axis=0) < KEY_LEVEL
        made = {MAIN: main, BEAT: self._beat(feed.frames)}
        self._fed += feed.frames
        given = {}
        for name, block in made.items():
            together = np.concatenate((self._made[name], block), axis=1)
            ready = max(together.shape[1] - self._latency, 0)
            given[name], self._made[name] = together[:, :ready], together[:, ready:]
        return given

    def _add_notes(self, main: Audio, feed: Feed) -> None:
        done = 0
        for at, message in zip(feed.events.samples.tolist(), feed.events.messages, strict=True):
            main[:, done:at] += sum(self._notes.values())
            done = at
            if message[0] & 0xF0 == 0x90 and message[2]:
                self._notes[message[1]] = message[2] / 127
            else:
                self._notes.pop(message[1], None)
        main[:, done:] += sum(self._notes.values())

    def _beat(self, frames: int) -> Audio:
        grid = np.arange(self._fed, self._fed + frames) // GRID_FRAMES * GRID_FRAMES
        looked_at, places = np.unique(grid, return_inverse=True)
        transport, rate = self._setup.transport, self._setup.sample_rate
        quarters = [transport.at(frame, rate).quarters % 1 for frame in looked_at.tolist()]
        return np.array(quarters, dtype=np.float32)[places].reshape(1, -1)
