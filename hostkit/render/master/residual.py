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
from hostkit.jobs.prints import CODES, Print
from hostkit.plan.nodes.stems import GluePlan
from hostkit.render.stem.stored import fitting_codes, from_store, straight


def make_glue(job: Job[GluePlan], report: Report) -> Print:
    """master(mix) − Σ stems: the codes that bring the sum of the stems to the mastered mix.

    The master's audio is in the last channels of its print. What does not fit the
    format is clipped and counted; the sum is then off by that much.
    """
    plan, store = job.plan, job.store
    began = time.perf_counter()
    kind, channels = sample_format(plan.sample_format), plan.span.layout.channels
    mastered, *stems = from_store(store, (plan.master, *plan.stems))
    audio, streams = straight(mastered), [fitting_codes(stem, kind) for stem in stems]
    frames = max(found.frames for found in (mastered, *stems))
    gain = np.float32(db_to_gain(plan.trim_db))
    clipped, peak = 0, 0.0
    with store.writer(job.fingerprint, CODES, channels, job.token) as writer:
        for start in range(0, frames, BLOCK_FRAMES):
            block = audio()[-channels:, : frames - start] * gain
            made = quantise(block, kind, start_frame=start, dither_seed=plan.dither_seed)
            rest = made.codes.astype(np.int64)
            for stream in streams:
                codes = next(stream, None)
                if codes is not None:
                    rest[:, : codes.shape[1]] -= codes
            fitting = saturate(rest, kind)
            clipped += made.clipped_samples + fitting.clipped_samples
            peak = max(peak, made.clipped_peak, fitting.clipped_peak)
            writer.write(fitting.codes)
            report(writer.frames)
        writer.finish(time.perf_counter() - began, (), clipped, peak)
    return store.take(job.fingerprint)
