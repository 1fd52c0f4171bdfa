"""manifest.json: what was delivered, from what, and what was measured."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hostkit import __version__
from hostkit.audio.loudness.meter import Loudness
from hostkit.audio.whole_file import whole_file

MANIFEST = "manifest.json"
MAX_BYTES = 50_000_000


@dataclass(frozen=True)
class FileEntry:
    """One delivered file. `path` is relative to the manifest; `key` names what it was made of."""

    path: str
    key: str
    sha256: str
    frames: int
    channels: int
    clipped_samples: int
    integrated_lufs: float
    max_momentary_lufs: float
    max_short_term_lufs: float
    loudness_range_lu: float
    true_peak_dbtp: float
    sample_peak_dbfs: float

    @property
    def loudness(self) -> Loudness:
        return Loudness(*(getattr(self, name) for name in LOUDNESS_FIELDS))


LOUDNESS_FIELDS = tuple(Loudness.__dataclass_fields__)


@dataclass(frozen=True)
class StemEntry:
    """A stem's file and the tracks in it."""

    file: FileEntry
    tracks: tuple[str, ...]


@dataclass(frozen=True)
class MixEntry:
    """A mix's file, the stems it is the sum of, and the null test on the written files."""

    file: FileEntry
    stems: tuple[str, ...]
    null_residual_dbfs: float
    null: str


@dataclass(frozen=True)
class TrackEntry:
    """What became of a track; `parts` are fingerprints of what its print depends on."""

    status: str
    reason: str
    device: str
    seconds: float
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Manifest:
    session: str
    sample_rate: int
    sample_format: str
    frames: int
    stems: Mapping[str, StemEntry]
    mixes: Mapping[str, MixEntry]
    tracks: Mapping[str, TrackEntry]
    warnings: tuple[str, ...] = ()
    hostkit: str = field(default=__version__)

    @property
    def files(self) -> tuple[FileEntry, ...]:
        stems = (stem.file for stem in self.stems.values())
        return (*stems, *(mix.file for mix in self.mixes.values()))

    def as_json(self) -> dict[str, Any]:
        """The document: files flat beside what is known of them, −inf as null."""
        return {
            "hostkit": self.hostkit,
            "session": self.session,
            "sample_rate": self.sample_rate,
            "sample_format": self.sample_format,
            "frames": self.frames,
            "stems": {name: _flat(asdict(stem)) for name, stem in self.stems.items()},
            "mixes": {name: _flat(asdict(mix)) for name, mix in self.mixes.items()},
            "tracks": {name: asdict(track) for name, track in self.tracks.items()},
            "warnings": list(self.warnings),
        }


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Writes manifest.json into `folder`, whole. Raises StorageError."""
    text = json.dumps(manifest.as_json(), indent=2, ensure_ascii=False) + "\n"
    with whole_file(folder / MANIFEST) as file:
        file.write(text.encode())


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest in `folder`; None when there is none, or none of this format."""
    path = folder / MANIFEST
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        data = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(
            session=data["session"],
            sample_rate=data["sample_rate"],
            sample_format=data["sample_format"],
            frames=data["frames"],
            stems={n: StemEntry(_entry(s), tuple(s["tracks"])) for n, s in data["stems"].items()},
            mixes={n: _mix(mix) for n, mix in data["mixes"].items()},
            tracks={n: TrackEntry(**track) for n, track in data["tracks"].items()},
            warnings=tuple(data["warnings"]),
            hostkit=data["hostkit"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _flat(entry: dict[str, Any]) -> dict[str, Any]:
    flat = {**entry.pop("file"), **entry}
    return {
        name: None if isinstance(value, float) and math.isinf(value) else value
        for name, value in flat.items()
    }


def _entry(data: dict[str, Any]) -> FileEntry:
    values = {name: data[name] for name in FileEntry.__dataclass_fields__}
    measured = {n: -math.inf if values[n] is None else values[n] for n in LOUDNESS_FIELDS}
    return FileEntry(**{**values, **measured})


def _mix(data: dict[str, Any]) -> MixEntry:
    residual = data["null_residual_dbfs"]
    return MixEntry(
        _entry(data),
        tuple(data["stems"]),
        -math.inf if residual is None else residual,
        data["null"],
    )
