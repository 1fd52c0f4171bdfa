"""The certificate: everything that was checked, and what was found."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from hostkit import __version__
from hostkit.audio.formats import sample_format
from hostkit.delivery.certificate.exclusion import check_exclusions
from hostkit.delivery.certificate.findings import (
    Finding,
    Proven,
    check_files,
    check_stem_count,
    check_sums,
    worst,
)
from hostkit.delivery.certificate.residual import check_residuals, residual_db
from hostkit.delivery.certificate.sums import NullTest, Verdict
from hostkit.delivery.limits import Measured
from hostkit.delivery.manifest.entries import FileEntry, PreviewEntry
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.plan.plan import FULL, RESIDUAL


@dataclass(frozen=True)
class Certificate:
    """What was checked in a delivery. `hashes` cover every file of it by path.

    `previews` are lossy, and certified for nothing but their length.
    """

    title: str
    profile: str | None
    files: tuple[Measured, ...]
    sums: tuple[Proven, ...]
    findings: tuple[Finding, ...]
    hashes: dict[str, str]
    previews: tuple[PreviewEntry, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return worst(self.findings)

    def as_json(self) -> dict[str, Any]:
        """The document; −inf is null."""
        return {
            "hostkit": __version__,
            "session": self.title,
            "profile": self.profile,
            "verdict": self.verdict,
            "findings": [asdict(finding) for finding in self.findings],
            "mixes": [
                _sum_json(proof) | {"residual_stem_db": _finite(residual_db(proof, self.files))}
                for proof in self.sums
            ],
            "files": [_file_json(file) for file in self.files],
            "previews": [entry.as_json() for entry in self.previews],
            "sha256": self.hashes,
        }


def certify(
    manifest: Manifest, nulls: Mapping[str, NullTest], hashes: Mapping[str, str]
) -> Certificate:
    """The certificate of a delivery that was just written and measured.

    `nulls` are the tests of its mixes by name, `hashes` those of all its files by path.
    """
    files = measured_files(manifest)
    sums = tuple(
        Proven(
            name,
            mix.file.path,
            () if manifest.is_by_itself(name) else mix.stems,
            nulls[name],
            mix.tracks,
            mix.without,
        )
        for name, mix in manifest.mixes.items()
    )
    findings = (
        *left_out(manifest),
        *missed(manifest),
        *stem_count(manifest),
        *check_files(files, manifest.limits, manifest.gain),
        *check_sums(sums, files, manifest.sample_rate),
        *check_residuals(sums, files),
        *check_exclusions(sums),
        *preview_lengths(manifest),
    )
    previews = tuple(manifest.previews.values())
    return Certificate(
        title=manifest.session,
        profile=manifest.profile,
        files=files,
        sums=sums,
        findings=findings,
        hashes=dict(hashes),
        previews=previews,
    )


def measured_files(manifest: Manifest) -> tuple[Measured, ...]:
    """What a manifest says of its files."""
    stems = [("stem", name, stem.file) for name, stem in manifest.stems.items()]
    mixes = [("mix", name, mix.file) for name, mix in manifest.mixes.items()]
    rate, is_float = manifest.sample_rate, sample_format(manifest.sample_format).is_float
    return tuple(
        as_it_ends(replace(_measured(kind, name, entry, rate), is_float=is_float), manifest)
        for kind, name, entry in (*stems, *mixes)
    )


def as_it_ends(file: Measured, manifest: Manifest) -> Measured:
    """A file with what its form says of its end: all but loops have one."""
    form = manifest.forms.get(file.form)
    if form is None:
        return file
    return replace(file, must_end=form.kind != "loop", faded=form.faded and form.kind != "whole")


def left_out(manifest: Manifest) -> tuple[Finding, ...]:
    """The mixes that the profile asks for and the session cannot give."""
    return tuple(
        Finding(name, "left out", "warn", reason) for name, reason in manifest.left_out.items()
    )


def stem_count(manifest: Manifest) -> tuple[Finding, ...]:
    """Whether the full mix has as many stems as the client counts on, the residual stem apart."""
    full = manifest.mixes.get(FULL)
    stems = [stem for stem in full.stems if stem != RESIDUAL] if full else []
    return check_stem_count(stems, manifest.limits, manifest.profile)


def missed(manifest: Manifest) -> tuple[Finding, ...]:
    """The phrases of ducked mixes that miss their target, as measured when they were written."""
    return tuple(
        Finding(manifest.mixes[name].file.path, "ducking", "fail", failure)
        for name, entry in manifest.ducking.items()
        for failure in entry.failures
        if name in manifest.mixes
    )


def preview_lengths(manifest: Manifest) -> tuple[Finding, ...]:
    """The previews that decode to another length than their mix."""
    return tuple(
        Finding(
            entry.path,
            "preview",
            "fail",
            f"decodes to {entry.frames} samples, not {entry.expected_frames}; render it again",
        )
        for entry in manifest.previews.values()
        if entry.frames != entry.expected_frames
    )


def _measured(kind: str, name: str, entry: FileEntry, sample_rate: int) -> Measured:
    return Measured(
        path=entry.path,
        kind=kind,
        name=name,
        form=entry.form,
        sample_rate=sample_rate,
        time_reference=entry.time_reference,
        measures=entry.measures,
        clipping=entry.clipping,
    )


def _file_json(file: Measured) -> dict[str, Any]:
    measures, clipping = file.measures, file.clipping
    flat = {
        "path": file.path,
        "kind": file.kind,
        "name": file.name,
        "form": file.form,
        "sample_rate": file.sample_rate,
        "frames": measures.frames,
        "channels": measures.channels,
        "time_reference": file.time_reference,
        "clipped_samples": None if clipping is None else clipping.samples,
        "must_end": file.must_end,
        "faded": file.faded,
        "clipped_peak": clipping.peak if clipping else 0.0,
        "lower_db": clipping.lower_db if clipping else 0.0,
        "is_float": file.is_float,
        **asdict(measures.loudness),
        **asdict(measures.signal),
    }
    return {name: _finite(value) for name, value in flat.items()}


def _sum_json(proof: Proven) -> dict[str, Any]:
    return {
        "name": proof.name,
        "path": proof.path,
        "stems": list(proof.stems),
        "null_residual_dbfs": _finite(proof.test.residual_dbfs),
        "null": proof.test.verdict,
        "at_fault": proof.test.at_fault,
        "without": list(proof.without),
        "held": dict(proof.test.held),
    }


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
