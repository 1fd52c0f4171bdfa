"""Effects in a row: a track's inserts, a bus, a master."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from hostkit.audio.block import Audio
from hostkit.devices.device import MAIN, SIDECHAIN, Device, Feed, Setup
from hostkit.devices.hosts import open_device
from hostkit.devices.spec import EffectSpec, PluginSpec
from hostkit.jobs.isolate import LOADING, Report
from hostkit.render.track.key import Key, OpenKey, silent_key
from hostkit.render.track.pace import Pace


class Chain:
    """Effects one after the other, from main output to main input.

    `setup` is what the first is opened for; after the last the signal has another `layout`
    where effects change it. `open_key` opens their side-chains, which are in time with what
    reaches the device, whatever latency lies before it.
    """

    def __init__(
        self,
        specs: Sequence[EffectSpec],
        setup: Setup,
        report: Report,
        open_key: OpenKey = silent_key,
    ) -> None:
        self._report = report
        self.layout = setup.inputs[MAIN]
        self._effects: list[tuple[str, Device, Pace, Key | None]] = []
        for spec in specs:
            report(0, at=LOADING + spec.name)
            keyed = isinstance(spec, PluginSpec) and spec.sidechain
            key = open_key(keyed) if keyed else None
            side = {SIDECHAIN: key.layout} if key else {}
            ready = replace(setup, inputs={MAIN: self.layout, **side}, alive=partial(report, 0))
            effect = open_device(spec, ready)
            self._effects.append((spec.name, effect, Pace(), key))
            self.layout = effect.outputs[MAIN]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the effects had to say."""
        said: tuple[str, ...] = ()
        for name, effect, _, key in self._effects:
            said += (*effect.warnings, *(key.warnings(name) if key else ()))
        return said

    def through(self, block: Audio, start: int) -> Audio:
        """The next stretch, which begins on frame `start`; less of it while latency is made up."""
        for name, effect, pace, key in self._effects:
            parts = []
            for step in pace.steps(block.shape[1]):
                self._report(start + step.start, at=name)
                feed = Feed.of(block[:, step])
                if key is not None:
                    side = {SIDECHAIN: key.next(feed.frames)}
                    feed = replace(feed, inputs={**feed.inputs, **side})
                parts.append(effect.play(feed)[MAIN])
            block = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
        return block
