"""Effects in a row: a track's inserts, a bus, a master."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hostkit.audio.block import Audio
from hostkit.devices.device import Effect
from hostkit.devices.hosts import open_effect
from hostkit.devices.spec import EffectSpec
from hostkit.jobs.isolate import LOADING, Report
from hostkit.render.track.pace import Pace


class Chain:
    """Effects one after the other on a signal of `channels`; afterwards it may have others."""

    def __init__(
        self, specs: Sequence[EffectSpec], sample_rate: int, channels: int, report: Report
    ) -> None:
        self._report = report
        self.channels = channels
        self._effects: list[tuple[str, Effect, Pace]] = []
        for spec in specs:
            report(0, at=LOADING + spec.name)
            effect = open_effect(spec, sample_rate, self.channels)
            self._effects.append((spec.name, effect, Pace()))
            self.channels = effect.channels

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
                parts.append(effect.process(block[:, step]))
            block = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
        return block
