"""Recording a step into the store: block by block, until it is as long as it should be."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from hostkit.audio.block import Audio
from hostkit.audio.formats import sample_format
from hostkit.audio.quantise import IntSamples, quantise
from hostkit.ground.levels import db_to_gain, gain_to_db
from hostkit.jobs.isolate import Report
from hostkit.jobs.job import Job
from hostkit.jobs.prints import AUDIO, INTEGERS, Print
from hostkit.plan.nodes.stems import Span
from hostkit.render.track.stream import HeldBack
from hostkit.render.track.tail import FADE_SECONDS, TailListener

SomePlan = TypeVar("SomePlan")

CUT_OFF_DB = -60.0
"""An exact length that ends on sound louder than this is worth a word."""
_LAST_MS = 10


class Kept:
    """How blocks of audio are kept: as they are, or as integer samples of a sample format.

    `trim_db` is the gain on the way to integers; what is listened to does not have it, so that
    everything is as long at any level. What does not fit the format is kept, and clipped by
    who writes it to a file: so it is known how loud a mix would have been.
    """

    def __init__(
        self, format_name: str | None = None, dither_seed: int = 0, trim_db: float = 0.0
    ) -> None:
        self._gain = np.float32(db_to_gain(trim_db))
        self._format = sample_format(format_name) if format_name else None
        self._dither_seed = dither_seed
        self.sample_type = INTEGERS if format_name else AUDIO
        self.clipped_samples, self.clipped_peak = 0, 0.0

    def __call__(self, block: Audio, start: int) -> Audio | IntSamples:
        if self._format is None:
            return block
        if self._gain != 1:
            block = block * self._gain
        made = quantise(
            block, self._format, start_frame=start, dither_seed=self._dither_seed, clip=False
        )
        self.clipped_samples += made.clipped_samples
        self.clipped_peak = max(self.clipped_peak, made.clipped_peak)
        return made.samples


class Length:
    """Decides where a recording ends: at its exact length, or when its sound is over.

    `must_reach` says where its sources end, as soon as that is known. With `fades` what still
    sounds at the limit of the tail is faded before it.
    """

    def __init__(
        self, span: Span, must_reach: Callable[[], int | None], *, fades: bool = False
    ) -> None:
        self._most = span.most_frames
        self._must_reach = must_reach
        self._listener = (
            None
            if span.frames is not None
            else TailListener(span.tail, None, FADE_SECONDS * span.sample_rate * fades)
        )
        self._last = span.sample_rate * _LAST_MS // 1000
        self._end_level = 0.0
        self._forced = span.frames is not None
        self._heard = 0
        self.end = span.frames

    def hear(self, block: Audio, start: int) -> None:
        """Takes the next block, whose first frame is `start`."""
        self._heard = start + block.shape[1]
        if self.end is None and self._listener is not None:
            self._listener.must_reach = self._must_reach()
            self._listener.hear(block)
            self.end = self._listener.end
            reached = start + block.shape[1]
            if self._most is not None and (self.end or reached) > self._most:
                sure = self._listener.certain
                self.end, self._forced = min(sure, self._most), sure > self._most
        if self.end is not None and self._forced:
            final = block[:, max(0, self.end - self._last - start) : max(0, self.end - start)]
            self._end_level = max(self._end_level, float(abs(final).max(initial=0.0)))

    @property
    def certain(self) -> int:
        """So many frames are kept, whatever is heard after them."""
        if self.end is not None:
            return self.end
        return self._heard if self._listener is None else self._listener.certain

    def faded(self, block: Audio) -> Audio:
        """The block to be kept of the one heard last, faded where a tail meets its limit."""
        return block if self._listener is None else self._listener.faded(block)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Whether the end cuts into the sound."""
        if self._listener is not None and not self._forced:
            return self._listener.warnings
        if self._end_level < db_to_gain(CUT_OFF_DB):
            return ()
        level = gain_to_db(self._end_level)
        return (f"it still sounds at {level:.0f} dBFS where its length ends; a short fade ends it",)


def record(
    job: Job[SomePlan],
    channels: int,
    kept: Kept,
    length: Length,
    next_block: Callable[[], tuple[Audio, Audio]],
    warnings: Callable[[], tuple[str, ...]],
    report: Report,
) -> Print:
    """Writes what `next_block` gives, and returns it as it is in the store.

    Each block comes twice: what is kept, `channels` of it, and what is listened to.
    """
    store = job.store
    began = time.process_time()  # waiting for a print in progress is no work
    with store.writer(job.fingerprint, kept.sample_type, channels, job.token) as writer:
        taken, held = 0, HeldBack()
        while length.end is None or writer.frames < length.end:
            block, heard = next_block()
            length.hear(heard, taken)
            taken += heard.shape[1]
            held.push(length.faded(block))
            for part in held.until(length.certain):
                writer.write(kept(part, writer.frames))
            report(writer.frames)
        writer.truncate(length.end)
        seconds = time.process_time() - began
        writer.finish(seconds, warnings(), kept.clipped_samples, kept.clipped_peak)
    return store.take(job.fingerprint)
