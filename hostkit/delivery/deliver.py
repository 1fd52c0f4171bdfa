"""From stems in the store to the folder that is handed over."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hostkit.audio.whole_file import storage_error
from hostkit.delivery.files import FileFacts, FileJob, write_file
from hostkit.delivery.manifest import (
    FileEntry,
    Manifest,
    MixEntry,
    StemEntry,
    TrackEntry,
    read_manifest,
    write_manifest,
)
from hostkit.delivery.proof import HashJob, NullJob, NullTest, hash_files, null_test
from hostkit.engine.store import Print
from hostkit.errors import StorageError
from hostkit.mixing.production import Workshop
from hostkit.plan.fingerprint import fingerprint
from hostkit.plan.plan import Plan, SessionPlan


@dataclass(frozen=True)
class Wanted:
    """A file that the delivery should hold: where, and the stems it is the sum of."""

    kind: str
    name: str
    stems: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"{self.kind}/{self.name}.wav"


@dataclass(frozen=True)
class Folder:
    """A delivery in the making: its place, and where new files wait until all are there."""

    place: Path
    incoming: Path

    def current(self, path: str) -> Path:
        """The new file if there is one, else the one kept from before."""
        new = self.incoming / path
        return new if new.exists() else self.place / path


def deliver(
    session: SessionPlan,
    made: Mapping[str, Mapping[str, Print]],
    tracks: Mapping[str, TrackEntry],
    warnings: tuple[str, ...],
    place: Path,
    workshop: Workshop,
) -> Manifest:
    """Writes, measures and proves every file of a plan; moves them into `place` at the end.

    `made` holds the stems of each form, by the form's name and the stem's in its plan.
    Files that are there already, made of the same and unaltered, are kept. Until the last
    step `place` is as it was. Raises StorageError.
    """
    before = read_manifest(place)
    plan = session.whole
    stems = made[plan.form.name]
    frames = plan.frames or max(stem.frames for stem in stems.values())
    wanted = [Wanted("stems", name, (name,)) for name in stems]
    wanted += [Wanted("mixes", mix.name, mix.stems) for mix in plan.mixes]
    keys = {w.path: _key(plan, w, frames) for w in wanted}
    kept = _unaltered(before, keys, place)
    with _incoming(place) as folder:
        facts = _write(plan, wanted, kept, stems, frames, folder, workshop)
        nulls, sums = _prove(wanted, facts, folder, workshop)
        entries = kept | {
            path: _entry(path, keys[path], sums[folder.incoming / path], fact)
            for path, fact in facts.items()
        }
        manifest = _manifest(session, frames, wanted, entries, nulls, tracks, warnings)
        _move_in(folder, facts)
        write_manifest(manifest, place)
        _remove_outdated(before, entries, place)
    return manifest


def _key(plan: Plan, wanted: Wanted, frames: int) -> str:
    made_of = {stem.name: stem.fingerprint for stem in plan.stems}
    sources = tuple(made_of[name] for name in wanted.stems)
    return fingerprint("file", (sources, frames, plan.sample_rate, plan.sample_format))


def _unaltered(
    before: Manifest | None, keys: Mapping[str, str], place: Path
) -> dict[str, FileEntry]:
    """The files of the delivery before that are wanted again, as they still are."""
    if before is None:
        return {}
    entries = before.files
    same = [e for e in entries if keys.get(e.path) == e.key and (place / e.path).is_file()]
    if not same:
        return {}
    sums = hash_files(HashJob(tuple(place / e.path for e in same)), lambda *_, **__: None)
    return {e.path: e for e in same if sums[place / e.path] == e.sha256}


@contextmanager
def _incoming(place: Path) -> Iterator[Folder]:
    incoming = place / f".hostkit-{secrets.token_hex(4)}"
    try:
        (incoming / "stems").mkdir(parents=True)
        (incoming / "mixes").mkdir()
        yield Folder(place, incoming)
    except OSError as error:
        raise storage_error(place, error) from error
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def _write(
    plan: Plan,
    wanted: list[Wanted],
    kept: Mapping[str, FileEntry],
    stems: Mapping[str, Print],
    frames: int,
    folder: Folder,
    workshop: Workshop,
) -> dict[str, FileFacts]:
    jobs = {
        w.path: FileJob(
            path=folder.incoming / w.path,
            sources=tuple(stems[name] for name in w.stems),
            frames=frames,
            sample_rate=plan.sample_rate,
            sample_format=plan.sample_format,
        )
        for w in sorted(wanted, key=lambda w: -len(w.stems))
        if w.path not in kept
    }
    return {path: f.result() for path, f in _submit_all(workshop, write_file, jobs).items()}


def _prove(
    wanted: list[Wanted], facts: Mapping[str, FileFacts], folder: Folder, workshop: Workshop
) -> tuple[dict[str, NullTest], dict[Path, str]]:
    """The null test of every mix, and the hashes of the new files, all from disk."""
    paths = {w.name: w.path for w in wanted if w.kind == "stems"}
    jobs = {
        w.name: NullJob(
            folder.current(w.path), tuple(folder.current(paths[name]) for name in w.stems)
        )
        for w in wanted
        if w.kind == "mixes"
    }
    tests = _submit_all(workshop, null_test, jobs)
    hashing = workshop.executor.submit(
        hash_files, HashJob(tuple(folder.incoming / path for path in facts)), lambda _: None
    )
    return {name: test.result() for name, test in tests.items()}, hashing.result()


def _submit_all(workshop: Workshop, task: Any, jobs: Mapping[str, Any]) -> dict[str, Future[Any]]:
    return {name: workshop.executor.submit(task, job, lambda _: None) for name, job in jobs.items()}


def _entry(path: str, key: str, sha256: str, facts: FileFacts) -> FileEntry:
    return FileEntry(
        path=path,
        key=key,
        sha256=sha256,
        frames=facts.frames,
        channels=facts.channels,
        clipped_samples=facts.clipped_samples,
        **asdict(facts.loudness),
    )


def _manifest(
    session: SessionPlan,
    frames: int,
    wanted: list[Wanted],
    entries: Mapping[str, FileEntry],
    nulls: Mapping[str, NullTest],
    tracks: Mapping[str, TrackEntry],
    warnings: tuple[str, ...],
) -> Manifest:
    inside = {stem.name: stem.tracks for stem in session.whole.stems}
    return Manifest(
        session=session.session,
        sample_rate=session.sample_rate,
        sample_format=session.sample_format,
        frames=frames,
        stems={
            w.name: StemEntry(entries[w.path], inside[w.name]) for w in wanted if w.kind == "stems"
        },
        mixes={
            w.name: MixEntry(
                entries[w.path], w.stems, nulls[w.name].residual_dbfs, nulls[w.name].verdict
            )
            for w in wanted
            if w.kind == "mixes"
        },
        tracks=tracks,
        warnings=warnings,
    )


def _move_in(folder: Folder, new: Mapping[str, FileFacts]) -> None:
    for path in new:
        target = folder.place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder.incoming / path).replace(target)


def _remove_outdated(
    before: Manifest | None, entries: Mapping[str, FileEntry], place: Path
) -> None:
    """Files of the delivery before that are no part of this one, if nobody altered them."""
    if before is None:
        return
    for old in before.files:
        path = place / old.path
        if old.path in entries or not _inside(path, place) or not path.is_file():
            continue
        try:
            if hash_files(HashJob((path,)), lambda *_, **__: None)[path] == old.sha256:
                path.unlink()
        except OSError as error:
            raise StorageError(f"{path}: cannot be removed: {error.strerror}") from error


def _inside(path: Path, place: Path) -> bool:
    """A manifest is somebody's text; it must not name files elsewhere."""
    return path.resolve().is_relative_to(place.resolve())
