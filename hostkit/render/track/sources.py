"""What plays each kind of a track's source: one row each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import numpy as np

from hostkit.audio.block import Audio
from hostkit.audio.layout import ChannelLayout
from hostkit.devices.device import MAIN, Feed, Setup
from hostkit.devices.hosts import open_device
from hostkit.devices.minihost.notes import NoteEffect
from hostkit.jobs.isolate import LOADING, Report
from hostkit.plan.nodes.prints import Live, Notes, Source
from hostkit.plan.nodes.recorded import Recorded
from hostkit.render.stem.aligned import Held
from hostkit.render.track.pace import Pace
from hostkit.render.track.recorded import PlayingRegions, left_of_mockup, over
from hostkit.render.track.silent_notes import NoteListener
from hostkit.timebase.transport import STILL


class Playing(Protocol):
    """A source that sounds, from its first frame on."""

    @property
    def layout(self) -> ChannelLayout:
        """The channels of its sound."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """What its devices had to say, and what was not heard of it so far."""
        ...

    def next_block(self, start: int, frames: int) -> Audio:
        """The stretch from frame `start` on: `frames`, fewer while latency is made up for."""
        ...


class PlayingNotes:
    """An instrument fed with its notes."""

    def __init__(self, source: Notes, setup: Setup, report: Report) -> None:
        self._name, self._report = source.instrument.name, report
        setup = _begun_early(setup, source.pre_roll_frames)
        self._before = []
        for spec in source.midi_effects:
            report(0, at=LOADING + spec.name)
            self._before.append(NoteEffect(spec, setup))
        report(0, at=LOADING + self._name)
        self._instrument = open_device(source.instrument, replace(setup, alive=partial(report, 0)))
        self._events = source.score.events()
        self._listener = NoteListener(self._events, setup.sample_rate)
        self._pace = Pace()
        self._pre_roll = self._unkept = source.pre_roll_frames
        self.layout = self._instrument.outputs[MAIN]

    @property
    def warnings(self) -> tuple[str, ...]:
        before = (text for effect in self._before for text in effect.warnings)
        return (*before, *self._instrument.warnings, *self._listener.warnings)

    def next_block(self, start: int, frames: int) -> Audio:
        begins = start + self._pre_roll
        if start == 0:
            begins, frames = 0, frames + self._pre_roll
        block = self._sounded(begins, frames)
        unkept = min(self._unkept, block.shape[1])
        self._unkept -= unkept
        return block[:, unkept:]

    def _sounded(self, start: int, frames: int) -> Audio:
        """What sounds from frame `start` of the score on."""
        parts = []
        for step in self._pace.steps(frames):
            self._report(start + step.start, at=self._name)
            events = self._events.between(start + step.start, start + step.stop)
            ready = step.stop - step.start
            for effect in self._before:
                ready, events = effect.play(ready, events)
            parts.append(self._instrument.play(Feed(ready, events))[MAIN])
        block: Audio = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
        self._listener.hear(block)
        return block


def _begun_early(setup: Setup, frames: int) -> Setup:
    """The setup of what begins so many frames before the music, as a device sees it."""
    if not frames or setup.transport == STILL:
        return setup
    return replace(setup, transport=replace(setup.transport, pre_roll_frames=frames))


class PlayingLive:
    """Recorded players over a mock-up, in the channels of whichever has more."""

    def __init__(self, source: Live, setup: Setup, report: Report) -> None:
        self._mockup = PlayingNotes(source.mockup, setup, report)
        self._players = PlayingRegions(source.players, setup, report)
        self._regions = source.players.regions
        self._held = Held([self._mockup.layout.channels, self._players.layout.channels])
        self._given = 0
        self.layout = max(self._mockup.layout, self._players.layout, key=lambda it: it.channels)

    @property
    def warnings(self) -> tuple[str, ...]:
        return self._mockup.warnings

    def next_block(self, start: int, frames: int) -> Audio:
        self._held.push(0, self._mockup.next_block(start, frames))
        self._held.push(1, self._players.next_block(start, frames))
        mockup, players = self._held.pull()
        left = left_of_mockup(self._regions, self._given, mockup.shape[1])
        self._given += mockup.shape[1]
        return over(mockup, players, left)


SOURCES: dict[type[Any], Callable[[Any, Setup, Report], Playing]] = {
    Notes: PlayingNotes,
    Recorded: PlayingRegions,
    Live: PlayingLive,
}


def play(source: Source, setup: Setup, report: Report) -> Playing:
    """A source, opened. Raises DeviceError when a device of it cannot be had."""
    return SOURCES[type(source)](source, setup, report)
