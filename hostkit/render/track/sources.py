"""What plays each kind of a track's source: one row each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio
from hostkit.audio.layout import layout_of
from hostkit.devices.device import MAIN, Feed, Setup
from hostkit.devices.hosts import open_device
from hostkit.devices.minihost.notes import NoteEffect
from hostkit.devices.sfz.keyswitches import NO_KEYSWITCHES, Keyswitches
from hostkit.devices.spec import PluginSpec, SfzSpec
from hostkit.errors import DeviceError
from hostkit.jobs.isolate import LOADING
from hostkit.jobs.store import Store
from hostkit.plan.nodes.recorded import Recorded
from hostkit.plan.nodes.sources import Live, Notes, Output, Source
from hostkit.render.stem.aligned import Held
from hostkit.render.track.pace import Pace
from hostkit.render.track.recorded import PlayingRegions, left_of_mockup, over
from hostkit.render.track.silent_notes import NoteListener
from hostkit.render.track.stage import Playing, Stage
from hostkit.render.track.stream import Stream
from hostkit.timebase.transport import STILL


class PlayingNotes:
    """An instrument fed with its notes; of several `outputs` it gives one under the other."""

    def __init__(self, source: Notes, stage: Stage, outputs: Sequence[str] = (MAIN,)) -> None:
        """Raises DeviceError where a device of it, or an output, cannot be had."""
        self._name, self._report = source.instrument.name, stage.report
        setup, report = _begun_early(stage.setup, source.pre_roll_frames), stage.report
        self._before = []
        for spec in source.midi_effects:
            report(0, at=LOADING + spec.name)
            self._before.append(NoteEffect(spec, setup))
        report(0, at=LOADING + self._name)
        self._instrument = open_device(source.instrument, replace(setup, alive=partial(report, 0)))
        self._events = source.score.events()
        there = source.instrument.other_outputs if isinstance(source.instrument, PluginSpec) else ()
        elsewhere = [name for name in there if name not in outputs]
        switches = _silent_by_right(source)
        self._listener, self._fed = NoteListener(setup.sample_rate, elsewhere, switches), 0
        if not self._before:
            self._listener.send(self._events, 0)  # all at once: parts are put together again
        self._pace = Pace()
        self._pre_roll = self._unkept = source.pre_roll_frames
        self._outputs, there_are = tuple(outputs), self._instrument.outputs
        if missing := [output for output in outputs if output not in there_are]:
            raise DeviceError(
                f"{self._name} has no output {missing[0]} any more; it has {', '.join(there_are)}",
                cure="hostkit plugins scan --rescan",
            )
        self.channels = tuple(there_are[output].channels for output in outputs)
        self.layout = layout_of(sum(self.channels))

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
            if self._before:
                self._listener.send(events, self._fed)
                self._fed += ready
            given = self._instrument.play(Feed(ready, events))
            taken = [given[output] for output in self._outputs]
            parts.append(taken[0] if len(taken) == 1 else np.concatenate(taken))
        block: Audio = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
        self._listener.hear(block)
        return block


def _silent_by_right(source: Notes) -> Keyswitches:
    """Keyswitches, and with them the notes that the plan told are silent without."""
    if not isinstance(source.instrument, SfzSpec):
        return NO_KEYSWITCHES
    found = source.instrument.keyswitches
    return replace(found, silent=()) if source.midi_effects else found  # of those no plan knows


def _begun_early(setup: Setup, frames: int) -> Setup:
    """The setup of what begins so many frames before the music, as a device sees it."""
    if not frames or setup.transport == STILL:
        return setup
    return replace(setup, transport=replace(setup.transport, pre_roll_frames=frames))


def play_output(source: Output, stage: Stage) -> Playing:
    """An output as it was played for all tracks; without a store, by its instrument alone."""
    if stage.store is None:
        return PlayingNotes(source.notes, stage, (source.name,))
    return PlayedOutput(source, stage.store)


class PlayedOutput:
    """An output of an instrument that was played before, from the store."""

    warnings: tuple[str, ...] = ()

    def __init__(self, source: Output, store: Store) -> None:
        """Raises LostPrint."""
        self.layout = layout_of(source.channels)
        rows = slice(source.first_channel, source.first_channel + source.channels)
        blocks = (block[rows] for block in store.take(source.played).audio(BLOCK_FRAMES))
        self._stream = Stream(self.layout, blocks)

    def next_block(self, start: int, frames: int) -> Audio:
        del start  # it is read in order
        return self._stream.next(frames)


class PlayingLive:
    """Recorded players over a mock-up, in the channels of whichever has more."""

    def __init__(self, source: Live, stage: Stage) -> None:
        self._mockup = play(source.mockup, stage)
        self._players = PlayingRegions(source.players, stage)
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


SOURCES: dict[type[Any], Callable[[Any, Stage], Playing]] = {
    Notes: PlayingNotes,
    Output: play_output,
    Recorded: PlayingRegions,
    Live: PlayingLive,
}


def play(source: Source, stage: Stage) -> Playing:
    """A source, opened. Raises DeviceError when a device of it cannot be had; LostPrint."""
    return SOURCES[type(source)](source, stage)
