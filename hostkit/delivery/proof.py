"""The null test: the stems as written, summed, against the mix as written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from hostkit.audio.quantise import Codes
from hostkit.audio.wav_reader import read_codes, read_header
from hostkit.engine.isolate import Report
from hostkit.levels import gain_to_db

PASS_DBFS, WARN_DBFS = -120.0, -60.0

Verdict = Literal["pass", "warn", "fail"]


@dataclass(frozen=True)
class NullJob:
    """A mix and the stems that should sum to it, as files."""

    mix: Path
    stems: tuple[Path, ...]


@dataclass(frozen=True)
class NullTest:
    """The peak of mix − Σ stems in dBFS; −inf when not one code differs."""

    residual_dbfs: float

    @property
    def verdict(self) -> Verdict:
        if self.residual_dbfs <= PASS_DBFS:
            return "pass"
        return "warn" if self.residual_dbfs <= WARN_DBFS else "fail"


def null_test(job: NullJob, report: Report) -> NullTest:
    """Reads all files back and compares them code by code."""
    kind = read_header(job.mix).sample_format
    full_scale = kind.full_scale if kind else 1
    streams = [read_codes(path) for path in job.stems]
    worst = frames = 0
    for mix in read_codes(job.mix):
        rest = mix.copy()
        for stream in streams:
            _subtract(rest, next(stream, None))
        worst = max(worst, int(rest.max(initial=0)), -int(rest.min(initial=0)))
        frames += mix.shape[1]
        report(frames)
    for extra in _leftovers(streams):
        worst = max(worst, int(np.abs(extra).max(initial=0)))
    return NullTest(gain_to_db(worst / full_scale))


def _subtract(rest: Codes, block: Codes | None) -> None:
    if block is not None:
        kept = block[:, : rest.shape[1]]
        rest[:, : kept.shape[1]] -= kept


def _leftovers(streams: Sequence[Iterator[Codes]]) -> Iterator[Codes]:
    """What stems have after the mix has ended."""
    for stream in streams:
        yield from stream


@dataclass(frozen=True)
class HashJob:
    paths: tuple[Path, ...]


def hash_files(job: HashJob, report: Report) -> dict[Path, str]:
    """SHA-256 of each file as it is on disk."""
    sums = {}
    for number, path in enumerate(job.paths):
        with path.open("rb") as file:
            sums[path] = hashlib.file_digest(file, "sha256").hexdigest()
        report(number)
    return sums
