"""The null test: the stems as written, summed, against the mix as written."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np

from hostkit.audio.formats import sample_format
from hostkit.audio.quantise import IntSamples, IntSums
from hostkit.delivery.certificate.parts import EXPLAINED, STEP_FRAMES, LeftOut, StemAudio, held_in
from hostkit.ground.levels import gain_to_db
from hostkit.jobs.isolate import Report

PASS_DBFS, WARN_DBFS = -120.0, -60.0

Verdict = Literal["pass", "warn", "fail"]


@dataclass(frozen=True)
class Sum:
    """A mix by name, its file, which of the job's parts should make it up, and what not."""

    name: str
    mix: Path
    parts: tuple[int, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class SumJob:
    """Mixes that have stems in common: every file is read once for all of them.

    `foreign` files were made by somebody else, whose sums were rounded on their way. What is
    compared begins at frame `start` and ends before `stop`, which are multiples of STEP_FRAMES;
    None is the end of the longest file.
    """

    parts: tuple[StemAudio, ...]
    sums: tuple[Sum, ...]
    sample_format: str
    foreign: bool = False
    start: int = 0
    stop: int | None = None

    @property
    def is_whole(self) -> bool:
        return not self.start and self.stop is None

    def in_stretches(self, count: int, frames: int) -> tuple[SumJob, ...]:
        """The same in stretches of `frames`, to be compared side by side: as one where that is
        all there is, or a stem is no file.

        The mixes are the sums if they are in each stretch; else only the whole explains it.
        """
        if not all(isinstance(part.source, Path) for part in self.parts):
            return (self,)
        each = STEP_FRAMES * max(1, math.ceil(frames / count / STEP_FRAMES))
        starts = range(0, frames, each) or (0,)
        stops = (*starts[1:], None)
        return tuple(
            replace(self, start=one, stop=next_) for one, next_ in zip(starts, stops, strict=True)
        )


@dataclass(frozen=True)
class NullTest:
    """The peak of mix − Σ stems in dBFS; −inf when not one sample differs.

    What hostkit made is that sum or fails. A `foreign` mix may differ by its rounding.
    `first_frame` and `last_frame` bound what differs. `at_fault` is the stem that explains
    most of it, with `at_fault_gain` the factor by which the mix has it otherwise. `held` are
    stems that the mix is to be without and that explain it, with the gain they have there.
    """

    residual_dbfs: float
    first_frame: int | None = None
    last_frame: int | None = None
    at_fault: str | None = None
    at_fault_gain: float | None = None
    held: Mapping[str, float] = field(default_factory=dict)
    foreign: bool = False

    @property
    def verdict(self) -> Verdict:
        if self.residual_dbfs <= (PASS_DBFS if self.foreign else -math.inf):
            return "pass"
        if not self.foreign:
            return "fail"
        return "warn" if self.residual_dbfs <= WARN_DBFS else "fail"


def prove_sums(job: SumJob, report: Report) -> dict[str, NullTest]:
    """Reads all files back in step and compares them sample by sample."""
    residuals = [_Residual(job, wanted) for wanted in job.sums]
    mixes = [StemAudio("", wanted.mix).int_samples(job.start) for wanted in job.sums]
    parts = [part.int_samples(job.start) for part in job.parts]
    frames = job.start
    while frames != job.stop:
        blocks = [next(mix, None) for mix in mixes]
        stems = [next(part, None) for part in parts]
        if all(block is None for block in (*blocks, *stems)):
            break
        for residual, block in zip(residuals, blocks, strict=True):
            residual.push(block, stems, frames)
        frames += STEP_FRAMES
        report(frames - job.start)
    return {r.wanted.name: _with_held(job, r.wanted, r.result()) for r in residuals}


def _with_held(job: SumJob, wanted: Sum, test: NullTest) -> NullTest:
    """The test of a mix; where that is not the sum of its stems, with what else it holds."""
    if test.verdict == "pass" or not wanted.left_out or not job.is_whole:
        return test
    kept = [job.parts[number] for number in wanted.parts]
    return replace(test, held=held_in(wanted.mix, kept, wanted.left_out))


@dataclass
class _Residual:
    """What is left of one mix, gathered block by block."""

    job: SumJob
    wanted: Sum
    worst: int = 0
    first: int | None = None
    last: int | None = None
    energy: float = 0.0
    shared: dict[int, float] = field(default_factory=dict)
    own: dict[int, float] = field(default_factory=dict)

    def push(self, mix: IntSamples | None, stems: Sequence[IntSums | None], start: int) -> None:
        mine = {n: block for n in self.wanted.parts if (block := stems[n]) is not None}
        longest = max((b.shape[1] for b in (mix, *mine.values()) if b is not None), default=0)
        wide = np.int64 if sample_format(self.job.sample_format).is_float else np.int32
        rest: IntSums
        if mix is not None and mix.shape[1] == longest:
            rest = mix.astype(wide)
        else:
            known = next(block for block in (mix, *mine.values()) if block is not None)
            rest = np.zeros((len(known), longest), dtype=wide)
            if mix is not None:
                rest[:, : mix.shape[1]] = mix
        for block in mine.values():
            rest[:, : block.shape[1]] -= block
        high, low = int(rest.max(initial=0)), int(rest.min(initial=0))
        if high or low:
            self.worst = max(self.worst, high, -low)
            self._explain(rest, mine, start)

    def _explain(self, rest: IntSums, stems: dict[int, IntSums], start: int) -> None:
        places = np.flatnonzero(rest.any(axis=0))
        self.first = start + int(places[0]) if self.first is None else self.first
        self.last = start + int(places[-1])
        exact = rest.astype(np.float64)
        self.energy += float(np.vdot(exact, exact))
        for number, block in stems.items():
            stem = block.astype(np.float64)
            self.shared[number] = self.shared.get(number, 0.0) + float(
                np.vdot(exact[:, : stem.shape[1]], stem)
            )
            self.own[number] = self.own.get(number, 0.0) + float(np.vdot(stem, stem))

    def result(self) -> NullTest:
        full_scale = sample_format(self.job.sample_format).full_scale
        dbfs = gain_to_db(self.worst / full_scale)
        shares = {
            n: self.shared[n] ** 2 / (own * self.energy) for n, own in self.own.items() if own
        }
        best = max(shares, key=lambda n: shares[n], default=None)
        if best is None or shares[best] < EXPLAINED:
            return NullTest(dbfs, self.first, self.last, foreign=self.job.foreign)
        gain = 1 + self.shared[best] / self.own[best]
        name = self.job.parts[best].name
        return NullTest(dbfs, self.first, self.last, name, gain, foreign=self.job.foreign)
