"""Checking presets by loading and playing them, each in processes of its own."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from hostkit.audition.resolve import Audition, audition_plan
from hostkit.audition.state.restore import RestoreJob, restore_problems
from hostkit.devices.spec import PluginSpec
from hostkit.errors import HostkitError, InvalidInput
from hostkit.ground.counted import counted
from hostkit.ground.levels import gain_to_db, tenths_up
from hostkit.jobs.executors import Executor
from hostkit.jobs.isolate import Report
from hostkit.library.load import LoadedPreset
from hostkit.library.model import PresetPlugin
from hostkit.plan.environment import Environment
from hostkit.plan.nodes.prints import PrintPlan
from hostkit.render.track.printing import PlayedTrack
from hostkit.render.track.tail import TailListener

BEATS = 4
SILENT_DBFS = -72.0
FULL_SCALE = 1.0
BATCH = 8
"""Presets without plug-ins that share a process."""
SERIOUS = frozenset({"parameter gone"})
"""Kinds of warning that are problems here."""


@dataclass(frozen=True)
class Sounded:
    """What a short rendering came to."""

    sha256: str
    peak: float
    clipped_samples: int
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a preset, and what is only worth knowing; by kind and sentence."""

    name: str
    problems: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    peak_dbfs: float = -math.inf

    @property
    def passed(self) -> bool:
        return not self.problems


@dataclass
class _Running:
    verdict: Verdict
    audition: Audition | None = None
    sounds: list[Future[Sounded]] = field(default_factory=list)
    restores: list[Future[tuple[str, ...]]] = field(default_factory=list)


def render_short(job: PrintPlan, report: Report) -> Sounded:
    """Renders a plan and keeps only what is needed to judge it: the task of a worker."""
    track = PlayedTrack(job, report)
    tail = TailListener(job.tail, job.source.end)
    digest, peak, clipped = hashlib.sha256(), 0.0, 0
    while tail.end is None:
        block = track.next_block()
        tail.hear(block)
        digest.update(np.ascontiguousarray(block).tobytes())
        if block.size:
            sizes = np.abs(block)
            peak = max(peak, float(sizes.max()))
            clipped += int(np.count_nonzero(sizes > FULL_SCALE))
    return Sounded(digest.hexdigest(), peak, clipped, track.warnings)


def render_twice(job: tuple[PrintPlan, ...], report: Report) -> tuple[tuple[Sounded, ...], ...]:
    """Two renderings of each plan, in one process: for what is sure not to crash."""
    return tuple(tuple(render_short(plan, report) for _ in range(2)) for plan in job)


def verify(
    presets: Iterable[tuple[str, Callable[[], LoadedPreset]]],
    folder: Path,
    environment: Environment,
    executor: Executor,
) -> Iterator[Verdict]:
    """A verdict on each preset, in their order; several are at work at once.

    Each is played twice: one with plug-ins in two fresh processes, the others several to a
    process, which is most of the time saved. What a plug-in's state brings back is
    compared with what was saved.
    """
    running = [_plan(name, load, folder, environment) for name, load in presets]
    _note_twins(running)
    simple = [each for each in running if each.audition and not each.audition.loaded.preset.needs]
    batches = [simple[start : start + BATCH] for start in range(0, len(simple), BATCH)]
    batch_of = {id(each): batch for batch in batches for each in batch}
    results = {id(batch): _start_batch(batch, executor) for batch in batches}
    for each in running:
        if id(each) not in batch_of:
            _start(each, executor)
    for each in running:
        batch = batch_of.get(id(each))
        if batch is None:
            yield _finish(each)
            continue
        try:
            sounds = results[id(batch)].result()[batch.index(each)]
        except HostkitError:  # one of them: each alone will tell which
            _start(each, executor)
            yield _finish(each)
        else:
            yield _judged(each, sounds)


def _note_twins(running: list[_Running]) -> None:
    """Names that differ in case only are one file on many disks."""
    seen: dict[str, str] = {}
    for each in running:
        name = each.verdict.name
        if (twin := seen.setdefault(name.casefold(), name)) != name:
            text = f"it would be the same file as {twin!r} on many disks; rename one of them"
            problems = (*each.verdict.problems, ("name", text))
            each.verdict = replace(each.verdict, problems=problems)


def _start_batch(
    batch: list[_Running], executor: Executor
) -> Future[tuple[tuple[Sounded, ...], ...]]:
    plans = tuple(each.audition.print for each in batch if each.audition)
    return executor.submit(render_twice, plans)


def _plan(
    name: str, load: Callable[[], LoadedPreset], folder: Path, environment: Environment
) -> _Running:
    """What can be known of a preset without loading any device."""
    try:
        audition = audition_plan(load(), folder, environment, BEATS)
    except InvalidInput as error:
        problems = tuple((kind_of(p.message), str(p)) for p in error.problems)
        return _Running(Verdict(name, problems))
    except HostkitError as error:
        return _Running(Verdict(name, ((kind_of(str(error)), str(error)),)))
    told = [(kind_of(text), text) for text in audition.warnings]
    problems = tuple(each for each in told if each[0] in SERIOUS)
    notes = tuple(each for each in told if each[0] not in SERIOUS)
    return _Running(Verdict(name, problems, notes), audition)


def _start(running: _Running, executor: Executor) -> None:
    if running.audition is None:
        return
    for _ in range(2):
        running.sounds.append(executor.submit(render_short, running.audition.print))
    for job in _restore_jobs(running.audition):
        running.restores.append(executor.submit(restore_problems, job))


def _restore_jobs(audition: Audition) -> Iterator[RestoreJob]:
    """One for each plug-in with a saved state."""
    saved = [d for d in audition.loaded.preset.devices if isinstance(d, PresetPlugin)]
    specs = [spec for spec in audition.print.devices if isinstance(spec, PluginSpec)]
    for written, spec in zip(saved, specs, strict=True):
        if spec.state is not None and written.saved is not None:
            values = {
                key: (value.raw, value.in_state) for key, value in written.saved.params.items()
            }
            yield RestoreJob(spec, values)


def _finish(running: _Running) -> Verdict:
    problems: list[tuple[str, str]] = []
    sounds: tuple[Sounded, ...] = ()
    try:
        for restore in running.restores:
            problems += [("state", text) for text in restore.result()]
        sounds = tuple(future.result() for future in running.sounds)
    except HostkitError as error:
        problems.append((kind_of(str(error)), str(error)))
    return _judged(running, sounds, problems)


def _judged(
    running: _Running, sounds: tuple[Sounded, ...], found: Iterable[tuple[str, str]] = ()
) -> Verdict:
    problems, notes = [*running.verdict.problems, *found], list(running.verdict.notes)
    if not sounds:
        return Verdict(running.verdict.name, tuple(problems), tuple(notes))
    first = sounds[0]
    peak = gain_to_db(first.peak)
    notes += [(kind_of(text, otherwise="device"), text) for text in first.warnings]
    if peak < SILENT_DBFS:
        problems.append(("silent", f"it is silent: its peak is {peak:.0f} dBFS"))
    if first.clipped_samples:
        text = (
            f"it clips: {counted(first.clipped_samples, 'sample')} over full scale, "
            f"the highest at +{peak:.1f} dBFS; lower its gain_db by {tenths_up(peak):g} dB"
        )
        problems.append(("clipping", text))
    if len({sound.sha256 for sound in sounds}) > 1:
        problems.append(("not repeatable", "two renderings of the same notes differ"))
    return Verdict(running.verdict.name, tuple(problems), tuple(notes), peak)


_KINDS = (
    ("there is no plug-in", "plug-in missing"),
    ("is a state of", "state of another plug-in"),
    ("saved by another plug-in", "state of another plug-in"),
    ("there is no file", "file missing"),
    ("is not there", "file missing"),
    ("there is no parameter", "parameter gone"),
    ("no longer has", "parameter gone"),
    ("when the preset was saved", "version differs"),
    ("made no progress", "hangs"),
    (" crashed (", "crashes"),
)


def kind_of(message: str, otherwise: str = "file") -> str:
    """A word or two for what a message is about.

    >>> kind_of("there is no plug-in 'X'"), kind_of("X is mono", otherwise="device")
    ('plug-in missing', 'device')
    """
    return next((kind for mark, kind in _KINDS if mark in message), otherwise)
