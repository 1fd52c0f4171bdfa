"""Previews: a lossy copy of each mix, encoded from its file as written, and decoded again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import soundfile

from hostkit.audio.codecs import CodecName
from hostkit.audio.files.lossy import Lossy, write_lossy
from hostkit.audio.tags.tags import NO_TAGS, Tags
from hostkit.delivery.certificate.hashes import sha256
from hostkit.delivery.folder.incoming import Folder
from hostkit.delivery.manifest.believed import is_noted
from hostkit.delivery.manifest.entries import PreviewEntry
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.underway import Underway
from hostkit.delivery.writing.file_orders import FileOrder
from hostkit.ground.named_file import is_file
from hostkit.jobs.isolate import Report
from hostkit.plan.nodes.fingerprint import fingerprint
from hostkit.render.outcome import Resources

ENCODER = f"soundfile {soundfile.__version__}, libsndfile {soundfile.__libsndfile_version__}"


@dataclass(frozen=True)
class PreviewJob:
    """A `mix` to encode to `path`."""

    path: Path
    mix: Path
    codec: CodecName
    kbps: int
    tags: Tags


@dataclass(frozen=True)
class WrittenPreview:
    """A lossy copy as it was written: its hash, and how many frames came back."""

    sha256: str
    lossy: Lossy


def write_preview(job: PreviewJob, report: Report) -> WrittenPreview:
    """Raises StorageError."""
    lossy = write_lossy(job.path, job.mix, job.codec, job.kbps, job.tags, report)
    return WrittenPreview(sha256(job.path), lossy)


@dataclass(frozen=True)
class BegunPreview:
    """A preview that is being written, and what will be said of it."""

    file: FileOrder
    key: str
    job: PreviewJob
    written: Future[WrittenPreview]

    def entry(self) -> PreviewEntry:
        """When it is written. Raises what went wrong with it."""
        written = self.written.result()
        return PreviewEntry(
            path=self.file.wanted.preview,
            key=self.key,
            sha256=written.sha256,
            of=self.file.wanted.path,
            codec=self.job.codec,
            kbps=self.job.kbps,
            sample_rate=written.lossy.sample_rate,
            frames=written.lossy.frames,
            expected_frames=written.lossy.expected_frames,
        )


@dataclass(frozen=True)
class PreviewsUnderway:
    """The previews of a delivery, by mix: those known from before, and those being written."""

    known: Mapping[str, PreviewEntry]
    begun: Mapping[str, BegunPreview]
    underway: Underway

    def finish(self) -> dict[str, PreviewEntry]:
        """All of them, when the last is written."""
        entries = dict(self.known)
        for mix, begun in self.begun.items():
            entries[mix] = begun.entry()
            self.underway.done("preview", begun.file.wanted)
        return entries


def begin_previews(
    order: Order,
    files: Sequence[FileOrder],
    before: Manifest | None,
    folder: Folder,
    resources: Resources,
) -> PreviewsUnderway:
    """Encodes the mixes, whose files are written, but for previews that are as they would be."""
    asked, underway = order.profile.previews, Underway(resources.progress)
    known: dict[str, PreviewEntry] = {}
    begun: dict[str, BegunPreview] = {}
    for file in files:
        if asked is None or not file.wanted.preview:
            continue
        mix, kbps = file.wanted.name, asked.bit_rate_kbps
        key = fingerprint("preview", (file.made_of.key, asked.codec, kbps, ENCODER))
        entry = before.previews.get(mix) if before else None
        if entry is not None and _believed(entry, file, key, folder.place):
            known[mix] = entry
            underway.kept("preview", file.wanted)
            continue
        job = PreviewJob(
            folder.new(file.wanted.preview),
            folder.current(file.wanted.path),
            asked.codec,
            kbps,
            file.job.metadata.tags if file.job.metadata else NO_TAGS,
        )
        moved = underway.moving("preview", file.wanted)
        written = resources.executor.submit(write_preview, job, moved)
        begun[mix] = BegunPreview(file, key, job, written)
    return PreviewsUnderway(known, begun, underway)


def _believed(entry: PreviewEntry, file: FileOrder, key: str, place: Path) -> bool:
    """Whether the preview that is there is what would be written again."""
    there = place / entry.path
    return (
        (entry.path, entry.key) == (file.wanted.preview, key)
        and is_noted(file, key, entry)
        and is_file(there)
        and sha256(there) == entry.sha256
    )
