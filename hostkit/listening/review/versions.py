"""The deliveries that are reviewed, each found to be what its manifest says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hostkit.audio.files.bwf import Bwf
from hostkit.audio.files.reader import open_audio
from hostkit.audio.files.wav_reader import NotWavError, read_header
from hostkit.delivery.certificate.hashes import HashesAhead
from hostkit.delivery.folder.inside import deliveries
from hostkit.delivery.manifest import MANIFEST
from hostkit.delivery.manifest.entries import FileEntry, MixEntry, StemEntry
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.manifest.read import read_manifest
from hostkit.errors import InvalidInput, Problem, RequestError
from hostkit.ground.counted import counted
from hostkit.ground.harmless import on_a_line
from hostkit.ground.places import real_path

MOST_VERSIONS, MOST_FILES = 12, 400
"""Of a page; more is meant by nobody, and no manifest that came by mail shall make us read more."""


_VERSION = re.compile(r"[ _-]v\d+$")


@dataclass(frozen=True)
class DeliveredVersion:
    """A delivery whose files are there, and as they were delivered."""

    folder: Path
    manifest: Manifest

    def at(self, entry: FileEntry) -> Path:
        return self.folder / entry.path

    def about(self, entry: FileEntry) -> Bwf:
        """What a file says of itself; nothing where that is no WAV."""
        try:
            return read_header(self.at(entry)).metadata or Bwf()
        except NotWavError:
            return Bwf()

    @cached_property
    def title(self) -> str:
        """Cue, title and version as its files say, else the session's name."""
        manifest = self.manifest
        named: dict[str, StemEntry | MixEntry] = {**manifest.stems, **manifest.mixes}
        for name, said in [*named.items()][-1:]:
            if title := self.about(said.file).description.removesuffix(f" {name}"):
                return on_a_line(title, 200)
        return on_a_line(manifest.session, 200)


def cues_of(versions: Iterable[DeliveredVersion]) -> tuple[str, ...]:
    """What is delivered, each once: the titles without the number of the version.

    >>> from types import SimpleNamespace as Named
    >>> cues_of([Named(title="1m01 Lamp v1"), Named(title="1m01 Lamp v12"), Named(title="sea")])
    ('1m01 Lamp', 'sea')
    """
    return tuple(dict.fromkeys(_VERSION.sub("", version.title) for version in versions))


def read_versions(paths: Iterable[Path]) -> tuple[DeliveredVersion, ...]:
    """The deliveries in these folders, looked through: every file is there with its hash.

    Raises RequestError for a folder without a delivery, InvalidInput naming each file that is
    missing, changed, or outside its delivery.
    """
    found = []
    for folder in deliveries(paths):
        manifest = read_manifest(folder)
        if manifest is None:
            raise RequestError(*_no_delivery(folder), file=folder)
        found.append(DeliveredVersion(folder, manifest))
    files = sum(len(version.manifest.files) for version in found)
    if len(found) > MOST_VERSIONS or files > MOST_FILES:
        raise RequestError(
            f"{counted(len(found), 'delivery')} with {counted(files, 'file')}: too much for a page",
            cure=f"name up to {MOST_VERSIONS} with {MOST_FILES} files together",
        )
    if problems := [problem for version in found for problem in _problems(version)]:
        raise InvalidInput(problems)
    return tuple(found)


def _no_delivery(folder: Path) -> tuple[str, str]:
    if (folder / MANIFEST).exists():
        return f"its {MANIFEST} is damaged", "render it again, or ask for the folder again"
    if not folder.exists():
        return "there is no such folder", "check its name"
    return f"is no delivery: there is no {MANIFEST} in it", "name the folder that `render` wrote"


def _problems(version: DeliveredVersion) -> Iterator[Problem]:
    """Everything that is not as it was delivered."""
    if not version.manifest.files:
        yield _problem(version.folder, "has no audio", "name a delivery with audio")
    inside = {}
    for name, delivered in version.manifest.hashes.items():
        path = version.folder / name
        if real_path(path).is_relative_to(real_path(version.folder)):
            inside[path] = delivered
        else:
            yield _problem(path, "is not in its delivery", _ASK)
    hashes = HashesAhead(inside)
    for path, delivered in inside.items():
        found = hashes.of(path)
        if found is None:
            yield _problem(path, "is missing", "render again, or bring it back")
        elif found != delivered:
            said = (
                f"was changed since it was delivered: its SHA-256 is {found[:12]}…, "
                f"and {on_a_line(delivered[:12])}… in the manifest"
            )
            yield _problem(path, said, f"render again, or {_ASK}")
    for entry in version.manifest.files:
        if hashes.of(version.at(entry)) == entry.sha256 and not _is_as_said(version, entry):
            said = f"is not of the length, rate or channels that the {MANIFEST} says"
            yield _problem(version.at(entry), said, _ASK)


_ASK = "ask for the folder again"


def _problem(path: Path, message: str, cure: str) -> Problem:
    """About a file whose name anybody can have chosen."""
    return Problem(on_a_line(str(path)), 0, 0, message, cure)


def _is_as_said(version: DeliveredVersion, entry: FileEntry) -> bool:
    """Whether a file is of the shape that is reckoned with; its hash anybody can have written."""
    try:
        file = open_audio(version.at(entry))
    except RequestError:
        return False
    shape = (file.frames, file.sample_rate, file.channels)
    measures = entry.measures
    return shape == (measures.frames, version.manifest.sample_rate, measures.channels)
