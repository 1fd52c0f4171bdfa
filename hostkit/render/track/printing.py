"""Rendering one print: instrument, inserts, tail, to the store."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio, interleaved
from hostkit.devices.device import MAIN, Setup
from hostkit.errors import DeviceError
from hostkit.jobs.isolate import Report
from hostkit.jobs.job import Job
from hostkit.jobs.prints import AUDIO, Print
from hostkit.jobs.store import Store
from hostkit.plan.nodes.prints import PrintPlan
from hostkit.render.track.chain import Chain
from hostkit.render.track.key import keys_from, silent_key
from hostkit.render.track.sources import play
from hostkit.render.track.stage import Stage
from hostkit.render.track.stream import HeldBack
from hostkit.render.track.tail import FADE_SECONDS, TailListener


def render_print(job: Job[PrintPlan], report: Report) -> Print:
    """Renders a print block by block into the store and returns it."""
    store = job.store
    began = time.perf_counter()
    track = PlayedTrack(job.plan, report, store)
    with store.writer(job.fingerprint, AUDIO, track.layout.channels, job.token) as writer:
        for block in track.blocks():
            writer.write(block)
            report(writer.frames)
        writer.finish(time.perf_counter() - began, track.warnings)
    return store.take(job.fingerprint)


def hash_print(job: PrintPlan, report: Report) -> str:
    """Renders a print to nowhere, side-chains silent; gives the SHA-256 of its samples."""
    digest = hashlib.sha256()
    frames = 0
    for block in PlayedTrack(job, report).blocks():
        digest.update(interleaved(block, AUDIO).data)
        frames += block.shape[1]
        report(frames)
    return digest.hexdigest()


class PlayedTrack:
    """A track's source through its inserts; `end` is its length, once that is known."""

    def __init__(
        self,
        plan: PrintPlan,
        report: Report,
        store: Store | None = None,
        start_frame: int = 0,
    ) -> None:
        """Without a store side-chains are silent, and its instrument plays for it alone.

        Recorded audio without inserts may begin on a later frame, `start_frame`.
        """
        self._plan = plan
        self._position = start_frame
        self.end = plan.frames
        setup = Setup(plan.sample_rate, transport=plan.transport)
        self._source = play(plan.source, Stage(setup, report, store))
        open_key = keys_from(store, plan.sample_rate) if store else silent_key
        fade_frames = FADE_SECONDS * plan.sample_rate
        self._tail = TailListener(plan.tail, plan.source.end, fade_frames, start_frame)
        played = replace(setup, inputs={MAIN: self._source.layout})
        self._inserts = Chain(plan.effects, played, report, open_key)
        self.layout = self._inserts.layout

    @property
    def warnings(self) -> tuple[str, ...]:
        """What devices had to say, what was not heard of the source so far, a tail cut off."""
        return (*self._source.warnings, *self._inserts.warnings, *self._tail.warnings)

    def blocks(self, block_frames: int = BLOCK_FRAMES) -> Iterator[Audio]:
        """The print from where it begins to its last frame."""
        tail, held = self._tail, HeldBack(self._position)
        while self.end is None or held.given < self.end:
            block = self.next_block(block_frames)
            if self._plan.frames is None:
                tail.hear(block)
                self.end = tail.end
                block = tail.faded(block)
            held.push(block)
            yield from held.until(tail.certain if self.end is None else self.end)

    def next_block(self, frames: int = BLOCK_FRAMES) -> Audio:
        """The next stretch of the print: `frames`, fewer while latency is made up for."""
        start = self._position
        self._position += frames
        block = self._inserts.through(self._source.next_block(start, frames), start)
        if self._plan.devices and not np.isfinite(block).all():
            names = " → ".join(device.name for device in self._plan.devices)
            raise DeviceError(
                f"{names} gave samples that are not numbers",
                cure="remove the last device you added, or update it",
            )
        return block
