"""Which files of the delivery before may stay: those that the store's artifacts make.

A manifest lies where anybody can change it, so it is no witness for its own files. What is
said of a file there, its hash and its measures, or of how a ducked mix came out, is noted
beside the artifacts that it was made from, under a name of their very samples; only what
agrees with its note is believed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from hostkit.delivery.certificate.hashes import HashesAhead
from hostkit.delivery.certificate.sums import NullTest
from hostkit.delivery.manifest.entries import DuckingEntry, MixEntry, PreviewEntry, StemEntry
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.writing.file_orders import FileOrder

Entry = StemEntry | MixEntry
Told = Entry | DuckingEntry | PreviewEntry


def believed(
    before: Manifest | None, hashes: HashesAhead, files: Iterable[FileOrder], place: Path
) -> dict[str, Entry]:
    """What is known of each file that is as it was made, and would be made the same again."""
    if before is None:
        return {}
    known = _entries(before)
    return {
        path: entry
        for file in files
        if (entry := known.get(path := file.wanted.path)) is not None
        and entry.file.key == file.made_of.key
        and hashes.of(place / path) == entry.file.sha256
        and is_noted(file, entry.file.key, entry)
    }


def is_noted(file: FileOrder, key: str, told: Told) -> bool:
    """Whether just this was told when it was last made under that key of this file's samples."""
    return file.job.sources[0].noted(_name(file, key)) == _digest(told)


def nulls_believed(files: Iterable[FileOrder], kept: Mapping[str, Entry]) -> dict[str, NullTest]:
    """The null tests that still hold: every file of the form is believed."""
    files = list(files)
    new_forms = {file.wanted.form for file in files if file.wanted.path not in kept}
    return {
        file.wanted.name: NullTest(
            entry.null_residual_dbfs, at_fault=entry.at_fault, held=entry.held
        )
        for file in files
        if file.wanted.form not in new_forms
        and isinstance(entry := kept[file.wanted.path], MixEntry)
    }


def note(manifest: Manifest, files: Iterable[FileOrder]) -> None:
    """Notes what was delivered, for the next run to believe."""
    known = _entries(manifest)
    for file in files:
        _note(file, file.made_of.key, known[file.wanted.path])
        ducked = manifest.ducking.get(file.wanted.name) if file.wanted.kind == "mix" else None
        if ducked is not None:
            _note(file, ducked.key, ducked)
        preview = manifest.previews.get(file.wanted.name) if file.wanted.preview else None
        if preview is not None:
            _note(file, preview.key, preview)


def _note(file: FileOrder, key: str, told: Told) -> None:
    if not is_noted(file, key, told):
        file.job.sources[0].note(_name(file, key), _digest(told))


def _entries(manifest: Manifest) -> dict[str, Entry]:
    listed: tuple[Entry, ...] = (*manifest.stems.values(), *manifest.mixes.values())
    return {entry.file.path: entry for entry in listed}


def _name(file: FileOrder, key: str) -> str:
    """Of a place, of how something is made, and of the samples that it is made from."""
    digest = hashlib.sha256(f"{file.wanted.path}\n{key}\n".encode())
    for source in file.job.sources:
        digest.update(len(source.check_sums).to_bytes(8) + source.check_sums)
    return digest.hexdigest()[:32]


def _digest(told: Told) -> str:
    """Of all that a manifest says of a file, or of a ducked mix."""
    text = json.dumps(told.as_json(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
