"""manifest.json: what was delivered, from what, and what was measured."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hostkit import __version__
from hostkit.audio.checks import SignalFacts
from hostkit.audio.loudness.meter import Loudness
from hostkit.audio.measures import Clipping, Measures
from hostkit.delivery.certificate.findings import NO_LIMITS, Limits
from hostkit.delivery.gain import NO_GAIN, Gain
from hostkit.disk.moving import settle
from hostkit.errors import StorageError, fault_of
from hostkit.named_file import read_json
from hostkit.plan.reasons import UNCHANGED, Reasons

if TYPE_CHECKING:
    from pydantic import TypeAdapter  # a tenth of a second, which unchanged renders spare

MANIFEST = "manifest.json"
MAX_BYTES = 50_000_000


@dataclass(frozen=True)
class FileEntry:
    """One delivered file. `path` is relative to the manifest.

    `made_of` are fingerprints of what it was made of, `key` the one of them all.

    `time_reference` counts samples from midnight to the first one; `form` is the order of
    the music that the file holds.
    """

    path: str
    key: str
    made_of: Mapping[str, str]
    sha256: str
    form: str
    time_reference: int
    measures: Measures
    clipping: Clipping

    def as_json(self) -> dict[str, Any]:
        """The entry flat, −inf as null."""
        signal = asdict(self.measures.signal)
        return {
            "path": self.path,
            "key": self.key,
            "made_of": dict(self.made_of),
            "sha256": self.sha256,
            "form": self.form,
            "time_reference": self.time_reference,
            "frames": self.measures.frames,
            "channels": self.measures.channels,
            "clipped_samples": self.clipping.samples,
            "clipped_peak": self.clipping.peak,
            "lower_db": self.clipping.lower_db,
            **{name: _or_null(value) for name, value in asdict(self.measures.loudness).items()},
            **{name: signal[name] for name in SIGNAL_FIELDS},
        }


LOUDNESS_FIELDS = tuple(Loudness.__dataclass_fields__)
SIGNAL_FIELDS = tuple(
    name for name in SignalFacts.__dataclass_fields__ if name != "full_scale_samples"
)
"""What a manifest has of them: how many samples lie at full scale is no matter where clipping is
counted."""


@dataclass(frozen=True)
class DocumentEntry:
    """A document beside the audio."""

    path: str
    sha256: str


@dataclass(frozen=True)
class FormEntry:
    """The order of the music in some files: its kind, length and sections.

    The integer samples of its files are multiples of `step`: more than 1 where they are
    float and peaks lie over +6 dBFS. It is played faster by `tempo_change_percent`, and its last
    notes end `early_seconds` before they are written to. Its end is `faded` where that is an
    exact length. Its files begin `lead_frames` before the music.
    """

    kind: str
    frames: int
    sections: tuple[str, ...]
    step: int = 1
    tempo_change_percent: float = 0.0
    early_seconds: float = 0.0
    faded: bool = False
    lead_frames: int = 0

    @property
    def changes_in_words(self) -> str:
        """How it is played otherwise than the session; empty where it is not.

        >>> FormEntry("cut", 1, (), tempo_change_percent=-1.25, early_seconds=0.5).changes_in_words
        'played 1.25 % slower, last notes end 0.5 s early'
        """
        percent = f"{abs(self.tempo_change_percent):.2f}".rstrip("0").rstrip(".")
        way = "faster" if self.tempo_change_percent > 0 else "slower"
        tempo = f"played {percent} % {way}" if percent != "0" else ""
        notes = f"last notes end {self.early_seconds:.2g} s early" if self.early_seconds else ""
        return ", ".join(filter(None, (tempo, notes)))


@dataclass(frozen=True)
class StemEntry:
    """A stem's file and the tracks in it."""

    file: FileEntry
    tracks: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Flat: what is known of the file, and the tracks."""
        return {**self.file.as_json(), "tracks": list(self.tracks)}


@dataclass(frozen=True)
class MixEntry:
    """A mix's file, the stems it is the sum of, and the null test on the written files.

    `tracks` sound in its stems; those of `without` are not to, by its name or recipe. `held`
    are stems found in it all the same, with their gain.
    """

    file: FileEntry
    stems: tuple[str, ...]
    null_residual_dbfs: float
    null: str
    at_fault: str | None = None
    tracks: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    held: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Flat: what is known of the file, and of the sum."""
        return {
            **self.file.as_json(),
            "stems": list(self.stems),
            "null_residual_dbfs": _or_null(self.null_residual_dbfs),
            "null": self.null,
            "at_fault": self.at_fault,
            "tracks": list(self.tracks),
            "without": list(self.without),
            "held": dict(self.held),
        }


@dataclass(frozen=True)
class DuckingEntry:
    """How a ducked mix came out, phrase by phrase, and the documents that show it.

    `protected` phrases miss the target beside a protected hit; `failures` says why others do.
    """

    key: str
    in_words: str
    target_lu: float
    phrases: int
    passed: int
    protected: int
    max_slope_db_per_s: float
    loss_in_speech_lu: float
    loss_outside_lu: float
    failures: tuple[str, ...]
    documents: Mapping[str, DocumentEntry]

    def as_json(self) -> dict[str, Any]:
        """As it stands in the manifest."""
        return asdict(self)


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
    profile: str | None = None
    forms: Mapping[str, FormEntry] = field(default_factory=dict)
    documents: Mapping[str, DocumentEntry] = field(default_factory=dict)
    ducking: Mapping[str, DuckingEntry] = field(default_factory=dict)
    limits: Limits = NO_LIMITS
    gain: Gain = NO_GAIN
    left_out: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    hostkit: str = field(default=__version__)

    @property
    def files(self) -> tuple[FileEntry, ...]:
        stems = (stem.file for stem in self.stems.values())
        return (*stems, *(mix.file for mix in self.mixes.values()))

    @property
    def hashes(self) -> dict[str, str]:
        """The hash of every delivered file and document, by its path."""
        ducking = [entry for mix in self.ducking.values() for entry in mix.documents.values()]
        beside = {entry.path: entry.sha256 for entry in (*self.documents.values(), *ducking)}
        return {entry.path: entry.sha256 for entry in self.files} | beside

    @property
    def reasons(self) -> Reasons:
        """Why tracks are rendered that are not as they were delivered."""
        return Reasons({name: track.parts for name, track in self.tracks.items()})

    def reasons_at(self, gain: Gain) -> Reasons:
        """The same, and why stems are made that are to have another level."""
        return replace(self.reasons, level=gain.changed_from(self.gain))

    def unchanged(self) -> Manifest:
        """What the next manifest says if nothing changes until then: every track is cached."""
        tracks = {
            name: replace(track, status="cached", reason=UNCHANGED, seconds=0.0)
            for name, track in self.tracks.items()
        }
        return replace(self, tracks=tracks)

    @property
    def text(self) -> str:
        """As it stands in the file."""
        return json.dumps(self.as_json(), indent=2, ensure_ascii=False) + "\n"

    def as_json(self) -> dict[str, Any]:
        """The document: files flat beside what is known of them, −inf as null."""
        return {
            "hostkit": self.hostkit,
            "session": self.session,
            "profile": self.profile,
            "sample_rate": self.sample_rate,
            "sample_format": self.sample_format,
            "frames": self.frames,
            "stems": {name: stem.as_json() for name, stem in self.stems.items()},
            "mixes": {name: mix.as_json() for name, mix in self.mixes.items()},
            "tracks": {name: asdict(track) for name, track in self.tracks.items()},
            "forms": {name: asdict(form) for name, form in self.forms.items()},
            "documents": {name: asdict(entry) for name, entry in self.documents.items()},
            "ducking": {name: entry.as_json() for name, entry in self.ducking.items()},
            "limits": asdict(self.limits),
            "gain": asdict(self.gain),
            "left_out": dict(self.left_out),
            "warnings": list(self.warnings),
        }


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest in `folder`; None when there is none, or none of this format.

    What a killed run had begun there is finished first. Raises StorageError where it cannot.
    """
    put_right(folder)
    path = folder / MANIFEST
    try:
        data = read_json(path, MAX_BYTES)
        manifest = Manifest(
            session=data["session"],
            sample_rate=data["sample_rate"],
            sample_format=data["sample_format"],
            frames=data["frames"],
            stems={n: StemEntry(_entry(s), tuple(s["tracks"])) for n, s in data["stems"].items()},
            mixes={n: _mix(mix) for n, mix in data["mixes"].items()},
            tracks={n: TrackEntry(**track) for n, track in data["tracks"].items()},
            profile=data["profile"],
            forms={n: _form(form) for n, form in data["forms"].items()},
            documents={n: DocumentEntry(**entry) for n, entry in data["documents"].items()},
            ducking={n: _ducking(entry) for n, entry in data["ducking"].items()},
            limits=_limits(data["limits"]),
            gain=Gain(**data["gain"]),
            left_out=dict(data["left_out"]),
            warnings=tuple(data["warnings"]),
            hostkit=data["hostkit"],
        )
        checked = _types().validate_python(asdict(manifest))
        return checked if checked == manifest else None  # "nan" is text, though it can be read
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def put_right(folder: Path) -> None:
    """Finishes a delivery whose run was killed while its files moved in. Raises StorageError."""
    try:
        settle(folder)
    except OSError as error:
        place = f"{folder}: a delivery that was broken off cannot be finished"
        raise StorageError(*fault_of(error).of(place)) from None


@cache
def _types() -> TypeAdapter[Manifest]:
    """Checks every field: a manifest is a file that anybody may have written."""
    from pydantic import TypeAdapter

    return TypeAdapter(Manifest)


def _or_null(level: float) -> float | None:
    return level if math.isfinite(level) else None


def _entry(data: dict[str, Any]) -> FileEntry:
    levels = (-math.inf if data[name] is None else data[name] for name in LOUDNESS_FIELDS)
    about = {name: data[name] for name in SIGNAL_FIELDS}
    per_channel = {name: tuple(data[name]) for name in ("peaks", "dc_offsets")}
    signal = SignalFacts(**{**about, **per_channel}, full_scale_samples=0)
    return FileEntry(
        path=data["path"],
        key=data["key"],
        made_of=data["made_of"],
        sha256=data["sha256"],
        form=data["form"],
        time_reference=data["time_reference"],
        measures=Measures(Loudness(*levels), signal),
        clipping=Clipping(data["clipped_samples"], data["clipped_peak"], data["lower_db"]),
    )


def _ducking(data: dict[str, Any]) -> DuckingEntry:
    documents = {name: DocumentEntry(**entry) for name, entry in data["documents"].items()}
    return DuckingEntry(**{**data, "failures": tuple(data["failures"]), "documents": documents})


def _limits(data: dict[str, Any]) -> Limits:
    return Limits(**{**data, "loudness_of": tuple(data["loudness_of"])})


def _form(data: dict[str, Any]) -> FormEntry:
    return FormEntry(**{**data, "sections": tuple(data["sections"])})


def _mix(data: dict[str, Any]) -> MixEntry:
    residual = data["null_residual_dbfs"]
    return MixEntry(
        _entry(data),
        tuple(data["stems"]),
        -math.inf if residual is None else residual,
        data["null"],
        data["at_fault"],
        tuple(data["tracks"]),
        tuple(data["without"]),
        dict(data["held"]),
    )
