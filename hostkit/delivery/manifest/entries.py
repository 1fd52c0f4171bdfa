"""What a manifest says of each file, form, mix and track: an entry each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from hostkit.audio.checks import SignalFacts
from hostkit.audio.loudness.meter import Loudness
from hostkit.audio.measures import Clipping, Measures
from hostkit.plan.plan import changes_in_words, form_in_words


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
class PreviewEntry:
    """A lossy copy of a mix, to listen to: no part of what sums and is certified.

    `of` is the mix's path. Decoded, it had `frames` where `expected_frames` were meant.
    """

    path: str
    key: str
    sha256: str
    of: str
    codec: str
    kbps: int
    sample_rate: int
    frames: int
    expected_frames: int
    lossy: bool = True

    def as_json(self) -> dict[str, Any]:
        """As it stands in the manifest."""
        return asdict(self)


PRE_ROLL, LEAD_FRAMES = "pre_roll_frames", "lead_frames"
"""The pre-roll's name here, and in manifests: those that were delivered keep being read."""


@dataclass(frozen=True)
class FormEntry:
    """The order of the music in some files: its kind, length and sections.

    The integer samples of its files are multiples of `step`: more than 1 where they are
    float and peaks lie over +6 dBFS. It is played faster by `tempo_change_percent`, and its last
    notes end `early_seconds` before they are written to. Its end is `faded` where that is an
    exact length. Its files begin `pre_roll_frames` before the music.
    """

    kind: str
    frames: int
    sections: tuple[str, ...]
    step: int = 1
    tempo_change_percent: float = 0.0
    early_seconds: float = 0.0
    faded: bool = False
    pre_roll_frames: int = 0

    def as_json(self) -> dict[str, Any]:
        """As it stands in the manifest, where the pre-roll has an older name."""
        fields = asdict(self)
        return {LEAD_FRAMES if name == PRE_ROLL else name: fields[name] for name in fields}

    @property
    def changes_in_words(self) -> str:
        """How it is played otherwise than the session; empty where it is not."""
        return changes_in_words(self.tempo_change_percent, self.early_seconds)

    @property
    def in_words(self) -> str:
        """What it is made of, and how it is played otherwise than the session."""
        return form_in_words(self.kind, self.sections, self.changes_in_words)


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


def _or_null(level: float) -> float | None:
    return level if math.isfinite(level) else None
