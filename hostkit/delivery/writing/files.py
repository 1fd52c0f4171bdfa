"""Writing one file of a delivery: the sum of stems' integer samples, measured on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES
from hostkit.audio.files.bwf import BextLoudness, Bwf
from hostkit.audio.files.containers import open_writer
from hostkit.audio.formats import SampleFormat, sample_format
from hostkit.audio.layout import ChannelLayout
from hostkit.audio.loudness.meter import Loudness
from hostkit.audio.measures import Clipping, Measures, Measuring
from hostkit.audio.quantise import (
    IntSamples,
    IntSums,
    dequantise,
    lower_by_db,
    saturate,
    to_step,
)
from hostkit.delivery.certificate.hashes import sha256
from hostkit.delivery.writing.cut import UNCUT, Cut
from hostkit.delivery.writing.pre_roll import NO_PRE_ROLL, PreRoll
from hostkit.errors import StorageError
from hostkit.jobs.following import FollowedPrint, InProgress
from hostkit.jobs.isolate import Report
from hostkit.jobs.prints import Print


@dataclass(frozen=True)
class FileJob:
    """A file to write: the pre-roll, then the sum of `sources` from the cut on, `frames` in all.

    Stems `in_progress` are added, too, as they are being written; then nothing is cut.
    Each source is rounded to multiples of `step` before it is added (`writing.steps`).
    Sources that end earlier are silent from there on. The container is what the name of
    `path` ends in.
    """

    path: Path
    sources: tuple[Print, ...]
    frames: int
    sample_rate: int
    layout: ChannelLayout
    sample_format: str
    metadata: Bwf | None = None
    pre_roll: PreRoll = NO_PRE_ROLL
    step: int = 1
    cut: Cut = UNCUT
    in_progress: tuple[InProgress, ...] = ()

    def to(self, path: Path) -> FileJob:
        """The same file in another place."""
        return replace(self, path=path)

    def only(self, source: int) -> FileJob:
        """The file that one of its sources would make."""
        return replace(self, sources=(self.sources[source],))


@dataclass(frozen=True)
class WrittenFile:
    """What is known of a file that was written; `sha256` is of its bytes as read back."""

    measures: Measures
    clipping: Clipping
    sha256: str


def write_file(job: FileJob, report: Report) -> WrittenFile:
    """Writes, measures and hashes the file; it appears under its name when it is whole.

    Raises StorageError where a stem in progress came to nothing, or has samples to be clipped: how
    loud it would have been is known when it is there. So it does for a file that cannot be read
    back to be hashed.
    """
    kind = sample_format(job.sample_format)
    measuring = Measuring(job.sample_rate, job.layout, job.pre_roll.frames)
    alone = job.sources[0] if len(job.sources) == 1 and not job.in_progress else None
    counted = alone if job.cut == UNCUT else None  # of a part nobody has counted them yet
    clipped, peak = (counted.clipped_samples, counted.clipped_peak) if counted else (0, 0.0)
    with open_writer(job.path, job.sample_rate, job.layout, kind, job.metadata) as writer:
        followed = [one.followed(lambda: report(writer.frames)) for one in job.in_progress]
        for samples, unclipped in _sums(job, followed):
            fitting = saturate(samples, kind)
            clipped += fitting.clipped_samples
            if unclipped is samples:
                peak = max(peak, fitting.clipped_peak)
            else:
                lost = saturate(unclipped, kind)
                peak = max(peak, lost.clipped_peak)
                clipped += lost.clipped_samples if alone and not counted else 0
            writer.write_int_samples(fitting.samples)
            measuring.push(dequantise(fitting.samples, kind))
            report(writer.frames)
        for one in followed:
            one.settle()
        measures = measuring.measures()
        if job.metadata is not None:
            writer.set_loudness(bext_loudness(measures.loudness))
    peaks = (peak, *(source.clipped_peak for source in job.sources))
    lower_db = max(lower_by_db(one, kind) for one in peaks)
    return WrittenFile(measures, Clipping(clipped, peak, lower_db), sha256(job.path))


def bext_loudness(loudness: Loudness) -> BextLoudness:
    """The five measures that bext has fields for."""
    return BextLoudness(
        integrated_lufs=loudness.integrated_lufs,
        loudness_range_lu=loudness.loudness_range_lu,
        true_peak_dbtp=loudness.true_peak_dbtp,
        max_momentary_lufs=loudness.max_momentary_lufs,
        max_short_term_lufs=loudness.max_short_term_lufs,
    )


def int_samples_of(job: FileJob) -> Iterator[IntSums]:
    """Blocks of the file before they are made to fit, `job.frames` in all."""
    return (samples for samples, _ in _sums(job))


def _sums(
    job: FileJob, followed: Sequence[FollowedPrint] = ()
) -> Iterator[tuple[IntSums, IntSums]]:
    """The same blocks, and what they would be had no source been clipped.

    Integer samples of integer files have at most 24 bits with their sign, so 64 fit int32;
    those of float files, and what is not clipped, are added in int64.
    """
    kind, sources = sample_format(job.sample_format), len(job.sources) + len(followed)
    wide = np.int64 if kind.is_float else np.int32
    clipped = any(source.clipped_samples for source in job.sources)
    for start in range(0, job.pre_roll.frames, BLOCK_FRAMES):
        count = min(BLOCK_FRAMES, job.pre_roll.frames - start)
        pre_roll = to_step(job.pre_roll.int_samples(start, count, job.sample_rate, kind), job.step)
        samples = np.tile(pre_roll, (job.layout.channels, 1)) * wide(sources)
        yield samples, samples
    start = job.cut.start_frame
    streams = [source.int_samples(start_frame=start, as_stored=True) for source in job.sources]
    streams += [_all_fitting(one, kind) for one in followed]
    music = job.frames - job.pre_roll.frames
    for start in range(0, music, BLOCK_FRAMES):
        count = min(BLOCK_FRAMES, music - start)
        total: IntSums = np.zeros((count, job.layout.channels), dtype=wide).T  # as streams are
        unclipped: IntSums = np.zeros_like(total, dtype=np.int64) if clipped else total
        for stream in streams:
            block = next(stream, None)
            if block is None:
                continue
            if clipped:
                unclipped[:, : block.shape[1]] += block[:, :count]
                block = saturate(block, kind).samples
            kept = to_step(block[:, :count], job.step)
            total[:, : kept.shape[1]] += kept
        faded = job.cut.faded(total, start, music, job.step)
        yield faded, job.cut.faded(unclipped, start, music, job.step) if clipped else faded


def _all_fitting(followed: FollowedPrint, kind: SampleFormat) -> Iterator[IntSamples]:
    for samples in followed.int_samples(as_stored=True):
        if saturate(samples, kind).clipped_samples:
            raise StorageError(
                "it is clipped, and how much is not known yet", cure="write it again"
            )
        yield samples
