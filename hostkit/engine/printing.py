"""Rendering one print: instrument, inserts, tail, to the store."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio
from hostkit.engine.device import Effect, Instrument
from hostkit.engine.hosts import open_effect, open_instrument
from hostkit.engine.isolate import LOADING, Report
from hostkit.engine.prints import AUDIO, Print
from hostkit.engine.silent_notes import NoteListener
from hostkit.engine.store import Store
from hostkit.engine.tail import FADE_SECONDS, TailListener
from hostkit.errors import DeviceError
from hostkit.plan.prints import PrintPlan

STEP_FRAMES = 4096
"""Frames a device is asked for between two signs of life: a few of its buffers. A slow one
is not taken for one that hangs; what it gives does not depend on it."""


@dataclass(frozen=True)
class PrintJob:
    """A print to make: what, under which fingerprint, into which store."""

    plan: PrintPlan
    fingerprint: str
    store_root: Path
    token: str


def render_print(job: PrintJob, report: Report) -> Print:
    """Renders a print block by block into the store and returns it."""
    store = Store(job.store_root)
    began = time.perf_counter()
    chain = Chain(job.plan, report)
    with store.writer(job.fingerprint, AUDIO, chain.channels, job.token) as writer:
        for block in chain.blocks():
            writer.write(block)
            report(writer.frames)
        writer.finish(time.perf_counter() - began, chain.warnings)
    return store.take(job.fingerprint)


def hash_print(job: PrintPlan, report: Report) -> str:
    """Renders a print to nowhere; gives the SHA-256 of its samples."""
    digest = hashlib.sha256()
    frames = 0
    for block in Chain(job, report).blocks():
        digest.update(np.ascontiguousarray(block.T).data)
        frames += block.shape[1]
        report(frames)
    return digest.hexdigest()


class Chain:
    """An instrument and its inserts, fed with the plan's events."""

    def __init__(self, plan: PrintPlan, report: Report) -> None:
        self._plan, self._report = plan, report
        self._events = plan.score.events()
        self._position = 0
        report(0, at=LOADING + plan.instrument.name)
        self._instrument: Instrument = open_instrument(plan.instrument, plan.sample_rate)
        self._tail = TailListener(plan.tail, plan.score.end, FADE_SECONDS * plan.sample_rate)
        self._notes = NoteListener(self._events, plan.sample_rate)
        self.channels = self._instrument.channels
        self._effects: list[tuple[str, Effect]] = []
        for spec in plan.effects:
            report(0, at=LOADING + spec.name)
            effect = open_effect(spec, plan.sample_rate, self.channels)
            self._effects.append((spec.name, effect))
            self.channels = effect.channels

    @property
    def warnings(self) -> tuple[str, ...]:
        """What devices had to say, notes that were not heard so far, and a tail cut off."""
        devices: list[Instrument | Effect] = [self._instrument]
        devices += [effect for _, effect in self._effects]
        said = [text for device in devices for text in device.warnings]
        return (*said, *self._notes.warnings, *self._tail.warnings)

    def blocks(self) -> Iterator[Audio]:
        """The print from its first frame to its last."""
        plan, tail, given = self._plan, self._tail, 0
        end = plan.frames
        while end is None or given < end:
            block = self.next_block()
            if plan.frames is None:
                tail.hear(block)
                end = tail.end
                block = tail.faded(block)
            kept = block if end is None else block[:, : end - given]
            given += kept.shape[1]
            yield kept

    def next_block(self) -> Audio:
        """The next stretch of the print: BLOCK_FRAMES, fewer while latency is made up for."""
        start = self._position
        self._position += BLOCK_FRAMES
        parts = []
        for at in range(start, self._position, STEP_FRAMES):
            self._report(at, at=self._plan.instrument.name)
            events = self._events.between(at, at + STEP_FRAMES)
            parts.append(self._instrument.render(STEP_FRAMES, events))
        block = np.concatenate(parts, axis=1)
        self._notes.hear(block)
        for name, effect in self._effects:
            parts = []
            for at in range(0, max(block.shape[1], 1), STEP_FRAMES):
                self._report(start + at, at=name)
                parts.append(effect.process(block[:, at : at + STEP_FRAMES]))
            block = np.concatenate(parts, axis=1)
        if not np.isfinite(block).all():
            raise DeviceError(
                f"{self._named()} gave samples that are not numbers; "
                "remove the last device you added, or update it"
            )
        return block

    def _named(self) -> str:
        return " → ".join((self._plan.instrument.name, *(name for name, _ in self._effects)))
