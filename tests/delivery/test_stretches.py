"""The null test in stretches side by side: it finds what the whole finds, wherever that is."""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from here import Here

from hostkit.delivery.certificate.hashes import BYTES_AT_ONCE_BESIDE, HashesAhead, sha256
from hostkit.delivery.certificate.parts import STEP_FRAMES, StemAudio
from hostkit.delivery.certificate.sums import NullTest, Sum, SumJob, prove_sums
from hostkit.delivery.proving import _Comparison
from hostkit.delivery.underway import Underway
from hostkit.jobs.isolate import unwatched
from hostkit.render.outcome import Unwatched

FRAMES = 3 * STEP_FRAMES + 100
EACH = 2 * STEP_FRAMES  # of two stretches: whole steps


class Noting(Here):
    """Runs jobs at once, and notes them."""

    idle = 2

    def __init__(self) -> None:
        self.jobs: list[SumJob] = []

    def submit(
        self, task: Any, job: Any, progress: Callable[[int], None] = unwatched
    ) -> Future[Any]:
        self.jobs.append(job)
        return super().submit(task, job, progress)


def written(path: Path, samples: np.ndarray, container: str) -> Path:
    file = path.with_suffix(f".{container}")
    soundfile.write(file, samples.T.astype(np.int32) << 8, 48_000, subtype="PCM_24")
    return file


def compared(folder: Path, added: np.ndarray, container: str = "wav") -> tuple[SumJob, Noting, Any]:
    """Two stems against their sum with something `added`: the whole job, what ran, the tests."""
    noise = np.random.default_rng(1).integers(-(2**20), 2**20, (2, 2, FRAMES))
    stems = [written(folder / f"s{n}", each, container) for n, each in enumerate(noise)]
    file = written(folder / "full", noise.sum(axis=0) + added, container)
    parts = tuple(StemAudio(stem.stem, stem) for stem in stems)
    job, here = SumJob(parts, (Sum("full", file, (0, 1)),), "pcm24"), Noting()
    comparison = _Comparison(job, (), FRAMES)
    begun = comparison.begin(2, here, Underway(Unwatched()))
    return job, here, comparison.ended(begun, here)


@pytest.mark.parametrize("container", ["wav", "flac"])
def test_two_stretches_are_all_of_it(tmp_path: Path, container: str):
    _, here, tests = compared(tmp_path, np.zeros(FRAMES, int), container)
    assert [(job.start, job.stop) for job in here.jobs] == [(0, EACH), (EACH, None)]
    assert tests == {"full": NullTest(-math.inf)}


@pytest.mark.parametrize("at", [0, EACH - 1, EACH, FRAMES - 1])
def test_one_sample_that_differs_is_told_as_the_whole_tells_it(tmp_path: Path, at: int):
    added = np.zeros(FRAMES, int)
    added[at] = 3
    job, here, tests = compared(tmp_path, added)
    assert len(here.jobs) == 3
    assert tests == prove_sums(job, lambda frames, at=None: None)
    test = tests["full"]
    assert (test.first_frame, test.last_frame, test.verdict) == (at, at, "fail")
    assert test.residual_dbfs == pytest.approx(20 * math.log10(3 / 2**23))


def test_hashes_that_nobody_asks_for_are_cancelled(tmp_path: Path):
    file = tmp_path / "large"
    file.write_bytes(bytes(4 * BYTES_AT_ONCE_BESIDE))
    with HashesAhead([file]) as hashes:
        assert hashes.of(file) == sha256(file)
    cancelled = threading.Event()
    cancelled.set()
    assert sha256(file, cancelled) == hashlib.sha256(bytes(BYTES_AT_ONCE_BESIDE)).hexdigest()
