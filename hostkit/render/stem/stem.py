"""Mixing one stem: prints through their strips, buses, the linear master."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio, silence
from hostkit.devices.device import MAIN, Setup
from hostkit.ground.levels import db_to_gain
from hostkit.jobs.following import FollowedPrint
from hostkit.jobs.isolate import Report
from hostkit.jobs.job import Job
from hostkit.jobs.prints import Print
from hostkit.jobs.store import Store
from hostkit.plan.nodes.stems import BusPlan, Send, Span, StemPlan
from hostkit.render.stem.aligned import Aligned
from hostkit.render.stem.ending import ClosingFade
from hostkit.render.stem.faders import Strip, gain_of
from hostkit.render.stem.recording import Kept, Length, record
from hostkit.render.track.chain import Chain
from hostkit.render.track.key import OpenKey, keys_from, silent_key
from hostkit.render.track.straight import StraightPrint

StemJob: TypeAlias = Job[StemPlan]
ReadPrint: TypeAlias = Print | FollowedPrint | StraightPrint
"""One in the store, one that is being written, or one that is made of its takes."""


def render_stem(job: StemJob, report: Report) -> Print:
    """Mixes a stem block by block into the store, as integers or as it is, and returns it."""
    plan = job.plan
    in_progress = dict(job.in_progress)
    prints = prints_of(plan, job.store, in_progress, report, lambda: report(desk.position))
    desk = Desk(plan, prints, report, keys_from(job.store, plan.sample_rate))
    span = span_of(plan)
    faded = ClosingFade(span)

    def next_block() -> tuple[Audio, Audio]:
        block = desk.next_block()
        return faded(block), block

    length = Length(span, desk.end_of_prints, fades=True)
    kept = Kept(plan.sample_format, plan.dither_seed, plan.trim_db)

    def warnings() -> tuple[str, ...]:
        desk.settle()
        return (*desk.warnings, *length.warnings)

    return record(job, plan.layout.channels, kept, length, next_block, warnings, report)


def span_of(plan: StemPlan) -> Span:
    """How long a stem runs."""
    return Span(
        plan.sample_rate,
        plan.layout,
        plan.frames,
        plan.tail,
        plan.most_frames,
        fade_frames=plan.fade_frames,
    )


def prints_of(
    plan: StemPlan,
    store: Store,
    in_progress: Mapping[str, str],
    report: Report,
    wait: Callable[[], None],
) -> list[ReadPrint]:
    """The print of each channel; those `in_progress` under a token are read as they grow."""
    prints: list[ReadPrint] = []
    for channel in plan.channels:
        if channel.straight is not None:
            prints.append(StraightPrint(channel.track, channel.straight, report))
        elif token := in_progress.get(channel.print):
            prints.append(FollowedPrint(store, channel.track, channel.print, token, wait))
        else:
            prints.append(store.take(channel.print))
    return prints


class Desk:
    """All of a stem's sources and effects, run in step, from frame `start` on.

    Everything that adds up is held until all of it is there, so a bus or a master with
    latency stays aligned to the sample with what goes past it.
    """

    def __init__(
        self,
        plan: StemPlan,
        prints: Sequence[ReadPrint],
        report: Report,
        open_key: OpenKey = silent_key,
        start: int = 0,
    ) -> None:
        self._prints = prints
        self.position = start
        self._strips = [Strip(channel, plan.layout) for channel in plan.channels]
        self._sources = [_with_silence_after(found, start) for found in prints]
        setup = Setup(plan.sample_rate, {MAIN: plan.layout}, plan.transport.begun_at(start))
        self._buses = {bus.name: Return(bus, setup, report, open_key) for bus in plan.buses}
        self._feeds = [
            (bus, [self._buses[send.bus].input(send) for send in bus.plan.sends])
            for bus in self._buses.values()
        ]
        self._channels = plan.layout.channels
        self._sum = Aligned(1 + len(plan.buses), self._channels)
        self._gain = np.float32(db_to_gain(plan.gain_db))
        self._master = Chain(plan.master, setup, report)

    @property
    def warnings(self) -> tuple[str, ...]:
        chains = [*(bus.chain for bus in self._buses.values()), self._master]
        return tuple(text for chain in chains for text in chain.warnings)

    def end_of_prints(self) -> int | None:
        """Where the longest ends; None as long as one of them goes on for certain."""
        ends = [found.frames for found in self._prints]
        return None if None in ends else max((end for end in ends if end is not None), default=0)

    def settle(self) -> None:
        """Sees to it that what was read of prints in the making is in them. Raises LostPrint."""
        for found in self._prints:
            if isinstance(found, FollowedPrint):
                found.settle()

    def next_block(self) -> Audio:
        """The next stretch of the stem, shape (channels, frames); none yet while devices lag."""
        start = self.position
        self.position += BLOCK_FRAMES
        dry = silence(self._channels, BLOCK_FRAMES)
        sent = {name: silence(self._channels, BLOCK_FRAMES) for name in self._buses}
        for strip, source in zip(self._strips, self._sources, strict=True):
            block = next(source)
            if block is not None:
                panned = strip.through(block, start)
                dry[:, : panned.shape[1]] += panned
                strip.add_sends(panned, start, sent)
        self._sum.push(0, dry)
        for number, (bus, feeds) in enumerate(self._feeds, start=1):
            returned = bus.through(sent[bus.plan.name], start)
            self._sum.push(number, returned)
            for feed in feeds:
                feed(returned)
        return self._master.through(self._sum.pull() * self._gain, start)


class Return:
    """A stem's own instance of a bus, with an input for the channels and one for each bus."""

    def __init__(
        self, plan: BusPlan, setup: Setup, report: Report, open_key: OpenKey = silent_key
    ) -> None:
        self.plan = plan
        self.chain = Chain(plan.effects, setup, report, open_key)
        self._inputs = Aligned(1, setup.inputs[MAIN].channels)
        self._gain = np.float32(db_to_gain(plan.gain_db))

    def input(self, send: Send) -> Callable[[Audio], None]:
        """One more input, for what another bus sends here."""
        number, gain = self._inputs.add(), np.float32(gain_of(send.gain_db, 0, 1))
        return lambda returned: self._inputs.push(number, returned * gain)

    def through(self, sent: Audio, start: int) -> Audio:
        """What comes back, given the next block that the channels send."""
        self._inputs.push(0, sent)
        return self.chain.through(self._inputs.pull(), start) * self._gain


def _with_silence_after(found: ReadPrint, start: int) -> Iterator[Audio | None]:
    """The blocks of a print from a frame on, then None for ever."""
    yield from found.audio(BLOCK_FRAMES, start)
    while True:
        yield None
