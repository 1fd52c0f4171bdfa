"""Writing one file of a delivery: the sum of stems' codes, measured on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES
from hostkit.audio.bwf import Bwf
from hostkit.audio.formats import sample_format
from hostkit.audio.loudness.meter import Loudness, Meter
from hostkit.audio.quantise import Codes, dequantise, saturate
from hostkit.audio.wav import WavWriter
from hostkit.engine.isolate import Report
from hostkit.engine.store import Print

STEREO = 2


@dataclass(frozen=True)
class FileJob:
    """A file to write: the sum of `sources`, silence after their ends, `frames` long."""

    path: Path
    sources: tuple[Print, ...]
    frames: int
    sample_rate: int
    sample_format: str
    metadata: Bwf | None = None


@dataclass(frozen=True)
class FileFacts:
    """What is known of a file that was written. `clipped_samples` did not fit its format."""

    frames: int
    channels: int
    clipped_samples: int
    loudness: Loudness


def write_file(job: FileJob, report: Report) -> FileFacts:
    """Writes and measures the file; it appears under its name when it is whole."""
    kind = sample_format(job.sample_format)
    meter = Meter(job.sample_rate, STEREO)
    clipped = sum(source.clipped_samples for source in job.sources) if len(job.sources) == 1 else 0
    with WavWriter(job.path, job.sample_rate, STEREO, kind, job.metadata) as writer:
        for codes in _sums(job.sources, job.frames):
            fitting = saturate(codes, kind)
            clipped += fitting.clipped_samples
            writer.write_codes(fitting.codes)
            meter.push(dequantise(fitting.codes, kind))
            report(writer.frames)
    return FileFacts(job.frames, STEREO, clipped, meter.result())


def _sums(sources: Sequence[Print], frames: int) -> Iterator[Codes]:
    """Blocks of the sum of the sources' codes, `frames` in all.

    Codes have at most 25 bits with their sign, so 64 of them fit int32.
    """
    streams = [source.codes() for source in sources]
    for start in range(0, frames, BLOCK_FRAMES):
        count = min(BLOCK_FRAMES, frames - start)
        total: Codes = np.zeros((STEREO, count), dtype=np.int32)
        for stream in streams:
            block = next(stream, None)
            if block is not None:
                kept = block[:, :count]
                total[:, : kept.shape[1]] += kept
        yield total
