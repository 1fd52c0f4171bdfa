"""Making a click: integer samples from the places of its clicks alone."""

from __future__ import annotations

import time

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES
from hostkit.audio.formats import sample_format
from hostkit.jobs.isolate import Report
from hostkit.jobs.job import Job
from hostkit.jobs.prints import INTEGERS, Print
from hostkit.picture.cueing.click_sound import ClickSound
from hostkit.plan.nodes.click import ClickPlan


def make_click(job: Job[ClickPlan], report: Report) -> Print:
    """The click as a stem, every channel alike."""
    began = time.process_time()
    plan, channels = job.plan, job.plan.layout.channels
    full_scale = sample_format(plan.sample_format).full_scale
    sound = ClickSound(plan.level_dbfs, plan.sample_rate, full_scale)
    with job.store.writer(job.fingerprint, INTEGERS, channels, job.token) as writer:
        for start in range(0, plan.frames, BLOCK_FRAMES):
            block = sound.block(plan.onsets, start, min(BLOCK_FRAMES, plan.frames - start))
            writer.write(np.tile(block, (channels, 1)))
            report(writer.frames)
        writer.finish(time.process_time() - began, ())
    return job.store.take(job.fingerprint)
