"""Ducking in a session: a mix is listened to once, then each stem lowered by its curve."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio
from hostkit.audio.files.reader import AudioSource, open_audio
from hostkit.audio.formats import SampleFormat, sample_format
from hostkit.audio.quantise import dequantise
from hostkit.ducking.ducked import Ducked
from hostkit.ducking.listening.stem import Clock, MusicStem
from hostkit.ducking.plan import plan_duck
from hostkit.jobs.isolate import Report
from hostkit.jobs.job import Job
from hostkit.jobs.prints import INTEGERS, Print
from hostkit.jobs.store import Store
from hostkit.plan.nodes.ducking import CurvePlan, DuckedPlan
from hostkit.render.kept_plan import CHANNELS, int_samples_of, read_curves
from hostkit.render.stem.stored import fitting_int_samples, from_store


@dataclass(frozen=True)
class MixUnderDialogue:
    """What a pass listens to: a dialogue, and the stems of a mix as they are before it."""

    dialogue: MusicStem
    stems: tuple[MusicStem, ...]


def under_dialogue(plan: CurvePlan, store: Store, report: Report) -> MixUnderDialogue:
    """The stems of a mix and its dialogue, to be read. Raises RequestError, LostPrint."""
    rate, kind = plan.sample_rate, _whole_numbers(plan.sample_format)
    names = [name for name, _ in plan.sources]
    found = from_store(store, [fingerprint for _, fingerprint in plan.sources])
    stems = tuple(
        MusicStem(name, Reporting(_StoredStem(one, rate, kind), report))
        for name, one in zip(names, found, strict=True)
    )
    spec = plan.dialogue
    spoken = Reporting(open_audio(spec.file.path), report)
    dialogue = MusicStem(spec.file.path.stem, spoken, Fraction(spec.start, rate))
    return MixUnderDialogue(dialogue, stems)


def make_curve(job: Job[CurvePlan], report: Report) -> Print:
    """Listens to a mix and decides how it is lowered; keeps all of that."""
    began = time.perf_counter()
    store, plan = job.store, job.plan
    mix = under_dialogue(plan, store, report)
    made = plan_duck(mix.dialogue, mix.stems, plan.settings, plan.dialogue.phrases)
    with store.writer(job.fingerprint, INTEGERS, CHANNELS, job.token) as writer:
        writer.write(int_samples_of(made))
        writer.finish(time.perf_counter() - began, made.warnings)
    return store.take(job.fingerprint)


def duck_stem(job: Job[DuckedPlan], report: Report) -> Print:
    """Lowers one stem by the curve of its mix, from integer samples to such."""
    began = time.perf_counter()
    plan, store = job.plan, job.store
    kind = _whole_numbers(plan.sample_format)
    source, curve = from_store(store, (plan.source, plan.curve))
    stem = MusicStem("", _StoredStem(source, plan.sample_rate, kind))
    curves = read_curves(curve, plan.sample_rate)
    ducked = Ducked(stem, curves, plan.weight, Clock.of([stem]), kind, plan.dither_seed)
    with store.writer(job.fingerprint, INTEGERS, source.channels, job.token) as writer:
        for block in ducked.blocks():
            writer.write((block * kind.full_scale).astype(np.int32))  # exact: whole numbers
            report(writer.frames)
        seconds = time.perf_counter() - began
        writer.finish(seconds, (), source.clipped_samples, source.clipped_peak)
    return store.take(job.fingerprint)


class _StoredStem:
    """A stem's integer samples in the store, as a source of audio."""

    def __init__(self, found: Print, sample_rate: int, kind: SampleFormat) -> None:
        self.path: Path = found.folder
        self.sample_rate = sample_rate
        self.channels, self.frames = found.channels, found.frames
        self._found, self._kind = found, kind

    def blocks(self, block_frames: int = BLOCK_FRAMES) -> Iterator[Audio]:
        for samples in fitting_int_samples(self._found, self._kind, block_frames):
            yield dequantise(samples, self._kind)


class Reporting:
    """A source that tells how far it is read, so that nobody takes listening for a hang."""

    def __init__(self, source: AudioSource, report: Report) -> None:
        self.path, self.sample_rate = source.path, source.sample_rate
        self.channels, self.frames = source.channels, source.frames
        self._source, self._report = source, report

    def blocks(self, block_frames: int = BLOCK_FRAMES) -> Iterator[Audio]:
        done = 0
        for block in self._source.blocks(block_frames):
            yield block
            done += block.shape[1]
            self._report(done)


def _whole_numbers(name: str) -> SampleFormat:
    """A format whose values are rounded to integers, also where files hold those as floats."""
    return replace(sample_format(name), is_float=False)
