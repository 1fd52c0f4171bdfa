"""What a pass did: its record, and the document of it for programs (duck.json)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hostkit import __version__
from hostkit.delivery.ducking.ducked_files import DuckedFile
from hostkit.ducking.intelligibility import Intelligibility
from hostkit.ducking.result import DuckResult, PhraseResult, Status


@dataclass(frozen=True)
class DuckReport:
    """A pass with everything that is said about it. `scores` is empty if none were asked.

    `dialogue` is its file, and `aligned_by` how it came to lie where it does.
    """

    result: DuckResult
    title: str
    dialogue: str
    aligned_by: str
    files: tuple[DuckedFile, ...]
    scores: tuple[Intelligibility, ...] = ()
    warnings: tuple[str, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of the files written but duck.json: how the next pass knows them."""


def report_document(report: DuckReport, folder: Path) -> dict[str, Any]:
    """duck.json as a JSON-ready value; paths are relative to `folder` where they lie in it.

    Infinite values (the difference to silence) are null.
    """
    result, plan = report.result, report.result.plan
    settings = asdict(plan.settings)
    settings["weights"] = dict(plan.settings.weights)
    return {
        "hostkit": __version__,
        "settings": settings,
        "sample_rate": plan.clock.sample_rate,
        "frames": plan.clock.frames,
        "aligned_by": report.aligned_by,
        "dialogue": {
            "path": report.dialogue,
            "start_seconds": float(plan.dialogue_start_seconds),
        },
        "files": [_file(file, folder) for file in report.files],
        "summary": {
            "phrases": len(result.phrases),
            **{status.value: result.count(status) for status in Status},
            "max_slope_db_per_s": _rounded(result.max_slope_db_per_s),
            "loss_in_speech_lu": _rounded(result.loss_in_speech_lu),
            "loss_outside_lu": _rounded(result.loss_outside_lu),
        },
        "phrases": [
            _phrase(number, phrase, report) for number, phrase in enumerate(result.phrases, start=1)
        ],
        "warnings": list(report.warnings),
        "hashes": dict(report.hashes),
    }


def _file(file: DuckedFile, folder: Path) -> dict[str, Any]:
    entry = asdict(file)
    entry["path"] = inside(file.path, folder)
    entry["original"] = None if file.original is None else file.original.as_posix()
    return entry


def inside(path: Path, folder: Path) -> str:
    """A path as it is in a folder; one outside of it as it is."""
    return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()


def _phrase(number: int, phrase: PhraseResult, report: DuckReport) -> dict[str, Any]:
    spoken = phrase.spoken
    names = ("gain_db",) if len(phrase.gain_db) == 1 else ("gain_db", "speech_band_gain_db")
    scores = asdict(report.scores[number - 1]) if report.scores else {}
    return {
        "phrase": number,
        "onset_seconds": spoken.phrase.onset_seconds,
        "offset_seconds": spoken.phrase.offset_seconds,
        "speech_lufs": _rounded(spoken.speech_lufs),
        "music_before_lufs": _rounded(spoken.music_lufs),
        "music_after_lufs": _rounded(phrase.music_after_lufs),
        "difference_before_lu": _rounded(phrase.difference_before_lu),
        "difference_after_lu": _rounded(phrase.difference_after_lu),
        "worst_onset_seconds": phrase.worst.span.onset_seconds,
        "worst_offset_seconds": phrase.worst.span.offset_seconds,
        "worst_difference_lu": _rounded(phrase.worst.difference_after_lu),
        **{name: _rounded(db) for name, db in zip(names, phrase.gain_db, strict=True)},
        "slope_db_per_s": _rounded(phrase.slope_db_per_s),
        "status": phrase.status.value,
        "needed_depth_db": None if phrase.needed_db is None else _rounded(phrase.needed_db),
        **scores,
    }


def _rounded(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None
