"""From stems in the store to the folder that is handed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hostkit.delivery.believed import believed, note, nulls_believed
from hostkit.delivery.certificate.certificate import Certificate, certify, write_certificate
from hostkit.delivery.certificate.findings import Limits
from hostkit.delivery.certificate.hashes import HashesAhead, HashJob, hash_files
from hostkit.delivery.certificate.parts import LeftOut, StemAudio
from hostkit.delivery.certificate.sums import NullTest, Sum, SumJob, prove_sums
from hostkit.delivery.documents.making import make_documents
from hostkit.delivery.ducking.in_session import begin_judging
from hostkit.delivery.folder import Folder, incoming_folder, move_in
from hostkit.delivery.manifest import (
    MANIFEST,
    DocumentEntry,
    FileEntry,
    FormEntry,
    Manifest,
    MixEntry,
    StemEntry,
    TrackEntry,
    read_manifest,
)
from hostkit.delivery.names.layout import OWN_FILES, WantedFile, stem_key
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.underway import Underway
from hostkit.delivery.writing.file_orders import FileOrder, file_orders
from hostkit.delivery.writing.files import WrittenFile, write_file
from hostkit.delivery.writing.steps import Made, common_steps
from hostkit.errors import StorageError
from hostkit.plan.plan import Plan, SessionPlan
from hostkit.render.outcome import Resources

SUMS_AT_ONCE = 4
"""Mixes proved by one job: they share the reading of their stems, and jobs run side by side."""


@dataclass(frozen=True)
class Before:
    """The delivery that lies in a folder before a new one: its manifest, its files' hashes."""

    manifest: Manifest | None
    hashes: HashesAhead

    @property
    def delivered(self) -> dict[str, str]:
        """Every file of it, as its manifest has them; its own are not in there."""
        own = dict.fromkeys(OWN_FILES, "")
        return {**own, **self.manifest.hashes} if self.manifest else {}


@dataclass(frozen=True)
class Delivered:
    """A delivery that is in its place; `written` are the audio files that are new.

    `altered` are those of them that were there, and not as they are made.
    """

    manifest: Manifest
    certificate: Certificate
    written: tuple[str, ...]
    altered: tuple[str, ...]


def deliver(
    plan: SessionPlan,
    order: Order,
    made: Made,
    tracks: Mapping[str, TrackEntry],
    warnings: tuple[str, ...],
    place: Path,
    resources: Resources,
    before: Before,
) -> Delivered:
    """Writes, measures and proves every file of a session; moves them into `place` at the end.

    Files that are there already, made of the same and as they were made, are kept. Until the last
    step `place` is as it was. Raises StorageError, NamingError.
    """
    steps = common_steps(plan, made, resources)
    files = file_orders(plan, order, made, steps, place)
    kept = believed(before.manifest, before.hashes, files, place)
    underway = Underway(resources.progress)
    for file in files:
        if file.wanted.path in kept:
            underway.kept("file", file.wanted)
    with incoming_folder(place) as folder:
        facts = _write([file for file in files if file.wanted.path not in kept], folder, resources)
        judging = begin_judging(plan, order, files, before.manifest, folder, resources)
        nulls = nulls_believed(files, kept)
        proved, sums = _prove(plan, files, nulls, facts, folder, resources)
        entries = {path: entry.file for path, entry in kept.items()} | {
            file.wanted.path: _entry(file, sums[file.wanted.path], facts[file.wanted.path])
            for file in files
            if file.wanted.path in facts
        }
        manifest = _manifest(plan, order, files, entries, nulls | proved, tracks, warnings)
        documents = make_documents(plan, order, manifest)
        manifest = replace(
            manifest,
            documents={
                name: DocumentEntry(document.path, document.sha256)
                for name, document in documents.items()
            },
            ducking=judging.finish(),
        )
        for document in documents.values():
            folder.put(document.path, document.content)
        hashes = manifest.hashes | {MANIFEST: folder.put(MANIFEST, manifest.text.encode())}
        certificate = certify(manifest, nulls | proved, hashes)
        hashes |= write_certificate(certificate, folder)
        if read_manifest(place) != before.manifest:
            raise StorageError(
                f"{place}: another run delivered here meanwhile", cure="run this one again"
            )
        move_in(folder, hashes, before.delivered)
    note(manifest, files)
    return Delivered(manifest, certificate, tuple(facts), _altered(before, manifest, facts, place))


def _altered(before: Before, now: Manifest, written: Iterable[str], place: Path) -> tuple[str, ...]:
    """Files written again though they were to stay as they are."""
    keys = {entry.path: entry.key for entry in (before.manifest.files if before.manifest else ())}
    return tuple(
        entry.path
        for entry in now.files
        if entry.path in written
        and keys.get(entry.path) == entry.key
        and before.hashes.of(place / entry.path) not in (None, entry.sha256)
    )


def look_at(place: Path) -> Before:
    """What lies in a folder now; its files are hashed in the background from here on."""
    manifest = read_manifest(place)
    paths = [place / entry.path for entry in manifest.files] if manifest else []
    return Before(manifest, HashesAhead(paths))


def _write(files: list[FileOrder], folder: Folder, resources: Resources) -> dict[str, WrittenFile]:
    underway = Underway(resources.progress)
    jobs = {}
    for file in sorted(files, key=lambda file: -len(file.job.sources)):
        job = file.job.to(folder.new(file.wanted.path))
        moved = underway.moving("file", file.wanted)
        jobs[resources.executor.submit(write_file, job, moved)] = file.wanted
    for future in as_completed(jobs):
        if future.exception() is None:
            underway.done("file", jobs[future])
    return {wanted.path: future.result() for future, wanted in jobs.items()}


def _prove(
    plan: SessionPlan,
    files: list[FileOrder],
    known: Mapping[str, NullTest],
    facts: Mapping[str, WrittenFile],
    folder: Folder,
    resources: Resources,
) -> tuple[dict[str, NullTest], dict[str, str]]:
    """The null test of every mix that has none yet, and the hashes of the new files."""
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
    new = {folder.current(path): path for path in facts}
    hashing: Any = resources.executor.submit(hash_files, HashJob(tuple(new)), lambda _: None)
    tests: dict[str, NullTest] = {}
    for future in as_completed(futures):
        tests |= future.result()
        for proved in futures[future]:
            underway.done("proof", proved)
    return tests, {new[path]: found for path, found in hashing.result().items()}


def _sum_job(form: Plan, files: list[FileOrder], mixes: list[FileOrder], folder: Folder) -> SumJob:
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


def _part(name: str, files: list[FileOrder], folder: Folder) -> StemAudio:
    """A planned stem as written, or as it would be."""
    for file in files:
        if file.wanted.kind == "stem" and file.wanted.stems == (name,):
            return StemAudio(name, folder.current(file.wanted.path))
    mix = next(file for file in files if name in file.wanted.stems)
    return StemAudio(name, mix.job.only(mix.wanted.stems.index(name)))


def _left_out(
    form: Plan, mix: FileOrder, without: tuple[str, ...], files: list[FileOrder], folder: Folder
) -> tuple[LeftOut, ...]:
    """The stems of other mixes with what a mix is to be without, each stem once."""
    own = {form.stems_by_name[name].stem: name for name in mix.wanted.stems}
    found: dict[str, LeftOut] = {}
    for stem in form.stems:
        if stem.name not in mix.wanted.stems and {*stem.tracks} & {*without}:
            kept = _part(own[stem.stem], files, folder) if stem.stem in own else None
            found.setdefault(stem.stem, LeftOut(_part(stem.name, files, folder), kept))
    return tuple(found.values())


def _entry(file: FileOrder, sha256: str, written: WrittenFile) -> FileEntry:
    return FileEntry(
        path=file.wanted.path,
        key=file.made_of.key,
        made_of=file.made_of.parts,
        sha256=sha256,
        form=file.wanted.form,
        time_reference=file.job.metadata.time_reference if file.job.metadata else 0,
        measures=written.measures,
        clipping=written.clipping,
    )


def _manifest(
    plan: SessionPlan,
    order: Order,
    files: list[FileOrder],
    entries: Mapping[str, FileEntry],
    nulls: Mapping[str, NullTest],
    tracks: Mapping[str, TrackEntry],
    warnings: tuple[str, ...],
) -> Manifest:
    forms = {form.form.name: form for form in plan.plans}
    frames = {file.wanted.form: file.job.frames for file in files}
    steps = {file.wanted.form: file.job.step for file in files}
    leads = {file.wanted.form: file.job.lead.frames for file in files}
    stems = [f.wanted for f in files if f.wanted.kind == "stem"]
    mixes = [f.wanted for f in files if f.wanted.kind == "mix"]
    keys = {
        (name, stem.name): stem_key(form, stem)
        for name, form in forms.items()
        for stem in form.stems
    }
    return Manifest(
        session=plan.session,
        sample_rate=plan.sample_rate,
        sample_format=plan.sample_format,
        frames=frames[plan.whole.form.name],
        stems={
            w.name: StemEntry(entries[w.path], forms[w.form].stems_by_name[w.stems[0]].tracks)
            for w in stems
        },
        mixes={
            w.name: MixEntry(
                entries[w.path],
                tuple(keys[w.form, name] for name in w.stems),
                nulls[w.name].residual_dbfs,
                nulls[w.name].verdict,
                nulls[w.name].at_fault,
                _tracks(forms[w.form], w),
                next(mix.without for mix in forms[w.form].mixes if mix.name == w.name),
                nulls[w.name].held,
            )
            for w in mixes
        },
        tracks=tracks,
        profile=order.profile_name,
        forms={
            name: FormEntry(
                form.form.kind,
                frames[name],
                form.form.sections,
                steps[name],
                form.form.tempo_change_percent,
                form.form.early_seconds,
                form.form.faded,
                leads[name],
            )
            for name, form in forms.items()
        },
        limits=_limits(order),
        gain=order.gain,
        left_out=dict(plan.lacking),
        warnings=warnings,
    )


def _tracks(form: Plan, mix: WantedFile) -> tuple[str, ...]:
    """The tracks that sound in a mix, each once."""
    sounding = (track for name in mix.stems for track in form.stems_by_name[name].tracks)
    return tuple(dict.fromkeys(sounding))


def _limits(order: Order) -> Limits:
    profile, target = order.profile, order.profile.loudness
    limits = Limits(
        profile.true_peak_dbtp,
        least_stems=profile.stems.least,
        most_stems=profile.stems.most,
    )
    if target is None:
        return limits
    return replace(
        limits,
        integrated_lufs=target.integrated_lufs,
        tolerance_lu=target.tolerance_lu,
        loudness_of=tuple(target.of),
    )
