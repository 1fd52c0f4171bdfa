"""A stretch of a stem, mixed before the stem is: by the same desk, begun a little before it.

What lies further back than RUN_UP_SECONDS is not in it: the end of a long reverb, or what a
compressor still remembers. A stem without effects is the same to the bit. Its prints are played
as they are, also one that is being written, once that has come so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio
from hostkit.audio.formats import sample_format
from hostkit.audio.quantise import dequantise, quantise
from hostkit.ground.levels import db_to_gain
from hostkit.jobs.isolate import Report
from hostkit.jobs.store import Store
from hostkit.plan.nodes.stems import StemPlan
from hostkit.render.stem.ending import ClosingFade
from hostkit.render.stem.stem import Desk, prints_of, span_of
from hostkit.render.track.key import keys_from

RUN_UP_SECONDS = 6


@dataclass(frozen=True)
class DraftJob:
    """Frames `start` to `end` of a stem.

    Its prints are in the store, or `in_progress`: fingerprints with the tokens that they are
    written under. What keys its buses is in the store.
    """

    plan: StemPlan
    store_root: Path
    start: int
    end: int
    in_progress: tuple[tuple[str, str], ...] = ()

    @property
    def begin(self) -> int:
        """Where mixing begins, at the start of a block."""
        run_up = RUN_UP_SECONDS * self.plan.sample_rate if _has_memory(self.plan) else 0
        return max(0, self.start - run_up) // BLOCK_FRAMES * BLOCK_FRAMES


def make_draft(job: DraftJob, report: Report) -> Audio:
    """The stretch as the stem will have it, shape (channels, ≤ frames). Raises LostPrint."""
    plan, begin, in_progress = job.plan, job.begin, dict(job.in_progress)
    store = Store(job.store_root)
    prints = prints_of(plan, store, in_progress, report, lambda: report(desk.position))
    desk = Desk(plan, prints, report, keys_from(store, plan.sample_rate, begin), begin)
    blocks, frames = [], begin
    while frames < job.end:
        blocks.append(desk.next_block())
        frames += blocks[-1].shape[1]
    made = np.concatenate(blocks, axis=1)[:, job.start - begin : job.end - begin]
    made = ClosingFade(span_of(plan), job.start)(made) * np.float32(db_to_gain(plan.trim_db))
    if plan.sample_format is None:
        return made
    kind = sample_format(plan.sample_format)
    samples = quantise(
        made, kind, start_frame=job.start, dither_seed=plan.dither_seed, clip=False
    ).samples
    return dequantise(samples, kind)


def _has_memory(plan: StemPlan) -> bool:
    """Whether what sounds depends on what sounded before."""
    return bool(plan.master) or any(bus.effects for bus in plan.buses)
