"""Measuring a file that lies in a folder, whoever made it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from hostkit.audio.files.containers import read_int_samples
from hostkit.audio.files.reader import open_audio
from hostkit.audio.files.wav_reader import NotWavError, read_header
from hostkit.audio.formats import FORMATS, SampleFormat
from hostkit.audio.layout import layout_of
from hostkit.audio.measures import Measures, Measuring
from hostkit.audio.quantise import dequantise
from hostkit.delivery.certificate.hashes import sha256
from hostkit.jobs.isolate import Report


@dataclass(frozen=True)
class MeasureJob:
    """A file, whose music begins after `pre_roll_frames`."""

    path: Path
    pre_roll_frames: int = 0


@dataclass(frozen=True)
class ReadFile:
    """What one reading of a file tells. `sample_format` is None where it has no integer samples."""

    sha256: str
    sample_rate: int
    time_reference: int | None
    sample_format: str | None
    measures: Measures


def measure_delivered(job: MeasureJob, report: Report) -> ReadFile:
    """Reads a file once. Raises RequestError for one that is cut short or no audio."""
    source = open_audio(job.path)
    kind, start = _header(job.path)
    layout = layout_of(source.channels)
    measuring = Measuring(source.sample_rate, layout, job.pre_roll_frames)
    hasher = hashlib.sha256() if kind else None
    blocks = (
        (dequantise(samples, kind) for samples in read_int_samples(job.path, hasher=hasher))
        if kind
        else source.blocks()
    )
    for block in blocks:
        measuring.push(block)
        report(measuring.frames)
    return ReadFile(
        sha256=hasher.hexdigest() if hasher else sha256(job.path),
        sample_rate=source.sample_rate,
        time_reference=start,
        sample_format=kind.name if kind else None,
        measures=measuring.measures(),
    )


def _header(path: Path) -> tuple[SampleFormat | None, int | None]:
    """The format of a file of integer samples, and its start where it tells one."""
    try:
        header = read_header(path)
    except NotWavError:
        return _flac_format(path), None
    return header.sample_format, header.metadata.time_reference if header.metadata else None


def _flac_format(path: Path) -> SampleFormat | None:
    import soundfile  # only for what is no WAV

    info = soundfile.info(path)
    integers = {row.subtype: row for row in FORMATS.values() if not row.is_float}
    return integers.get(info.subtype) if info.format == "FLAC" else None
