"""manifest.json: what was delivered, from what, and what was measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from hostkit import __version__
from hostkit.delivery.gain import NO_GAIN, Gain
from hostkit.delivery.limits import NO_LIMITS, Limits
from hostkit.delivery.manifest.entries import (
    DocumentEntry,
    DuckingEntry,
    FileEntry,
    FormEntry,
    MixEntry,
    PreviewEntry,
    StemEntry,
    TrackEntry,
)
from hostkit.plan.nodes.faders import Settings
from hostkit.plan.reasons import UNCHANGED, Reasons


@dataclass(frozen=True)
class Manifest:
    """What was delivered, how it was made, and what was found of it.

    `frames` are those of each file of the whole form, its pre-roll too. Stems, mixes and tracks
    are by name, `left_out` has the mixes that could not be made, and why, `hosted` the plug-ins
    that minihost plays, and why. `nodes` are those that it was made of, by short fingerprints;
    `faders` stood so in each stem, by its name and its tracks.
    """

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
    previews: Mapping[str, PreviewEntry] = field(default_factory=dict)
    limits: Limits = NO_LIMITS
    gain: Gain = NO_GAIN
    left_out: Mapping[str, str] = field(default_factory=dict)
    hosted: Mapping[str, str] = field(default_factory=dict)
    nodes: tuple[str, ...] = ()
    faders: Mapping[str, Mapping[str, Settings]] = field(default_factory=dict)
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
        beside |= {entry.path: entry.sha256 for entry in self.previews.values()}
        return {entry.path: entry.sha256 for entry in self.files} | beside

    def is_by_itself(self, mix: str) -> bool:
        """Whether no track sounds in a mix, and no stem that was delivered holds it: a click."""
        entry = self.mixes[mix]
        return not entry.tracks and self.stems.keys().isdisjoint(entry.stems)

    @property
    def reasons(self) -> Reasons:
        """Why tracks are rendered that are not as they were delivered."""
        before = {name: track.parts for name, track in self.tracks.items()}
        return Reasons(before, nodes=frozenset(self.nodes), faders=self.faders)

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
            "forms": {name: form.as_json() for name, form in self.forms.items()},
            "documents": {name: asdict(entry) for name, entry in self.documents.items()},
            "ducking": {name: entry.as_json() for name, entry in self.ducking.items()},
            "previews": {name: entry.as_json() for name, entry in self.previews.items()},
            "limits": asdict(self.limits),
            "gain": asdict(self.gain),
            "left_out": dict(self.left_out),
            "hosted": dict(self.hosted),
            "nodes": list(self.nodes),
            "faders": {stem: dict(tracks) for stem, tracks in self.faders.items()},
            "warnings": list(self.warnings),
        }
