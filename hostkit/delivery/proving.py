"""Proving the sums of a delivery's mixes on its files as written."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from hostkit.delivery.certificate.parts import LeftOut, StemAudio
from hostkit.delivery.certificate.sums import NullTest, Sum, SumJob, prove_sums
from hostkit.delivery.folder.incoming import Folder
from hostkit.delivery.names.layout import WantedFile
from hostkit.delivery.underway import Underway
from hostkit.delivery.writing.file_orders import FileOrder
from hostkit.jobs.executors import Executor
from hostkit.plan.plan import Plan, SessionPlan
from hostkit.render.outcome import Resources

SUMS_AT_ONCE = 4
"""Mixes proved by one job: they share the reading of their stems, and jobs run side by side.

Where there are fewer jobs than cores, which stood idle at the end of a render, each is done in
stretches of time.
"""


def prove(
    plan: SessionPlan,
    files: Sequence[FileOrder],
    known: Mapping[str, NullTest],
    folder: Folder,
    resources: Resources,
) -> dict[str, NullTest]:
    """The null test of every mix that is not `known`."""
    underway, executor = Underway(resources.progress), resources.executor
    for file in files:
        if file.wanted.kind == "mix" and file.wanted.name in known:
            underway.kept("proof", file.wanted)
    comparisons = list(_comparisons(plan, files, known, folder))
    stretches = max(1, executor.idle // max(1, len(comparisons)))
    begun = [(one, one.begin(stretches, executor, underway)) for one in comparisons]
    tests: dict[str, NullTest] = {}
    for comparison, futures in begun:
        tests |= comparison.ended(futures, executor)
        for proved in comparison.mixes:
            underway.done("proof", proved)
    return tests


@dataclass(frozen=True)
class _Comparison:
    """Mixes that are read with their stems in one go, `frames` long."""

    job: SumJob
    mixes: tuple[WantedFile, ...]
    frames: int

    def begin(
        self, stretches: int, executor: Executor, underway: Underway
    ) -> list[Future[dict[str, NullTest]]]:
        """Begins it in so many stretches side by side, where that is possible."""
        moved, done = underway.moving("proof", *self.mixes), dict[int, int]()

        def told(stretch: int, frames: int) -> None:
            done[stretch] = frames
            moved(sum(done.values()))

        return [
            executor.submit(prove_sums, part, partial(told, number))
            for number, part in enumerate(self.job.in_stretches(stretches, self.frames))
        ]

    def ended(
        self, futures: Sequence[Future[dict[str, NullTest]]], executor: Executor
    ) -> dict[str, NullTest]:
        """The null tests: where a stretch differs, the whole is compared, which explains it."""
        first, *others = (future.result() for future in futures)
        alike = all(test.verdict == "pass" for each in (first, *others) for test in each.values())
        if alike or not others:
            return first
        return executor.submit(prove_sums, self.job).result()


def _comparisons(
    plan: SessionPlan, files: Sequence[FileOrder], known: Container[str], folder: Folder
) -> Iterator[_Comparison]:
    """The mixes of each form that are not `known`, a few at a time."""
    for form in plan.plans:
        here = [file for file in files if file.wanted.form == form.form.name]
        mixes = [f for f in here if f.wanted.kind == "mix" and f.wanted.name not in known]
        for start in range(0, len(mixes), SUMS_AT_ONCE):
            those = mixes[start : start + SUMS_AT_ONCE]
            job, frames = _sum_job(form, here, those, folder), those[0].job.frames
            yield _Comparison(job, tuple(mix.wanted for mix in those), frames)


def _sum_job(
    form: Plan, files: Sequence[FileOrder], mixes: Sequence[FileOrder], folder: Folder
) -> SumJob:
    """The mixes against their stems: as written, or as they would be where none is wanted."""
    names = list(dict.fromkeys(name for mix in mixes for name in mix.wanted.stems))
    parts = {name: _part(name, files, folder) for name in names}
    without = {mix.name: mix.without for mix in form.mixes}
    sums = tuple(
        Sum(
            mix.wanted.name,
            folder.current(mix.wanted.path),
            tuple(names.index(name) for name in mix.wanted.stems),
            _left_out(form, mix, without[mix.wanted.name], files, folder),
        )
        for mix in mixes
    )
    return SumJob(tuple(parts.values()), sums, form.sample_format)


def _part(name: str, files: Sequence[FileOrder], folder: Folder) -> StemAudio:
    """A planned stem as written, or as it would be."""
    for file in files:
        if file.wanted.kind == "stem" and file.wanted.stems == (name,):
            return StemAudio(name, folder.current(file.wanted.path))
    mix = next(file for file in files if name in file.wanted.stems)
    return StemAudio(name, mix.job.only(mix.wanted.stems.index(name)))


def _left_out(
    form: Plan, mix: FileOrder, without: tuple[str, ...], files: Sequence[FileOrder], folder: Folder
) -> tuple[LeftOut, ...]:
    """The stems of other mixes with what a mix is to be without, each stem once."""
    own = {form.stems_by_name[name].stem: name for name in mix.wanted.stems}
    found: dict[str, LeftOut] = {}
    for stem in form.stems:
        if stem.name not in mix.wanted.stems and {*stem.tracks} & {*without}:
            kept = _part(own[stem.stem], files, folder) if stem.stem in own else None
            found.setdefault(stem.stem, LeftOut(_part(stem.name, files, folder), kept))
    return tuple(found.values())
