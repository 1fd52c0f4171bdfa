"""The papers of a version: its certificate in words, what ducking did, and its documents."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hostkit.delivery.certificate.certificate import Certificate, certify
from hostkit.delivery.certificate.exclusion import exclusion_verdict
from hostkit.delivery.certificate.sums import NullTest
from hostkit.delivery.manifest.entries import DocumentEntry
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.ground.counted import counted
from hostkit.ground.named_file import read_named
from hostkit.ground.places import real_path
from hostkit.listening.review.versions import DeliveredVersion

_MOST_BYTES, _MOST_ROWS, _MOST_CELL, _MOST_TEXT = 2_000_000, 1_000, 500, 50_000
_RECORD = "duck.json"
_CURVES = {
    "curve.csv": "Gain under dialogue",
    "curve_rest.csv": "Gain under dialogue, rest",
    "curve_speech_band.csv": "Gain under dialogue, speech band",
}


def papers(version: DeliveredVersion) -> dict[str, Any]:
    """Everything that is read of a version besides its sound, ready for JSON."""
    manifest = version.manifest
    certificate = _certificate(manifest)
    return {
        "title": version.title,
        "session": manifest.session,
        "profile": manifest.profile,
        "folder": real_path(version.folder).name,
        "sample_rate": manifest.sample_rate,
        "sample_format": manifest.sample_format,
        "verdict": certificate.verdict,
        "certificate": list(_in_words(certificate, manifest)),
        "findings": [asdict(finding) for finding in certificate.findings],
        "warnings": list(manifest.warnings),
        "ducking": [_ducking(version, name) for name in manifest.ducking],
        "documents": list(_documents(version)),
        "files": [
            {"path": path, "sha256": found} for path, found in sorted(manifest.hashes.items())
        ],
    }


def _certificate(manifest: Manifest) -> Certificate:
    """What the manifest's own measures come to: its files were just found to be unchanged."""
    nulls = {
        name: NullTest(mix.null_residual_dbfs, at_fault=mix.at_fault, held=mix.held)
        for name, mix in manifest.mixes.items()
    }
    return certify(manifest, nulls, manifest.hashes)


def _in_words(certificate: Certificate, manifest: Manifest) -> Iterator[str]:
    yield (
        f"All {counted(len(certificate.hashes), 'file')} were there, each with the hash it was "
        "delivered with, when this page was made."
    )
    exact = [p.name for p in certificate.sums if p.test.residual_dbfs == -math.inf]
    if exact:
        yield f"To the last bit the sum of their stems: {', '.join(exact)}."
    for proof in certificate.sums:
        if proof.without and exclusion_verdict(proof) == "pass":
            yield f"Nothing of {', '.join(proof.without)} is in {proof.name}."
    limits = manifest.limits
    if limits.integrated_lufs is not None:
        yield _minus(
            f"Asked for: {limits.integrated_lufs:g} LUFS, give or take {limits.tolerance_lu:g} LU, "
            f"of {', '.join(limits.loudness_of)}."
        )
    if limits.true_peak_dbtp is not None:
        yield _minus(f"Asked for: a true peak of no more than {limits.true_peak_dbtp:g} dBTP.")
    if not certificate.findings:
        yield "Nothing else was found."


def _minus(text: str) -> str:
    return text.replace(" -", " −")


def _ducking(version: DeliveredVersion, mix: str) -> dict[str, Any]:
    """What became of a ducked mix, with all times from the start of its file."""
    manifest, entry = version.manifest, version.manifest.ducking[mix]
    record = _json(version, entry.documents.get(_RECORD))
    form = manifest.forms.get(manifest.mixes[mix].file.form) if mix in manifest.mixes else None
    music_at = form.pre_roll_frames / manifest.sample_rate if form else 0.0
    return {
        "mix": mix,
        "in_words": entry.in_words,
        "target_lu": entry.target_lu,
        "failures": list(entry.failures),
        "loss_in_speech_lu": round(entry.loss_in_speech_lu, 1),
        "loss_outside_lu": round(entry.loss_outside_lu, 1),
        "phrases": list(_phrases(record, music_at)),
        "curves": [
            {"name": name, "points": list(_curve(version, entry.documents[file]))}
            for file, name in _CURVES.items()
            if file in entry.documents
        ],
    }


_PHRASE_LEVELS = ("speech_lufs", "difference_before_lu", "worst_difference_lu", "gain_db")


def _phrases(record: Any, music_at: float) -> Iterator[dict[str, Any]]:
    """Phrases of a duck.json; what is no number there is None, as of silence."""
    rows = record.get("phrases") if isinstance(record, dict) else None
    for row in rows[:_MOST_ROWS] if isinstance(rows, list) else ():
        if isinstance(row, dict):
            yield {
                "from": music_at + (_number(row.get("onset_seconds")) or 0.0),
                "to": music_at + (_number(row.get("offset_seconds")) or 0.0),
                **{name: _number(row.get(name)) for name in _PHRASE_LEVELS},
                "status": str(row.get("status"))[:20],
            }


def _curve(version: DeliveredVersion, document: DocumentEntry) -> Iterator[tuple[float, float]]:
    """Seconds from the file's start and gains in dB, thinned to what a page can show."""
    heads, *rows = _table(_text(version, document), most=200_000) or [[]]
    if not {"seconds", "gain_db"} <= set(heads):
        return
    at, gain = heads.index("seconds"), heads.index("gain_db")
    step = max(1, len(rows) // 4_000)
    for row in (*rows[:-1:step], *rows[-1:]):
        seconds, gain_db = (
            _float(row[column]) if column < len(row) else None for column in (at, gain)
        )
        if seconds is not None and gain_db is not None:
            yield seconds, gain_db


def _documents(version: DeliveredVersion) -> Iterator[dict[str, Any]]:
    """Documents that can be read on a page: tables and texts."""
    for name, document in version.manifest.documents.items():
        ending = Path(document.path).suffix.lower()
        if ending not in (".csv", ".tsv", ".md", ".txt"):
            continue
        text = _text(version, document)
        is_table = ending in (".csv", ".tsv")
        yield {
            "name": name.replace("_", " "),
            "path": document.path,
            "rows": _table(text, "\t" if ending == ".tsv" else ",") if is_table else None,
            "text": None if is_table else text[:_MOST_TEXT],
        }


def _table(text: str, separator: str = ",", most: int = _MOST_ROWS) -> list[list[str]]:
    rows: list[list[str]] = []
    with suppress(csv.Error):  # what is no table any more is left out; its file is there whole
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            rows.append([cell[:_MOST_CELL] for cell in row[:40]])
            if len(rows) == most:
                break
    return rows


def _json(version: DeliveredVersion, document: DocumentEntry | None) -> Any:
    try:
        return json.loads(_text(version, document))
    except (ValueError, RecursionError):
        return None


def _text(version: DeliveredVersion, document: DocumentEntry | None) -> str:
    """Of a document whose hash was found right; nothing where there is none, or it is too large."""
    if document is None:
        return ""
    try:
        return read_named(version.folder / document.path, _MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and math.isfinite(value)
    return float(value) if is_number else None


def _float(text: str) -> float | None:
    try:
        return _number(float(text))
    except ValueError:
        return None
