"""The residual stem: what the master adds to a mix and no other stem can carry, exactly."""

from __future__ import annotations

import time

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES
from hostkit.audio.formats import sample_format
from hostkit.audio.quantise import quantise, saturate
from hostkit.ground.levels import db_to_gain
from hostkit.jobs.isolate import Report
from hostkit.jobs.job import Job
from hostkit.jobs.prints import INTEGERS, Print
from hostkit.plan.nodes.stems import ResidualPlan
from hostkit.render.stem.stored import fitting_int_samples, from_store, straight


def make_residual(job: Job[ResidualPlan], report: Report) -> Print:
    """master(mix) − Σ stems: what brings the sum of the stems to the mastered mix, in integers.

    The master's audio is in the last channels of its print. What does not fit the
    format is clipped and counted; the sum is then off by that much.
    """
    plan, store = job.plan, job.store
    began = time.perf_counter()
    kind, channels = sample_format(plan.sample_format), plan.span.layout.channels
    mastered, *stems = from_store(store, (plan.master, *plan.stems))
    audio, streams = straight(mastered), [fitting_int_samples(stem, kind) for stem in stems]
    frames = max(found.frames for found in (mastered, *stems))
    gain = np.float32(db_to_gain(plan.trim_db))
    clipped, peak = 0, 0.0
    with store.writer(job.fingerprint, INTEGERS, channels, job.token) as writer:
        for start in range(0, frames, BLOCK_FRAMES):
            block = audio()[-channels:, : frames - start] * gain
            made = quantise(block, kind, start_frame=start, dither_seed=plan.dither_seed)
            rest = made.samples.astype(np.int64)
            for stream in streams:
                samples = next(stream, None)
                if samples is not None:
                    rest[:, : samples.shape[1]] -= samples
            fitting = saturate(rest, kind)
            clipped += made.clipped_samples + fitting.clipped_samples
            peak = max(peak, made.clipped_peak, fitting.clipped_peak)
            writer.write(fitting.samples)
            report(writer.frames)
        writer.finish(time.perf_counter() - began, (), clipped, peak)
    return store.take(job.fingerprint)
