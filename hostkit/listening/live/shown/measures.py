"""What is measured of the sounds of a version, each in a job of its own, once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio, silence
from hostkit.audio.files.reader import open_audio
from hostkit.audio.formats import sample_format
from hostkit.audio.layout import ChannelLayout
from hostkit.audio.loudness.energies import Energies, Series
from hostkit.audio.loudness.hops import HopGrid
from hostkit.audio.loudness.meter import Meter
from hostkit.audio.loudness.true_peak import TruePeak
from hostkit.audio.quantise import dequantise, saturate
from hostkit.ducking.dialogue import HeardDialogue, hear_dialogue
from hostkit.ducking.listening.stem import Clock, MusicStem
from hostkit.jobs.executors import Executor
from hostkit.jobs.isolate import Report, Task
from hostkit.jobs.prints import AUDIO
from hostkit.jobs.store import Store
from hostkit.listening.page.peaks import Peaks, PeaksMeter
from hostkit.plan.nodes.ducking import Ducking
from hostkit.plan.nodes.stems import ChannelPlan
from hostkit.render.stem.stored import from_store
from hostkit.render.track.straight import StraightPrint

KEPT = 512
"""Of measures, in memory: a few hundred kB each for an hour of music."""
SomeJob = TypeVar("SomeJob")
SomeResult = TypeVar("SomeResult")


@dataclass(frozen=True)
class MixMeasures:
    """A mix over time; `true_peaks` are linear, one for each `chunk_frames`."""

    energies: Energies
    true_peaks: Series
    chunk_frames: int


@dataclass(frozen=True)
class MixToMeasure:
    """A mix to measure: the sum of stems in the store, by fingerprint."""

    stems: tuple[str, ...]
    store_root: Path
    sample_rate: int
    layout: ChannelLayout
    sample_format: str


def measure_sum(job: MixToMeasure, report: Report) -> MixMeasures:
    """Adds up the stems and measures them, in one passage. Raises LostPrint."""
    stems = from_store(Store(job.store_root), job.stems)
    kind, channels = sample_format(job.sample_format), job.layout.channels
    frames = max((stem.frames for stem in stems), default=0)
    chunk_frames = HopGrid.at(job.sample_rate).chunk_frames
    meter = Meter(job.sample_rate, job.layout, peaks=False)
    true_peak, peaks = TruePeak(job.sample_rate, channels, chunk_frames), list[float]()
    streams = [stem.int_samples(chunk_frames) for stem in stems]
    for start in range(0, frames, chunk_frames):
        total = np.zeros((channels, min(chunk_frames, frames - start)), dtype=np.int64)
        for stream in streams:
            samples = next(stream, None)
            if samples is not None:
                total[:, : samples.shape[1]] += samples
        block = dequantise(saturate(total, kind).samples, kind)
        meter.push(block)
        chunk = silence(channels, chunk_frames)
        chunk[:, : block.shape[1]] = block
        true_peak.sample_peak = true_peak.peak = 0.0
        true_peak.push(chunk)
        peaks.append(true_peak.peak)
        report(start)
    return MixMeasures(meter.energies(), np.array(peaks), chunk_frames)


@dataclass(frozen=True)
class PrintToDraw:
    """A print to draw, by fingerprint; `sample_format` is that of integer samples.

    One that is not in the store is made of the straight one of its `channel`.
    """

    fingerprint: str
    store_root: Path
    sample_format: str
    channel: ChannelPlan | None = field(default=None, compare=False)


def draw_peaks(job: PrintToDraw, report: Report) -> Peaks:
    """The lowest and highest samples of a print. Raises LostPrint."""
    meter = PeaksMeter()
    for block in _blocks(job, report):
        meter.add(block)
        report(0)
    return meter.peaks()


def _blocks(job: PrintToDraw, report: Report) -> Iterator[Audio]:
    if job.channel is not None and job.channel.straight is not None:
        yield from StraightPrint(job.channel.track, job.channel.straight, report).audio()
        return
    found, kind = Store(job.store_root).take(job.fingerprint), sample_format(job.sample_format)
    for block in found.blocks(found.sample_type, BLOCK_FRAMES):
        yield block if found.sample_type == AUDIO else dequantise(block, kind)


@dataclass(frozen=True)
class SpeechToHear:
    """The dialogue that a session's music is under, heard in so many frames of music."""

    spoken: Ducking
    sample_rate: int
    frames: int
    layout: ChannelLayout


def hear_speech(job: SpeechToHear, report: Report) -> HeardDialogue:
    """Who speaks when. Raises RequestError where nobody does."""
    spec, path = job.spoken.dialogue, job.spoken.dialogue.file.path
    report(0)
    stem = MusicStem(path.stem, open_audio(path), Fraction(spec.start, job.sample_rate))
    clock = Clock(job.sample_rate, Fraction(0), job.frames, job.layout)
    return hear_dialogue(stem, clock, job.spoken.settings, spec.phrases)


class Meters:
    """Has things measured, each once as long as it is kept."""

    def __init__(self, store: Store, executor: Executor) -> None:
        self._store, self._executor = store, executor
        self._known: OrderedDict[object, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def sum_of(
        self, stems: tuple[str, ...], rate: int, layout: ChannelLayout, kind: str
    ) -> MixMeasures:
        """Of a mix whose stems are made. Raises LostPrint."""
        return self._once(measure_sum, MixToMeasure(stems, self._store.root, rate, layout, kind))

    def peaks_of(self, fingerprint: str, kind: str, channel: ChannelPlan | None = None) -> Peaks:
        """Of a print that is made, or of a `channel`'s, which may be straight.

        Raises LostPrint; StorageError where a take of a straight one changed.
        """
        return self._once(draw_peaks, PrintToDraw(fingerprint, self._store.root, kind, channel))

    def speech(
        self, spoken: Ducking, rate: int, frames: int, layout: ChannelLayout
    ) -> HeardDialogue:
        """Raises RequestError where there is none."""
        return self._once(hear_speech, SpeechToHear(spoken, rate, frames, layout))

    def _once(self, task: Task[SomeJob, SomeResult], job: SomeJob) -> SomeResult:
        with self._lock:
            future = self._known.get(job)
            if future is None:
                future = self._known[job] = self._executor.submit(task, job)
            self._known.move_to_end(job)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        try:
            return future.result()  # type: ignore[no-any-return]  # futures of all kinds are kept together
        except BaseException:
            self._known.pop(job, None)
            raise
