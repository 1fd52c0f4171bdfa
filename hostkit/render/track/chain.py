"""Effects in a row: a track's inserts, a bus, a master."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hostkit.audio.block import Audio
from hostkit.devices.device import MAIN, Device, Feed, Setup
from hostkit.devices.hosts import open_device
from hostkit.devices.spec import EffectSpec
from hostkit.jobs.isolate import LOADING, Report
from hostkit.render.track.pace import Pace


class Chain:
    """Effects one after the other, from main output to main input.

    `setup` is what the first is opened for; after the last the signal has another `layout`
    where effects change it.
    """

    def __init__(self, specs: Sequence[EffectSpec], setup: Setup, report: Report) -> None:
        self._report = report
        self.layout = setup.inputs[MAIN]
        self._effects: list[tuple[str, Device, Pace]] = []
        for spec in specs:
            report(0, at=LOADING + spec.name)
            effect = open_device(spec, replace(setup, inputs={MAIN: self.layout}))
            self._effects.append((spec.name, effect, Pace()))
            self.layout = effect.outputs[MAIN]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the effects had to say."""
        return tuple(text for _, effect, _ in self._effects for text in effect.warnings)

    def through(self, block: Audio, start: int) -> Audio:
        """The next stretch, which begins on frame `start`; less of it while latency is made up."""
        for name, effect, pace in self._effects:
            parts = []
            for step in pace.steps(block.shape[1]):
                self._report(start + step.start, at=name)
                parts.append(effect.play(Feed.of(block[:, step]))[MAIN])
            block = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
        return block
