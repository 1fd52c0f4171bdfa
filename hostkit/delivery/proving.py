"""Proving the sums of a delivery's mixes on its files as written, and hashing those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, as_completed
from typing import Any

from hostkit.delivery.certificate.hashes import HashJob, hash_files
from hostkit.delivery.certificate.parts import LeftOut, StemAudio
from hostkit.delivery.certificate.sums import NullTest, Sum, SumJob, prove_sums
from hostkit.delivery.folder.incoming import Folder
from hostkit.delivery.names.layout import WantedFile
from hostkit.delivery.underway import Underway
from hostkit.delivery.writing.file_orders import FileOrder
from hostkit.plan.plan import Plan, SessionPlan
from hostkit.render.outcome import Resources

SUMS_AT_ONCE = 4
"""Mixes proved by one job: they share the reading of their stems, and jobs run side by side."""


def prove(
    plan: SessionPlan,
    files: Sequence[FileOrder],
    known: Mapping[str, NullTest],
    written: Iterable[str],
    folder: Folder,
    resources: Resources,
) -> tuple[dict[str, NullTest], dict[str, str]]:
    """The null test of every mix that is not `known`, and the hashes of the files `written`."""
    underway = Underway(resources.progress)
    futures: dict[Future[dict[str, NullTest]], list[WantedFile]] = {}
    for file in files:
        if file.wanted.kind == "mix" and file.wanted.name in known:
            underway.kept("proof", file.wanted)
    for form in plan.plans:
        here = [file for file in files if file.wanted.form == form.form.name]
        mixes = [f for f in here if f.wanted.kind == "mix" and f.wanted.name not in known]
        for start in range(0, len(mixes), SUMS_AT_ONCE):
            those = mixes[start : start + SUMS_AT_ONCE]
            wanted = [mix.wanted for mix in those]
            job = _sum_job(form, here, those, folder)
            moved = underway.moving("proof", *wanted)
            futures[resources.executor.submit(prove_sums, job, moved)] = wanted
    new = {folder.current(path): path for path in written}
    hashing: Any = resources.executor.submit(hash_files, HashJob(tuple(new)), lambda _: None)
    tests: dict[str, NullTest] = {}
    for future in as_completed(futures):
        tests |= future.result()
        for proved in futures[future]:
            underway.done("proof", proved)
    return tests, {new[path]: found for path, found in hashing.result().items()}


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
