"""The common step of a form's files, which keeps sums of loud float files exact.

A float has 24 significant bits: up to +6 dBFS it holds every integer sample, above that
only every second, fourth … one. So where a form's peak lies over +6 dBFS, all its files
keep to multiples of one power of two: the stems are rounded to them, and their sum, the
mix, is then a float exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES
from hostkit.audio.formats import sample_format
from hostkit.audio.quantise import IntSamples, IntSums
from hostkit.jobs.isolate import Report
from hostkit.jobs.prints import Print
from hostkit.plan.plan import SessionPlan
from hostkit.render.outcome import Outcomes, Resources

Made = Mapping[str, Mapping[str, Print]]
"""The stems of each form, by the form's name and the stem's in its plan."""

_EXACT = 2**24
"""A float holds every integer up to this one."""
LARGEST_STEP = 2**7
"""With it a float reaches the end of int32."""


def stems_of(plan: SessionPlan, outcomes: Outcomes) -> Made:
    """The stems of each form that are made, as they lie in the store."""
    return {
        form.form.name: {
            stem.name: outcome.print
            for stem in form.stems
            if (outcome := outcomes.get(stem.fingerprint)) and outcome.print
        }
        for form in plan.plans
    }


@dataclass(frozen=True)
class PeaksJob:
    """The stems of a form, and which of them each mix is the sum of."""

    stems: tuple[Print, ...]
    mixes: tuple[tuple[int, ...], ...]


def common_steps(plan: SessionPlan, made: Made, resources: Resources) -> dict[str, int]:
    """What each form's integer samples are to be multiples of: 1, unless peaks are over +6 dBFS.

    Only float files are measured for it. Raises LostPrint.
    """
    steps = {form.form.name: 1 for form in plan.plans}
    if not sample_format(plan.sample_format).is_float:
        return steps
    running = {}
    for form in plan.plans:
        stems = made[form.form.name]
        names = list(stems)
        mixes = {tuple(names.index(name) for name in mix.stems) for mix in form.mixes}
        job = PeaksJob(tuple(stems.values()), tuple(sorted(mixes)))
        running[form.form.name] = resources.executor.submit(common_step, job)
    return {name: future.result() for name, future in running.items()}


def common_step(job: PeaksJob, report: Report) -> int:
    """The smallest power of two whose multiples hold every stem and mix in 24 bits."""
    peaks = dict.fromkeys(job.mixes, 0)
    loudest = 0
    streams = [_with_nothing_after(stem) for stem in job.stems]
    channels = max((stem.channels for stem in job.stems), default=0)
    longest = max((stem.frames for stem in job.stems), default=0)
    for start in range(0, longest, BLOCK_FRAMES):
        blocks = [next(stream) for stream in streams]
        loudest = max(loudest, *map(_peak, blocks))
        for mix in job.mixes:
            total = np.zeros((channels, BLOCK_FRAMES), dtype=np.int64)
            for number in mix:
                total[:, : blocks[number].shape[1]] += blocks[number]
            peaks[mix] = max(peaks[mix], _peak(total))
        report(start)
    return max((step_for(loudest, 1), *(step_for(peak, len(mix)) for mix, peak in peaks.items())))


def step_for(peak: int, stems: int) -> int:
    """The step of a file whose integer samples reach `peak`, as the sum of so many stems.

    Rounding moves each stem by up to half a step, and its sum with it.

    >>> step_for(2**24, 12), step_for(2**24 + 1, 1), step_for(2**25, 12)
    (1, 2, 4)
    """
    step = 1
    while step < LARGEST_STEP and peak + (stems * step // 2 if step > 1 else 0) > _EXACT * step:
        step *= 2
    return step


def _peak(samples: IntSums) -> int:
    return max(int(samples.max(initial=0)), -int(samples.min(initial=0)))


def _with_nothing_after(stem: Print) -> Iterator[IntSamples]:
    yield from stem.int_samples(BLOCK_FRAMES)
    while True:
        yield np.zeros((stem.channels, 0), dtype=np.int32)
