"""Reading a file for a page, in a process of its own: hashed before, encoded and measured here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hostkit.audio.block import Audio
from hostkit.audio.files.reader import open_audio
from hostkit.audio.layout import layout_of
from hostkit.audio.loudness.meter import Meter
from hostkit.errors import RequestError
from hostkit.jobs.isolate import Report
from hostkit.listening.page.peaks import Peaks, PeaksMeter
from hostkit.listening.review.mp3 import SoundSegments, encode, is_silent

MOST_CHANNELS = 2
CURVE_HOPS = 50
"""A value of short-term loudness each half second: the meter's hops are 10 ms."""


@dataclass(frozen=True)
class SoundJob:
    """A file to be read at a page's sample rate; encoded to `target`, if that is given."""

    path: Path
    sample_rate: int
    bitrate_kbps: int
    target: Path | None


@dataclass(frozen=True)
class ReadSound:
    """What came of it. `segments` are the bytes of each in the target, 0 for a silent one.

    `short_term_lufs` is the loudness of the 3 s before each half second; None for silence.
    """

    frames: int
    peaks: Peaks = field(repr=False)
    short_term_lufs: tuple[float | None, ...] = field(repr=False)
    segments: tuple[int, ...] = ()


def read_sound(job: SoundJob, report: Report) -> ReadSound:
    """Reads a file once, in flat memory. Raises RequestError for one that cannot be played."""
    source = open_audio(job.path, sample_rate=job.sample_rate)
    if source.channels > MOST_CHANNELS:
        raise RequestError(
            f"has {source.channels} channels; a page plays one or two",
            cure="review a delivery in stereo",
            file=job.path,
        )
    peaks = PeaksMeter()
    meter = Meter(job.sample_rate, layout_of(source.channels), peaks=False)
    segments = SoundSegments(source.frames, job.sample_rate)

    def measured() -> Iterator[Audio]:
        for block in source.blocks(segments.length):
            peaks.add(block)
            meter.push(block)
            report(meter.frames)
            yield block

    sizes = []
    if job.target is None:
        for _ in measured():
            pass
    else:
        with job.target.open("xb") as file:
            for segment in segments.cut(measured()):
                silent = is_silent(segment)
                coded = b"" if silent else encode(segment, job.sample_rate, job.bitrate_kbps)
                sizes.append(file.write(coded))
    curve = meter.energies().short_term_lufs()[CURVE_HOPS - 1 :: CURVE_HOPS]
    return ReadSound(
        source.frames,
        peaks.peaks(),
        tuple(round(float(one), 1) if np.isfinite(one) else None for one in curve),
        tuple(sizes),
    )
