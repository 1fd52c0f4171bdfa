"""Playing an instrument once for several tracks: its outputs, one under the other, to the store."""

from __future__ import annotations

import time
from collections.abc import Iterator

from hostkit.audio.block import BLOCK_FRAMES, Audio
from hostkit.devices.device import Setup
from hostkit.errors import DeviceError
from hostkit.jobs.isolate import Report
from hostkit.jobs.job import Job
from hostkit.jobs.prints import AUDIO, Print
from hostkit.plan.nodes.outputs import OutputsPlan
from hostkit.render.track.sources import PlayingNotes
from hostkit.render.track.stage import Stage
from hostkit.render.track.stream import HeldBack
from hostkit.render.track.tail import TailListener


def render_outputs(job: Job[OutputsPlan], report: Report) -> Print:
    """Plays an instrument block by block into the store. Raises DeviceError.

    Until its end was heard at all outputs, or as long as the plan says.
    """
    plan, began = job.plan, time.perf_counter()
    setup = Setup(plan.sample_rate, transport=plan.transport)
    names = tuple(output.name for output in plan.outputs)
    playing = PlayingNotes(plan.source, Stage(setup, report), names)
    if playing.channels != tuple(output.channels for output in plan.outputs):
        raise DeviceError(
            f"{plan.source.instrument.name} has other channels than when it was scanned",
            cure="hostkit plugins scan --rescan",
        )
    with job.store.writer(job.fingerprint, AUDIO, plan.channels, job.token) as writer:
        for block in _blocks(plan, playing):
            writer.write(block)
            report(writer.frames)
        writer.finish(time.perf_counter() - began, playing.warnings)
    return job.store.take(job.fingerprint)


def _blocks(plan: OutputsPlan, playing: PlayingNotes) -> Iterator[Audio]:
    """All it gives, from the first frame to the last."""
    tail, end = TailListener(plan.tail, plan.source.end), plan.frames
    start, held = 0, HeldBack()
    while end is None or held.given < end:
        block = playing.next_block(start, BLOCK_FRAMES)
        start += BLOCK_FRAMES
        if plan.frames is None:
            tail.hear(block)
            end = tail.end
        held.push(block)
        yield from held.until(tail.certain if end is None else end)
