"""The master: run on the mix to know its gains, and on each stem by those gains."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.block import BLOCK_FRAMES, Audio
from hostkit.devices.device import MAIN, Setup
from hostkit.devices.spec import BuiltinSpec, EffectSpec
from hostkit.jobs.isolate import Report
from hostkit.jobs.job import Job
from hostkit.jobs.prints import Print
from hostkit.plan.form.mastering import is_side_chained
from hostkit.plan.nodes.stems import MasteredPlan, MasterPlan, Span
from hostkit.render.master.compressor import BusCompressor, Settings
from hostkit.render.master.linear_part import Filter
from hostkit.render.stem.aligned import Held
from hostkit.render.stem.ending import ClosingFade
from hostkit.render.stem.recording import Kept, Length, record
from hostkit.render.stem.stored import from_store, looped, rounds_before, straight, summed
from hostkit.render.track.chain import Chain

Gains = NDArray[np.float32]


def run_master(job: Job[MasterPlan], report: Report) -> Print:
    """Runs the master on the sum of a mix's stems; keeps gains, audio or both."""
    plan, store = job.plan, job.store
    sources = from_store(store, plan.sources)
    key = summed([_source(found, plan.span) for found in sources])
    gains = _given_gains(job.plan.gains, plan.devices, job, plan.span)
    line = Line(plan.devices, plan.span, report, gains)
    kept_gains = 0 if gains else line.side_chained
    heard_channels = plan.span.layout.channels
    channels = kept_gains + (heard_channels if plan.keep_audio else 0)
    streams = Held([1] * kept_gains + [heard_channels])
    skip, faded = _Skip(plan.span, line.empty), ClosingFade(plan.span)
    position = 0

    def next_block() -> tuple[Audio, Audio]:
        nonlocal position
        audio, made = line.through(key(), position)
        position += BLOCK_FRAMES
        for number, gain in enumerate(made[:kept_gains]):
            streams.push(number, gain[None, :])
        streams.push(kept_gains, audio)
        together = skip(np.concatenate(streams.pull(), axis=0))
        heard = together[kept_gains:]
        if plan.keep_audio:
            together = np.concatenate((together[:kept_gains], faded(heard)), axis=0)
        return together[:channels], heard

    span = plan.span
    longest = max(found.frames for found in sources)
    length = Length(span, lambda: longest) if plan.keep_audio else _as_long_as(span, longest)
    return record(job, channels, Kept(), length, next_block, lambda: line.warnings, report)


def master_stem(job: Job[MasteredPlan], report: Report) -> Print:
    """Puts one stem through the master, and into integer samples."""
    plan, store = job.plan, job.store
    (dry,) = from_store(store, (plan.source,))
    source = _source(dry, plan.span)
    gains = _given_gains(plan.gains, plan.devices, job, plan.span)
    line = Line(plan.devices, plan.span, report, gains)
    if plan.response is not None:
        (response,) = from_store(store, (plan.response,))
        line.add(Filter(response))
    skip, faded = _Skip(plan.span, line.empty), ClosingFade(plan.span)
    position = 0

    def next_block() -> tuple[Audio, Audio]:
        nonlocal position
        audio, _ = line.through(source(), position)
        position += BLOCK_FRAMES
        audio = skip(audio)
        return faded(audio), audio

    kept = Kept(plan.sample_format, plan.dither_seed, plan.trim_db)
    length = Length(plan.span, lambda: dry.frames)
    channels = plan.span.layout.channels
    return record(job, channels, kept, length, next_block, lambda: line.warnings, report)


class Line:
    """The master's devices in order; bus compressors by gains of their own or given ones.

    Each stage is compensated for its latency, and so are the gains: the n-th of a
    compressor is for the n-th frame that comes to it, on the mix and on every stem.
    """

    def __init__(
        self,
        devices: Sequence[EffectSpec],
        span: Span,
        report: Report,
        given: Sequence[Callable[[int], Gains]] = (),
    ) -> None:
        self.empty = not devices
        self._stages: list[Chain | SideChained | Following | Filter] = []
        supplies = iter(given)
        setup = Setup(span.sample_rate, {MAIN: span.layout}, span.transport)
        for side_chained, run in _runs(devices):
            if not side_chained:
                self._stages.append(Chain(run, setup, report))
            elif given:
                self._stages += [Following(next(supplies)) for _ in run]
            else:
                self._stages += [SideChained(device, setup) for device in run]
        self.side_chained = sum(isinstance(stage, SideChained) for stage in self._stages)

    def add(self, last: Filter) -> None:
        """A filter after all devices."""
        self.empty = False
        self._stages.append(last)

    @property
    def warnings(self) -> tuple[str, ...]:
        chains = [stage for stage in self._stages if isinstance(stage, Chain)]
        return tuple(text for chain in chains for text in chain.warnings)

    def through(self, block: Audio, start: int) -> tuple[Audio, list[Gains]]:
        """The next of the output, and the next gains of each side-chained device."""
        made = []
        for stage in self._stages:
            block = stage.through(block, start)
            if isinstance(stage, SideChained):
                made.append(stage.latest)
        return block, made


class SideChained:
    """A bus compressor that is its own key."""

    def __init__(self, spec: EffectSpec, setup: Setup) -> None:
        assert isinstance(spec, BuiltinSpec)
        channels = setup.inputs[MAIN].channels
        self._compressor = BusCompressor(Settings.of(spec.params), setup.sample_rate, channels)
        self._waiting = Held([channels, 1])
        self.latest: Gains = np.zeros(0, dtype=np.float32)

    def through(self, block: Audio, _start: int) -> Audio:
        self._waiting.push(0, block)
        self._waiting.push(1, self._compressor.gains(block)[None, :])
        audio, gains = self._waiting.pull()
        self.latest = gains[0]
        return audio * gains


class Following:
    """A bus compressor that does what was worked out elsewhere."""

    def __init__(self, supply: Callable[[int], Gains]) -> None:
        self._supply = supply

    def through(self, block: Audio, _start: int) -> Audio:
        return block * self._supply(block.shape[1])


def _runs(devices: Sequence[EffectSpec]) -> Iterator[tuple[bool, list[EffectSpec]]]:
    """Devices in order, in groups that are all side-chained or all not."""
    group: list[EffectSpec] = []
    for device in devices:
        if group and is_side_chained(group[0]) != is_side_chained(device):
            yield is_side_chained(group[0]), group
            group = []
        group.append(device)
    if group:
        yield is_side_chained(group[0]), group


def _given_gains(
    gains: str | None,
    devices: Sequence[EffectSpec],
    job: Job[MasterPlan] | Job[MasteredPlan],
    span: Span,
) -> list[Callable[[int], Gains]]:
    """For each side-chained device a supply of its gains in order; none where none are given."""
    if gains is None:
        return []
    (found,) = from_store(job.store, (gains,))
    side_chained = sum(is_side_chained(device) for device in devices)
    return [_supply(found, channel, span) for channel in range(side_chained)]


def _supply(found: Print, channel: int, span: Span) -> Callable[[int], Gains]:
    """Gives one channel, as many frames as are asked for; after its end the last holds on."""
    blocks = _channel(found, channel, span)
    held: Gains = np.zeros(0, dtype=np.float32)

    def take(frames: int) -> Gains:
        nonlocal held
        while len(held) < frames:
            held = np.concatenate((held, next(blocks)))
        taken, held = held[:frames], held[frames:]
        return taken

    return take


def _channel(found: Print, channel: int, span: Span) -> Iterator[Gains]:
    if span.loop_frames is not None:
        block = looped(found, span.loop_frames)
        while True:
            yield block()[channel]
    last = np.ones(1, dtype=np.float32)
    for part in found.audio(BLOCK_FRAMES):
        last = part[channel, -1:]
        yield part[channel]
    while True:
        yield np.repeat(last, BLOCK_FRAMES)


def _source(found: Print, span: Span) -> Callable[[], Audio]:
    return straight(found) if span.loop_frames is None else looped(found, span.loop_frames)


def _as_long_as(span: Span, frames: int) -> Length:
    exact = span.frames if span.frames is not None else frames
    return Length(Span(span.sample_rate, span.layout, exact, span.tail), lambda: exact)


class _Skip:
    """Leaves out the rounds of a loop in which devices are still coming to it."""

    def __init__(self, span: Span, nothing_to_wait_for: bool) -> None:
        self._frames = 0
        if span.loop_frames is not None and not nothing_to_wait_for:
            self._frames = rounds_before(span.loop_frames, span.sample_rate) * span.loop_frames

    def __call__(self, block: Audio) -> Audio:
        left_out = min(self._frames, block.shape[1])
        self._frames -= left_out
        return block[:, left_out:] if left_out else block
