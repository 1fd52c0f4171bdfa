"""Mixing one stem: prints through their strips, buses, the linear master, to codes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES, Audio, silence
from hostkit.audio.formats import sample_format
from hostkit.audio.quantise import quantise
from hostkit.engine.device import Effect
from hostkit.engine.hosts import open_effect
from hostkit.engine.isolate import Report
from hostkit.engine.store import CODES, Print, Store
from hostkit.engine.tail import TailListener
from hostkit.errors import StorageError
from hostkit.levels import db_to_gain
from hostkit.mixing.faders import Strip, gain_of
from hostkit.plan.devices import EffectSpec
from hostkit.plan.stems import BusPlan, Send, StemPlan

STEREO = 2


@dataclass(frozen=True)
class StemJob:
    """A stem to mix: what, under which fingerprint, from and into which store."""

    plan: StemPlan
    fingerprint: str
    store_root: Path
    token: str


def render_stem(job: StemJob, report: Report) -> Print:
    """Mixes a stem block by block into the store as codes and returns it."""
    store, plan = Store(job.store_root), job.plan
    began = time.perf_counter()
    kind = sample_format(plan.sample_format or "pcm24")
    desk = Desk(plan, _prints(store, plan), report)
    tail = TailListener(plan.tail, desk.longest_print_frames)
    clipped = 0
    with store.writer(job.fingerprint, CODES, STEREO, job.token) as writer:
        end = plan.frames
        while end is None or writer.frames < end:
            block = desk.next_block()
            if end is None:
                tail.hear(block)
                end = tail.end
            if end is not None:
                block = block[:, : end - writer.frames]
            made = quantise(block, kind, start_frame=writer.frames, dither_seed=plan.dither_seed)
            clipped += made.clipped_samples
            writer.write(made.codes)
            report(writer.frames)
        writer.truncate(end)
        writer.finish(time.perf_counter() - began, desk.warnings, clipped)
    found = store.get(job.fingerprint)
    if found is None:
        raise StorageError("the stem was removed from the store right after it was made")
    return found


def _prints(store: Store, plan: StemPlan) -> list[Print]:
    prints = [store.get(channel.print) for channel in plan.channels]
    missing = [c.track for c, found in zip(plan.channels, prints, strict=True) if found is None]
    if missing:
        raise StorageError(f"the prints of {', '.join(missing)} left the store; render again")
    return [found for found in prints if found is not None]


class Desk:
    """All of a stem's sources and effects, run in step.

    Everything that adds up is held until all of it is there, so a bus or a master with
    latency stays aligned to the sample with what goes past it.
    """

    def __init__(self, plan: StemPlan, prints: Sequence[Print], report: Report) -> None:
        self.longest_print_frames = max((p.frames for p in prints), default=0)
        self._position = 0
        self._strips = [Strip(channel) for channel in plan.channels]
        self._sources = [_with_silence_after(found) for found in prints]
        self._buses = {bus.name: Return(bus, plan.sample_rate, report) for bus in plan.buses}
        self._feeds = [
            (bus, [self._buses[send.bus].input(send) for send in bus.plan.sends])
            for bus in self._buses.values()
        ]
        self._sum = Aligned(1 + len(plan.buses))
        self._master = Chain(plan.master, plan.sample_rate, report)

    @property
    def warnings(self) -> tuple[str, ...]:
        chains = [*(bus.chain for bus in self._buses.values()), self._master]
        return tuple(text for chain in chains for text in chain.warnings)

    def next_block(self) -> Audio:
        """The next stretch of the stem, shape (2, frames); none yet while devices lag."""
        start = self._position
        self._position += BLOCK_FRAMES
        dry = silence(STEREO, BLOCK_FRAMES)
        sent = {name: silence(STEREO, BLOCK_FRAMES) for name in self._buses}
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
        return self._master.through(self._sum.pull(), start)


class Return:
    """A stem's own instance of a bus, with an input for the channels and one for each bus."""

    def __init__(self, plan: BusPlan, sample_rate: int, report: Report) -> None:
        self.plan = plan
        self.chain = Chain(plan.effects, sample_rate, report)
        self._inputs = Aligned(1)
        self._gain = np.float32(db_to_gain(plan.gain_db))

    def input(self, send: Send) -> Callable[[Audio], None]:
        """One more input, for what another bus sends here."""
        number, gain = self._inputs.add(), np.float32(gain_of(send.gain_db, 0, 1))
        return lambda returned: self._inputs.push(number, returned * gain)

    def through(self, sent: Audio, start: int) -> Audio:
        """What comes back, given the next block that the channels send."""
        self._inputs.push(0, sent)
        return self.chain.through(self._inputs.pull(), start) * self._gain


class Aligned:
    """Sums streams that arrive unevenly: gives only what all of them have given."""

    def __init__(self, count: int) -> None:
        self._held: list[Audio] = [silence(STEREO, 0)] * count

    def add(self) -> int:
        """One stream more; its number."""
        self._held.append(silence(STEREO, 0))
        return len(self._held) - 1

    def push(self, stream: int, block: Audio) -> None:
        held = self._held[stream]
        self._held[stream] = np.concatenate((held, block), axis=1) if held.size else block

    def pull(self) -> Audio:
        """The sum of what is complete, in the order of the streams."""
        frames = min(held.shape[1] for held in self._held)
        total = self._held[0][:, :frames].copy()
        for held in self._held[1:]:
            total += held[:, :frames]
        self._held = [held[:, frames:] for held in self._held]
        return total


class Chain:
    """Effects one after the other on a stereo signal."""

    def __init__(self, specs: Sequence[EffectSpec], sample_rate: int, report: Report) -> None:
        self._report = report
        self._effects: list[tuple[str, Effect]] = []
        for spec in specs:
            report(0, at=spec.name)
            self._effects.append((spec.name, open_effect(spec, sample_rate, STEREO)))

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(text for _, effect in self._effects for text in effect.warnings)

    def through(self, block: Audio, start: int) -> Audio:
        for name, effect in self._effects:
            self._report(start, at=name)
            block = effect.process(block)
        return block


def _with_silence_after(found: Print) -> Iterator[Audio | None]:
    """The blocks of a print, then None for ever."""
    yield from found.audio(BLOCK_FRAMES)
    while True:
        yield None
