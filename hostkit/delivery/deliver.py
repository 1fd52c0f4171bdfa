"""From stems in the store to the folder that is handed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from hostkit.delivery.before import Before
from hostkit.delivery.certificate.certificate import Certificate, certify
from hostkit.delivery.certificate.files import write_certificate
from hostkit.delivery.documents.making import make_documents
from hostkit.delivery.ducking.in_session import begin_judging
from hostkit.delivery.folder.incoming import Folder, move_in
from hostkit.delivery.manifest import MANIFEST
from hostkit.delivery.manifest.believed import believed, note, nulls_believed
from hostkit.delivery.manifest.entries import DocumentEntry
from hostkit.delivery.manifest.make import file_entry, manifest_of
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.manifest.read import read_manifest
from hostkit.delivery.names.layout import WantedFile
from hostkit.delivery.previews import begin_previews
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.proving import prove
from hostkit.delivery.underway import Underway
from hostkit.delivery.writing.ahead import FilesAhead
from hostkit.delivery.writing.file_orders import FileOrder, file_orders
from hostkit.delivery.writing.files import WrittenFile, write_file
from hostkit.delivery.writing.steps import common_steps, stems_of
from hostkit.errors import StorageError
from hostkit.ground.process.threads import as_ended
from hostkit.plan.plan import SessionPlan
from hostkit.render.outcome import Outcomes, Resources


@dataclass(frozen=True)
class Delivered:
    """A delivery that is in its place; `written` are the audio files that are new.

    `altered` are those of them that were there, and not as they are made; `gone` are files of the
    delivery before that are no part of this one.
    """

    manifest: Manifest
    certificate: Certificate
    written: tuple[str, ...]
    altered: tuple[str, ...]
    gone: tuple[str, ...]


def deliver(
    plan: SessionPlan,
    order: Order,
    outcomes: Outcomes,
    notes: tuple[str, ...],
    place: Path,
    resources: Resources,
    before: Before,
    ahead: FilesAhead,
) -> Delivered:
    """Writes, measures and proves every file of a session; moves them into `place` at the end.

    `outcomes` are those of all nodes of the plan; `notes` join the delivery's warnings. What was
    begun `ahead` is used.

    Files that are there already, made of the same and as they were made, are kept. Until the last
    step `place` is as it was. Raises StorageError, NamingError.
    """
    made = stems_of(plan, outcomes)
    steps = common_steps(plan, made, resources)
    files = file_orders(plan, order, made, steps, place)
    kept = believed(before.manifest, before.hashes, files, place)
    underway = Underway(resources.progress)
    for file in files:
        if file.wanted.path in kept:
            underway.kept("file", file.wanted)
    with ahead.folder() as folder:
        lacking = [file for file in files if file.wanted.path not in kept]
        new = _write(lacking, folder, resources, ahead.begun)
        previews = begin_previews(order, files, before.manifest, folder, resources)
        judging = begin_judging(plan, order, files, before.manifest, folder, resources)
        nulls = nulls_believed(files, kept)
        proved = prove(plan, files, nulls, folder, resources)
        entries = {path: entry.file for path, entry in kept.items()} | {
            file.wanted.path: file_entry(file, new[file.wanted.path])
            for file in files
            if file.wanted.path in new
        }
        manifest = manifest_of(plan, order, files, entries, nulls | proved, outcomes, notes)
        manifest = replace(manifest, previews=previews.finish())
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
                "another run delivered here meanwhile", cure="run this one again", file=place
            )
        gone = move_in(folder, hashes, before.delivered)
    note(manifest, files)
    altered = _altered(before, manifest, new, place)
    return Delivered(manifest, certificate, tuple(new), altered, gone)


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


def _write(
    files: list[FileOrder],
    folder: Folder,
    resources: Resources,
    begun: Mapping[str, Future[WrittenFile]],
) -> dict[str, WrittenFile]:
    """Writes those that were not begun, and those again that came to nothing."""
    underway = Underway(resources.progress)
    jobs: dict[Future[WrittenFile], WantedFile] = {}
    largest_first = sorted(files, key=lambda file: -len(file.job.sources))
    for file in sorted(largest_first, key=lambda file: file.wanted.path in begun):
        future = begun.get(file.wanted.path)
        if future is None or future.exception():
            job = file.job.to(folder.new(file.wanted.path))
            moved = underway.moving("file", file.wanted)
            future = resources.executor.submit(write_file, job, moved)
        jobs[future] = file.wanted
    for future in as_ended(jobs):
        if future.exception() is None:
            underway.done("file", jobs[future])
    return {wanted.path: future.result() for future, wanted in jobs.items()}
